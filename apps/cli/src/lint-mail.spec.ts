import fc from 'fast-check';
import { lintMail } from './lint-mail.js';
import {
  ADDRESS,
  found,
  LINK,
  PUBLIC_URL,
  SENT,
  TOKEN,
  withHeader,
  withHtml,
  without,
} from './sent-mail-spec.js';

const signedBy = (...headers: string[]): string =>
  without('DKIM-Signature').replace('From:', () => `${headers.join('\r\n')}\r\nFrom:`);
const BOTH = 'List-Unsubscribe:List-Unsubscribe-Post';
const signature = (signed: string, tags = 'a=rsa-sha256; d=example.org'): string =>
  `DKIM-Signature: v=1; ${tags}; s=k1; h=${signed}; bh=A; b=B`;

describe('A mail as it should be', () => {
  it('has no findings, with CRLF or LF, and signed more often than needed', () => {
    expect(found(SENT, PUBLIC_URL)).toEqual([]);
    expect(found(SENT, `${PUBLIC_URL}/`)).toEqual([]);
    expect(found(SENT.replaceAll('\r\n', '\n'), PUBLIC_URL)).toEqual([]);
    expect(found(signedBy(signature(`From:From:${BOTH}:list-unsubscribe:LIST-UNSUBSCRIBE-POST`)))).toEqual(
      [],
    );
  });

  it('may name a mail address behind the web address, and fold between them', () => {
    const value = `<${LINK}>,\r\n <mailto:stop@example.org?subject=${TOKEN}>`;
    expect(found(withHeader('List-Unsubscribe', value), PUBLIC_URL)).toEqual([]);
  });
});

describe('List-Unsubscribe', () => {
  it.each<[string, string]>([
    ['the header is missing', without('List-Unsubscribe')],
    [
      'the header is there more than once',
      SENT.replace('MIME-Version', `List-Unsubscribe: <${LINK}>\r\nMIME-Version`),
    ],
    [
      'the value is not addresses in angle brackets with commas between them',
      withHeader('List-Unsubscribe', LINK),
    ],
    [
      'the value is not addresses in angle brackets with commas between them',
      withHeader('List-Unsubscribe', `<${LINK}> <mailto:a@example.org>`),
    ],
    ['there is no https address', withHeader('List-Unsubscribe', `<mailto:${ADDRESS}>`)],
    [
      'the web address is not https',
      withHeader('List-Unsubscribe', `<http://consent.example.org/u/${TOKEN}>`),
    ],
    [
      'there is more than one web address',
      withHeader('List-Unsubscribe', `<${LINK}>, <https://b.example.org/>`),
    ],
    [
      'there is more than one web address',
      withHeader('List-Unsubscribe', `<${LINK}>, <http://b.example.org/>`),
    ],
    [
      'the header is folded inside an address',
      withHeader('List-Unsubscribe', `<${LINK.slice(0, 40)}\r\n ${LINK.slice(40)}>`),
    ],
    [
      'an address holds a space or a character beyond ASCII',
      withHeader('List-Unsubscribe', `<${LINK.slice(0, 40)} ${LINK.slice(40)}>`),
    ],
    [
      'the address is written as an encoded word (=?utf-8?…)',
      withHeader('List-Unsubscribe', `=?UTF-8?Q?<${LINK}>?=`),
    ],
    [
      'the https address holds a user or a password',
      withHeader('List-Unsubscribe', '<https://a:b@example.org/u>'),
    ],
    ['the https address names no public host', withHeader('List-Unsubscribe', '<https://localhost/u/x>')],
    ['the https address names no public host', withHeader('List-Unsubscribe', '<https://[::1]/u/x>')],
  ])('is an error when %s', (what, mail) => {
    expect(found(mail)).toEqual([`error List-Unsubscribe: ${what}`]);
  });

  it('is warned of when the web address is not the first', () => {
    expect(found(withHeader('List-Unsubscribe', `<mailto:${ADDRESS}>, <${LINK}>`))).toEqual([
      'warning List-Unsubscribe: the https address is not the first',
    ]);
  });

  it('must be a whole link of ours when it leads to us, and is warned of when it leads elsewhere', () => {
    const at = (link: string): string[] => found(withHeader('List-Unsubscribe', `<${link}>`), PUBLIC_URL);
    const broken = 'error List-Unsubscribe: the https address is no whole unsubscribe link (/u/{token})';
    for (const cut of [LINK.slice(0, -90), `${LINK}=`, LINK.replace('/u/', '/p/'), `${PUBLIC_URL}/u/`])
      expect(at(cut)).toEqual([broken]);
    const foreign = 'warning List-Unsubscribe: the https address does not lead to ASSENT_PUBLIC_URL';
    for (const other of ['https://tool.example.net/x', `${PUBLIC_URL}.example.net/u/${TOKEN}`])
      expect(at(other)).toEqual([foreign]);
  });
});

describe('List-Unsubscribe-Post', () => {
  const NAME = 'List-Unsubscribe-Post';
  it.each<[string, string]>([
    ['the header is missing', without(NAME)],
    ['the header is there more than once', SENT.replace('MIME-Version', `${NAME}: x\r\nMIME-Version`)],
    ...[
      'List-Unsubscribe=one-click',
      'One-Click',
      'List-Unsubscribe=One-Click; x=1',
      '"List-Unsubscribe=One-Click"',
    ].map((value): [string, string] => [
      'the value is not exactly List-Unsubscribe=One-Click',
      withHeader(NAME, value),
    ]),
  ])('is an error when %s', (what, mail) => {
    expect(found(mail)).toEqual([`error ${NAME}: ${what}`]);
  });
});

describe('A DKIM signature', () => {
  it.each<[string, string]>([
    ['the mail is not signed', without('DKIM-Signature')],
    [
      'h= of the signature of example.org does not cover List-Unsubscribe-Post',
      signedBy(signature('From:List-Unsubscribe')),
    ],
    [
      'h= of the signature of example.org does not cover List-Unsubscribe and List-Unsubscribe-Post',
      signedBy(signature('From:List-Unsubscribe-Post-X')),
    ],
    ['the signature of example.org does not cover From', signedBy(signature(BOTH))],
    [
      'the signature of example.org is made with SHA-1',
      signedBy(signature(`From:${BOTH}`, 'a=rsa-sha1; d=example.org')),
    ],
    ['the signature of example.org has no s=', signedBy(signature(`From:${BOTH}`).replace('s=k1; ', ''))],
  ])('is an error when %s', (what, mail) => {
    expect(found(mail)).toEqual([`error DKIM-Signature: ${what}`]);
  });

  it('is looked at each by itself: one that covers less is an error only when none covers both', () => {
    const lesser = signature('From', 'a=rsa-sha256; d=esp.example.net');
    const what =
      'h= of the signature of esp.example.net does not cover List-Unsubscribe and List-Unsubscribe-Post';
    expect(found(signedBy(signature(`From:${BOTH}`), lesser))).toEqual([`warning DKIM-Signature: ${what}`]);
    expect(found(signedBy(lesser, signature('From')))).toHaveLength(2);
    expect(found(signedBy(lesser, signature('From'))).join()).not.toContain('warning');
  });

  it('is warned of when none is of the domain of From, or covers only part of the body', () => {
    expect(found(signedBy(signature(`From:${BOTH}`, 'a=rsa-sha256; d=notexample.org')))).toEqual([
      'warning DKIM-Signature: no signature is of the domain of From',
    ]);
    expect(found(signedBy(signature(`From:${BOTH}`, 'a=rsa-sha256; l=10; d=example.org')))).toEqual([
      'warning DKIM-Signature: the signature of example.org covers only the beginning of the body (l=)',
    ]);
  });

  it('counts as the receiver found it, who writes on top', () => {
    const results = (text: string): string => withHeader('Authentication-Results', text);
    expect(found(results('mx.example.net; dkim=fail; dkim=pass; spf=softfail; dmarc=pass'))).toEqual([
      'warning Authentication-Results: the receiver found no SPF that passes',
    ]);
    expect(found(results('mx.example.net; dkim=fail reason="x"; dmarc=fail'))).toEqual([
      'error Authentication-Results: the receiver found no DKIM that passes',
      'error Authentication-Results: the receiver found no DMARC that passes',
    ]);
  });
});

describe('Whatever is given', () => {
  it('gets an answer, never a fault, and no word of the mail comes out', () => {
    const pieces = [
      ...SENT.split('\r\n'),
      ADDRESS,
      `<${LINK}>`,
      'List-Unsubscribe:',
      'From:',
      ' \t',
      '\0',
      '<a href="',
    ];
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 20 })), { maxLength: 60 }),
        (lines) => {
          expect(found(lines.join('\r\n'), PUBLIC_URL).length).toBeGreaterThan(0);
        },
      ),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => lintMail(bytes).length > 0));
  });

  it('is read in time that grows with its length alone', () => {
    const long = 300_000;
    for (const piece of [
      '<a "',
      '<!--',
      '=?a?q?',
      ';a="',
      '(',
      '----x.1\r\n',
      '<div>',
      '&#',
      'mailto:',
      '\r\n ',
      '=',
      '"',
    ]) {
      const text = piece.repeat(Math.ceil(long / piece.length));
      const before = performance.now();
      lintMail(Buffer.from(withHtml(text)));
      lintMail(Buffer.from(withHeader('List-Unsubscribe', text)));
      lintMail(Buffer.from(withHeader('From', text)));
      lintMail(Buffer.from(SENT + text));
      expect([piece, performance.now() - before < 5_000]).toEqual([piece, true]);
    }
  });
});
