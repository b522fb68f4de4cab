import { MailFailure, type Mail, type Mailer } from './mailer.js';

/** A message as whoever took it reads it, by a parser that is not the adapter's own. */
export interface TakenMail {
  /** Address the message was handed over for. */
  readonly recipient: string;
  readonly from: { readonly name: string; readonly address: string };
  readonly to: readonly string[];
  readonly subject: string;
  readonly messageId: string;
  readonly text: string;
  readonly html: string;
  /** Every value of every header, names in lower case, in the order of the message. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** As it came over the wire, line ends CRLF. */
  readonly raw: string;
}

export interface MailerUnderTest {
  readonly mailer: Mailer;
  /** Address that it sends from. */
  readonly from: string;
  /** Everything taken so far, oldest first. */
  taken(): Promise<readonly TakenMail[]>;
  close(): Promise<void>;
}

const LONG_LINK = `https://consent.example.org/u/${'aB3-_'.repeat(80)}`;

/** A mail with what mails are wont to break: other scripts, long lines, a dot alone, long URIs. */
export const mailNamed = (id: string, over: Partial<Mail> = {}): Mail => ({
  id,
  tenant: 'presentinfini',
  to: 'ada@example.org',
  fromName: 'Présent Infini, “demain”',
  language: 'fr',
  subject:
    'Confirmez votre inscription à « la lettre » 💌 et un sujet assez long pour tenir sur plusieurs lignes',
  text: `Bonjour Ada,\n.\n..\nFrom here = é ${'long '.repeat(60)}\n\n${LONG_LINK}\n`,
  html: `<!doctype html><html lang="fr"><body><p>Bonjour Ada, « é » =C3 💌</p><a href="${LONG_LINK}">Oui</a></body></html>`,
  headers: {
    'List-Unsubscribe': `<${LONG_LINK}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    'List-Id': '<newsletter.presentinfini.example.org>',
  },
  ...over,
});

/** What every mailer promises. */
export function mailerContract(name: string, open: () => Promise<MailerUnderTest>): void {
  describe(`${name}: a mailer`, () => {
    let tested: MailerUnderTest;
    beforeEach(async () => {
      tested = await open();
    });
    afterEach(() => tested.close());

    const failureOf = (mail: Mail): Promise<unknown> =>
      tested.mailer.send(mail).then(
        () => 'sent',
        (error: unknown) => error,
      );
    const valuesOf = (mail: TakenMail | undefined, header: string): string[] =>
      (mail?.headers ?? []).filter(([key]) => key === header).map(([, value]) => value);

    it('hands over a mail to its person, from the sender by its name, with text and HTML as they were given', async () => {
      const mail = mailNamed('m1');
      await tested.mailer.send(mail);
      const [taken, ...more] = await tested.taken();
      expect(more).toEqual([]);
      expect(taken).toMatchObject({
        recipient: mail.to,
        from: { name: mail.fromName, address: tested.from },
        to: [mail.to],
        subject: mail.subject,
      });
      expect(taken?.text.trimEnd()).toBe(mail.text.trimEnd());
      expect(taken?.html.trimEnd()).toBe(mail.html);
      expect(valuesOf(taken, 'content-type')[0]).toContain('multipart/alternative');
      expect(valuesOf(taken, 'mime-version')).toEqual(['1.0']);
    });

    it('writes the headers of the list once and on one line each, so that no URI is broken (RFC 8058 §3.1)', async () => {
      const mail = mailNamed('m1');
      await tested.mailer.send(mail);
      const [taken] = await tested.taken();
      for (const [header, value] of Object.entries(mail.headers)) {
        expect(valuesOf(taken, header.toLowerCase())).toEqual([value]);
        expect(taken?.raw.split('\r\n').filter((line) => line.endsWith(`: ${value}`))).toHaveLength(1);
      }
    });

    it('says that no person wrote it, in which language, and when (RFC 3834, RFC 3282, RFC 5322)', async () => {
      await tested.mailer.send(mailNamed('m1'));
      const [taken] = await tested.taken();
      expect(valuesOf(taken, 'auto-submitted')).toEqual(['auto-generated']);
      expect(valuesOf(taken, 'content-language')).toEqual(['fr']);
      expect(Date.parse(valuesOf(taken, 'date')[0] ?? '')).toBeGreaterThan(0);
      for (const header of ['from', 'to', 'subject', 'message-id', 'date'])
        expect(valuesOf(taken, header)).toHaveLength(1);
    });

    it('goes over any wire: lines of ASCII, none longer than 998, each ended by CRLF', async () => {
      await tested.mailer.send(mailNamed('m1'));
      const raw = (await tested.taken())[0]?.raw ?? '';
      expect(raw).toMatch(/^[\t\r\n\x20-\x7e]+$/);
      expect(raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
      expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
    });

    it('gives the same id the same Message-ID, and another id another one', async () => {
      for (const id of ['m1', 'm1', 'm2']) await tested.mailer.send(mailNamed(id));
      const ids = (await tested.taken()).map(({ messageId }) => messageId);
      const domain = tested.from.slice(tested.from.lastIndexOf('@'));
      expect([...new Set(ids)]).toEqual([`<m1${domain}>`, `<m2${domain}>`]);
    });

    it('takes many at once', async () => {
      const ids = Array.from({ length: 25 }, (_, index) => `m${index}`);
      await Promise.all(ids.map((id) => tested.mailer.send(mailNamed(id))));
      const taken = (await tested.taken()).map(({ messageId }) => messageId);
      expect(new Set(taken).size).toBe(ids.length);
    });

    it.each<[string, Partial<Mail>]>([
      ['a line break in the subject', { subject: 'Hello\r\nBcc: eve@example.net' }],
      ['a bare line feed in the subject', { subject: 'Hello\nBcc: eve@example.net' }],
      ['a line break in the name', { fromName: 'Us\r\nBcc: eve@example.net' }],
      ['a null in the name', { fromName: 'Us\0' }],
      ['a line break in the recipient', { to: 'ada@example.org\r\nBcc: eve@example.net' }],
      ['two recipients', { to: 'ada@example.org, eve@example.net' }],
      ['a recipient with a name', { to: 'Ada <ada@example.org>' }],
      ['a group of recipients', { to: 'all:ada@example.org,eve@example.net;' }],
      ['an SMTP parameter after the recipient', { to: 'ada@example.org> NOTIFY=NEVER' }],
      ['no recipient', { to: '' }],
      ['a line break in a header', { headers: { 'List-Id': '<a.example.org>\r\nBcc: eve@example.net' } }],
      ['a folded header', { headers: { 'List-Id': '<a.\r\n example.org>' } }],
      ['a line break in the name of a header', { headers: { 'List-Id: x\r\nBcc': 'eve@example.net' } }],
      ['a header that is not of a list', { headers: { Bcc: 'eve@example.net' } }],
      ['a second subject', { headers: { Subject: 'Hello' } }],
      ['a header twice', { headers: { 'List-Id': '<a.example.org>', 'list-id': '<b.example.org>' } }],
      [
        'a header longer than a line',
        { headers: { 'List-Unsubscribe': `<https://e.org/${'x'.repeat(1000)}>` } },
      ],
      ['a header beyond ASCII', { headers: { 'List-Id': '<é.example.org>' } }],
      ['a line break in the language', { language: 'fr\r\nBcc: eve@example.net' }],
      ['an id that is a path', { id: '../../etc/passwd' }],
      ['an id with a line break', { id: 'm1\r\nBcc: eve@example.net' }],
      ['an empty text', { text: '' }],
    ])('refuses %s, and takes nothing', async (_, wrong) => {
      const failure = await failureOf(mailNamed('m1', wrong));
      expect(failure).toBeInstanceOf(MailFailure);
      expect(failure).toMatchObject({ kind: 'refused' });
      expect((failure as Error).message).not.toMatch(/example|@/);
      expect(await tested.taken()).toEqual([]);
    });

    it('goes on after a mail that it refused', async () => {
      await failureOf(mailNamed('m1', { subject: 'a\nb' }));
      await tested.mailer.send(mailNamed('m1'));
      expect(await tested.taken()).toHaveLength(1);
    });
  });
}
