import { confirmationMail, type ConfirmationRequest } from './confirmation-mail.js';

const EXPIRES = Date.UTC(2026, 5, 8, 8, 0); // 10:00 in Paris
const NOTICE = [
  '# La lettre',
  '',
  'Présent Infini souhaite vous envoyer **cette lettre** par e-mail.',
  '',
  '- Responsable : Présent Infini.',
  '- Vos droits : **opposition à toute prospection**.',
].join('\n');
const request = (over: Partial<ConfirmationRequest> = {}): ConfirmationRequest => ({
  language: 'fr',
  brand: 'Présent Infini',
  colour: '#4b3869',
  controller: 'Présent Infini SARL',
  purposeName: 'Lettre d’information',
  noticeText: NOTICE,
  confirmUrl: 'https://consent.example.org/c/AQtok_en-1',
  cancelUrl: 'https://consent.example.org/c/AQtok_en-1/cancel',
  preferencesUrl: 'https://consent.example.org/p/AQtok_en-2',
  listId: '<newsletter.presentinfini.example.org>',
  expiresAt: EXPIRES,
  timezone: 'Europe/Paris',
  rights: ['access', 'rectification', 'erasure'],
  ...over,
});
const partsOf = (over?: Partial<ConfirmationRequest>): string[] => {
  const { text, html } = confirmationMail(request(over));
  return [text.replaceAll('\u00a0', ' '), wordsOf(html)];
};
/** What is read of an HTML part: tags away, references resolved. */
const wordsOf = (html: string): string =>
  html
    .replace(/<head>.*<\/head>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');
const linksOf = (html: string): string[] =>
  [...html.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, to]) => to ?? '');

describe('The confirmation mail', () => {
  it('carries the headers of one click and of its list (RFC 8058, RFC 2919)', () =>
    expect(confirmationMail(request()).headers).toEqual({
      'List-Unsubscribe': '<https://consent.example.org/c/AQtok_en-1/cancel>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'List-Id': '<newsletter.presentinfini.example.org>',
    }));

  it('says in French who asks for what, until when in the zone of the tenant, and what the notice said', () => {
    expect(confirmationMail(request()).subject).toBe(
      'À confirmer\u00a0: Lettre d’information, de Présent Infini',
    );
    for (const part of partsOf()) {
      expect(part).toContain('« Lettre d’information »');
      expect(part).toContain('lundi 8 juin 2026 à 10:00');
      expect(part).toContain('Présent Infini SARL est responsable de vos données.');
      expect(part).toContain('La lettre');
      expect(part.replace(/\s+/g, ' ')).toMatch(/opposition à toute prospection ?\./);
      expect(part).not.toMatch(/\{\w+\}|\*\*|undefined|# /);
    }
  });

  it('says the same in English, and speaks English to whoever reads a language it does not know', () => {
    for (const language of ['en', 'en-US', 'de', 'x"><script>', '']) {
      const { subject, html, text } = confirmationMail(request({ language, purposeName: 'The letter' }));
      expect(subject).toBe('Please confirm: The letter, from Présent Infini');
      expect(text).toContain('Monday, 8 June 2026 at 10:00');
      expect(html).toContain('<html lang="en">');
      expect(html).not.toContain('<script');
    }
    expect(confirmationMail(request({ language: 'fr-BE' })).html).toContain('<html lang="fr">');
  });

  it('has one button, its link written out, and by its side only the ways out', () => {
    const { html, text } = confirmationMail(request());
    const { confirmUrl, cancelUrl, preferencesUrl } = request();
    expect(linksOf(html)).toEqual([confirmUrl, confirmUrl, cancelUrl, preferencesUrl]);
    expect(wordsOf(html)).toContain(` ${confirmUrl} `);
    expect(text.split('\n').filter((line) => line.startsWith('http'))).toEqual([
      confirmUrl,
      cancelUrl,
      preferencesUrl,
    ]);
  });

  it('S2-06 offers access, rectification and erasure at its end, and says where to use them', () => {
    for (const part of partsOf({ contact: 'dpo@example.org' })) {
      const end = part.slice(part.indexOf('Vos droits, proposés'));
      for (const right of [
        'accès à vos données',
        'rectification de vos données',
        'effacement de vos données',
      ])
        expect(end).toContain(right);
      expect(end).toContain('Ou écrivez à : dpo@example.org');
    }
    const { text, html } = confirmationMail(request());
    const [, textEnd] = text.split('Vos droits, proposés');
    const [, htmlEnd] = html.split('Vos droits, proposés');
    for (const end of [textEnd, htmlEnd]) expect(end).toContain(request().preferencesUrl);
  });

  it('promises no right that the policy does not, and still shows the way to the page of all messages', () => {
    for (const part of partsOf({ rights: [] })) {
      expect(part).not.toContain('Vos droits, proposés');
      expect(part).toContain('Voir et arrêter tous les messages de Présent Infini');
    }
  });

  it('names a right of the policy that has no built-in text by the text of the tenant, else by its own word', () => {
    const own = (key: string) => (key === 'right.postMortem' ? 'directives après la mort' : undefined);
    expect(partsOf({ rights: ['postMortem'], own })[0]).toContain('- directives après la mort');
    expect(partsOf({ rights: ['postMortem'] })[0]).toContain('- postMortem');
  });

  it("gives way to the tenant's own sentences", () => {
    const own = (key: string) => (key === 'confirmation.asked' ? 'Bienvenue chez {brand} !' : undefined);
    for (const part of partsOf({ own })) expect(part).toContain('Bienvenue chez Présent Infini !');
  });

  it('speaks a third language to whom a tenant has written its own texts in it', () => {
    const { html, text } = confirmationMail(request({ language: 'de', own: (key) => `[${key}] {date}` }));
    expect(html).toContain('<html lang="de">');
    expect(text).toContain('[confirmation.until] Montag, 8. Juni 2026 um 10:00');
  });

  it('names the brand where no controller is named', () => {
    for (const part of partsOf({ controller: null }))
      expect(part).toContain('Présent Infini est responsable');
  });

  it('loads nothing from anywhere and runs nothing: opening it tells nobody anything', () => {
    const { html } = confirmationMail(request());
    expect(html).toMatch(/^<!doctype html><html lang="fr">/);
    expect(html).not.toMatch(
      /<(?:img|link|script|iframe|object|form|input|video|base)\b|\bsrc=|url\(|@import|\bon\w+=/i,
    );
  });

  it('leaves light and dark to the mail program: no colour of text or ground but on the button', () => {
    const { html } = confirmationMail(request());
    const coloured = [...html.matchAll(/style="([^"]*)"/g)].filter(([, style]) =>
      /(?:^|;)(?:background|background-color|color):(?!inherit)/.test(style ?? ''),
    );
    expect(coloured).toHaveLength(1);
    expect(coloured[0]?.[1]).toContain('background-color:#4b3869');
    expect(html).toContain('<meta name="color-scheme" content="light dark"');
  });

  it.each([
    ['#4b3869', '#ffffff'],
    ['#ffe08a', '#000000'],
    [undefined, '#ffffff'],
    ['red;background:url(https://example.net)', '#ffffff'],
  ])('writes on a button of %s in %s', (colour, ink) => {
    const { html } = confirmationMail(request({ colour }));
    expect(html).toContain(`color:${ink};font-weight`);
    expect(html).not.toContain('example.net');
  });

  const HOSTILE = `"><script>alert(1)</script>\r\nBcc: eve@example.net\u202e{brand}<img src=x>`;
  it.each(['brand', 'purposeName', 'controller', 'noticeText', 'contact'] as const)(
    'escapes markup, line breaks and turned writing in the %s',
    (member) => {
      const { subject, text, html } = confirmationMail(request({ [member]: HOSTILE }));
      expect(html).not.toMatch(/<(?:script|img)/);
      expect(subject).not.toMatch(/[\r\n\u202e]/);
      expect(text + html).not.toMatch(/\u202e/);
      if (member !== 'noticeText') expect(text).not.toMatch(/^Bcc/m);
      expect(html).toContain('&lt;script>alert(1)&lt;/script>');
    },
  );

  it('escapes the own sentences of a tenant, the heads of a notice and the words of rights', () => {
    const own = (key: string) => (key === 'confirmation.title' ? '<b onclick=x>' : undefined);
    const { html } = confirmationMail(
      request({ own, noticeText: '# <i>\n- **<u>**\n\n<p onclick=x>', rights: ['<s>'] }),
    );
    for (const tag of ['b', 'i', 'u', 'p', 's']) expect(html).toMatch(new RegExp(`&lt;${tag}[ >]`));
    expect(html).not.toMatch(/<[^>]+onclick/);
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', '/c/token', ''])('carries no link to %j', (url) => {
    for (const member of ['confirmUrl', 'cancelUrl', 'preferencesUrl'] as const)
      expect(() => confirmationMail(request({ [member]: url }))).toThrow(RangeError);
  });

  it('lets no link out of its place in a header', () => {
    const cancelUrl = 'https://consent.example.org/c/x>,<https://example.net/\r\nBcc: eve@example.net';
    const { headers } = confirmationMail(request({ cancelUrl }));
    expect(headers['List-Unsubscribe']).toMatch(/^<https:\/\/consent\.example\.org\/[^<>\s]*>$/);
    expect(() => confirmationMail(request({ listId: '<a.b>\r\nBcc: x' }))).toThrow(RangeError);
  });
});
