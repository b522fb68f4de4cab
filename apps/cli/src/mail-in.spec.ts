import fc from 'fast-check';
import { bounce, complaint, letter, REQUEST } from './incoming-mail-spec.js';
import { readIncoming, type Incoming } from './mail-in.js';
import { ADDRESS, LINK, SENT, TOKEN, withHeader, without } from './sent-mail-spec.js';

const read = (mail: string): Incoming => readIncoming(Buffer.from(mail, 'utf8'));
const kindOf = (mail: string): string => read(mail).kind;
const OTHER = `${TOKEN.slice(0, 30)}${TOKEN[30] === 'A' ? 'B' : 'A'}${TOKEN.slice(31)}`;

describe('A bounce', () => {
  it.each([
    ['failed', '5.1.1', 'hard'],
    ['failed', '5.2.1', 'hard'],
    ['Failed (no such user)', '5.1.10 (unknown)', 'hard'],
    ['failed', '5.2.2', 'soft'],
    ['failed', '4.4.7', 'soft'],
    ['delayed', '4.4.1', 'soft'],
    ['delayed', '5.1.1', 'soft'],
    ['failed', '5.7.1', 'reputation'],
  ])('%s with %s is %s', (action, status, severity) => {
    expect(read(bounce(action, status))).toEqual({
      ...{ kind: 'bounce', token: TOKEN, solicitationId: undefined, at: '2026-11-24T09:12:00.000Z' },
      recipients: [
        {
          ...{ severity, failed: action.toLowerCase().startsWith('failed') },
          status: status.replace(/ .*/, ''),
          recipient: { kind: 'email', value: ADDRESS },
        },
      ],
    });
  });

  it('names each recipient by itself, and none where the address is blacked out', () => {
    const two = bounce('failed', '5.1.1', 'rfc822; redacted').replace(
      '--b\r\nContent-Type: message/rfc822',
      '\r\nFinal-Recipient: RFC822;<b@example.net>\r\nAction: delayed\r\nStatus: 4.0.0\r\n--b\r\nContent-Type: message/rfc822',
    );
    expect(read(two)).toMatchObject({
      recipients: [
        { severity: 'hard', recipient: undefined },
        { severity: 'soft', recipient: { value: 'b@example.net' } },
      ],
    });
  });

  const about = (original: string, part?: string) =>
    read(bounce('failed', '5.1.1', `rfc822; ${ADDRESS}`, original, part));

  it('names our link and the solicitation of the mail that came back, whole or its headers alone', () => {
    const named = withHeader('Assent-Solicitation', 'spring-4711');
    for (const [original, part] of [
      [named, 'message/rfc822'],
      [named.replace(/\r\n\r\n[^]*/, ''), 'text/rfc822-headers'],
      [named.replace('Assent-Solicitation', 'ASSENT-SOLICITATION'), 'message/global'],
    ])
      expect(about(original ?? '', part)).toMatchObject({ token: TOKEN, solicitationId: 'spring-4711' });
  });

  it('names nobody without a link of ours in it, with two, or with one that only its own text quotes', () => {
    for (const original of [
      without('List-Unsubscribe'),
      withHeader('List-Unsubscribe', `<${LINK}>, <https://example.net/u/${OTHER}>`),
      withHeader('List-Unsubscribe', '<mailto:stop@example.org>'),
      '',
    ])
      expect(about(original)).toMatchObject({ kind: 'bounce', token: undefined });
    expect(
      about(withHeader('List-Unsubscribe', `<${LINK}>, <mailto:s@example.org?subject=${TOKEN}>`)),
    ).toMatchObject({ token: TOKEN });
  });

  it.each([['two words'], ['a'.repeat(201)], ['é'], [''], ['a\r\nAssent-Solicitation: b']])(
    'takes %j for no name of a solicitation',
    (value) =>
      expect(about(withHeader('Assent-Solicitation', value))).toMatchObject({ solicitationId: undefined }),
  );

  it.each([
    ['Tue, 24 Nov 2026 10:12:00 +0100 (CET)', '2026-11-24T09:12:00.000Z'],
    ['24 Nov 2026 10:12 -0500', '2026-11-24T15:12:00.000Z'],
    ['2026-11-24', undefined],
    ['24 Nov 2026 10:12:00', undefined],
    ['Tue, 45 Nov 2026 10:12:00 +0100', undefined],
    ['yesterday', undefined],
  ])('is dated %s: %s', (date, at) =>
    expect(read(bounce('failed', '5.1.1').replace(/^Date: .*$/m, `Date: ${date}\r`))).toMatchObject({ at }),
  );

  it('is read under another report type, and none when all was delivered', () => {
    expect(kindOf(bounce('failed', '5.1.1').replace('report-type=delivery-status; ', ''))).toBe('bounce');
    for (const action of ['delivered', 'relayed', 'expanded'])
      expect(kindOf(bounce(action, '2.1.5'))).toBe('nothing');
  });

  it('is for a person to read without one of the three required fields', () => {
    for (const field of ['final-recipient', 'Action', 'Status'])
      expect(kindOf(bounce('failed', '5.1.1').replace(`${field}:`, 'X:'))).toBe('unclear');
    expect([kindOf(bounce('lost', '5.1.1')), kindOf(bounce('failed', '550'))]).toEqual([
      'unclear',
      'unclear',
    ]);
  });
});

describe('A complaint', () => {
  it('names the link of the mail it is about, of the whole mail or of its headers alone', () => {
    const stop = { kind: 'complaint', token: TOKEN };
    expect(read(complaint('abuse'))).toEqual(stop);
    expect(read(complaint('Abuse', SENT.replace(/\r\n\r\n[^]*/, ''), 'text/rfc822-headers'))).toEqual(stop);
    expect(read(complaint('abuse', SENT).replace('report-type=feedback-report; ', ''))).toEqual(stop);
    expect(read(complaint('abuse').replaceAll('\r\n', '\n'))).toEqual(stop);
  });

  it('of another kind stops nobody: that it is no spam opens nothing, the rest is for a person to read', () => {
    expect(kindOf(complaint('not-spam'))).toBe('nothing');
    for (const type of ['fraud', 'virus', 'other', '', 'abuse; x'])
      expect(kindOf(complaint(type))).toBe('unclear');
  });

  it('is for a person to read without a link of ours, and with two', () => {
    const with_ = (value: string): string => complaint('abuse', SENT.replace(`<${LINK}>`, value));
    for (const value of [
      '<mailto:x@example.net>',
      `<${LINK.slice(0, -3)}=>`,
      '<https://example.net/u/short>',
      '<',
    ])
      expect(kindOf(with_(value))).toBe('unclear');
    expect(kindOf(with_(`<${LINK}>, <https://example.net/u/${OTHER}>`))).toBe('unclear');
    expect(kindOf(complaint('abuse', ''))).toBe('unclear');
  });
});

describe('An unsubscribe by mail', () => {
  it.each([
    ['the subject', REQUEST],
    ['the subject, alone', letter(TOKEN)],
    ['the subject, folded', letter(`Unsubscribe\r\n ${TOKEN}`)],
    ['the subject, encoded', letter(`=?utf-8?B?${Buffer.from(`désabonner ${TOKEN}`).toString('base64')}?=`)],
    ['the body', letter('hello', `\r\n  STOP: ${TOKEN} \r\nAda`)],
    ['both', letter(`unsubscribe ${TOKEN}`, TOKEN)],
  ])('carries the token in %s', (_, mail) => {
    expect(read(mail)).toEqual({ kind: 'unsubscribe', token: TOKEN });
  });

  it('is never made of an answer that quotes a mail of ours, or passes it on', () => {
    const quoted = SENT.slice(SENT.indexOf('\r\n\r\n')).replaceAll('\r\n', '\r\n> ');
    for (const mail of [
      letter('Re: This week', `Call me!\r\n${quoted}`),
      letter('Re: This week', `Call me!\r\n> ${TOKEN}\r\n> unsubscribe ${TOKEN}`),
      letter('Re: This week', `Call me!\r\nUnsubscribe:\r\n${LINK}\r\n<${LINK}>`),
      letter(`Re: unsubscribe ${TOKEN}`, 'Why would they?'),
      letter('Fwd: This week', SENT),
      SENT,
    ])
      expect(kindOf(mail)).toBe('unclear');
  });

  it('is for a person to read when it names two, or is from a machine', () => {
    expect(kindOf(letter(`unsubscribe ${TOKEN}`, OTHER))).toBe('unclear');
    for (const field of [
      'Auto-Submitted: auto-replied',
      'Precedence: bulk',
      'Return-Path: <>',
      'X-Autoreply: yes',
    ])
      expect(kindOf(letter(`unsubscribe ${TOKEN}`, '', field))).toBe('unclear');
    expect(kindOf(letter(`unsubscribe ${TOKEN}`, '', 'Auto-Submitted: no'))).toBe('unsubscribe');
  });
});

describe('An automatic notice', () => {
  it('is no answer and no refusal', () => {
    expect(kindOf(letter('Out of office', 'Back on Monday', 'Auto-Submitted: auto-replied'))).toBe('nothing');
  });
});

describe('Whatever comes in', () => {
  const pieces = [bounce('failed', '5.1.1'), complaint('abuse'), REQUEST, SENT].flatMap((mail) =>
    mail.split('\r\n'),
  );
  const hostile = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 30 })), {
    maxLength: 80,
  });
  const tokenOf = (incoming: Incoming): string | undefined =>
    'token' in incoming ? incoming.token : undefined;

  it('is read without a fault, and stops nobody but whom a token in it names', () => {
    fc.assert(
      fc.property(hostile, (lines) => {
        expect([undefined, TOKEN]).toContain(tokenOf(read(lines.join('\r\n'))));
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => tokenOf(readIncoming(bytes)) === undefined),
    );
  });

  it('stops nobody when no token is whole, wherever it was cut or altered', () => {
    const cut = fc.nat({ max: TOKEN.length - 2 }).map((length) => TOKEN.slice(0, length));
    const longer = fc.constantFrom('=', '.', '/x', '?y', '#', '%41').map((end) => TOKEN + end);
    fc.assert(
      fc.property(
        fc.oneof(cut, longer),
        fc.constantFrom(REQUEST, complaint('abuse'), letter('x', TOKEN)),
        (wrong, mail) => {
          const token = tokenOf(read(mail.replaceAll(TOKEN, wrong)));
          // A cut one may look whole; the product refuses it, for it carries a signature.
          expect(token === undefined || (token === wrong && token !== TOKEN)).toBe(true);
        },
      ),
    );
  });

  it('is read in time that grows with its length alone, and as deep as anybody nests', () => {
    for (const piece of [
      '--b\r\n',
      'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n',
      '<',
      ';a="',
      'stop',
      '\r\n\r\n',
    ]) {
      const text = piece.repeat(Math.ceil(500_000 / piece.length));
      const before = performance.now();
      for (const mail of [
        letter(text),
        letter('x', text),
        complaint('abuse', text),
        bounce('failed', '5.1.1', text),
        text,
      ])
        read(mail);
      expect([piece, performance.now() - before < 8_000]).toEqual([piece, true]);
    }
  });
});
