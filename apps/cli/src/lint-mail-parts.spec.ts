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

describe('The body', () => {
  const NONE = 'error HTML: there is no visible unsubscribe link in the HTML part';
  it.each<[string, string]>([
    ['is not there', '<p>Hello</p>'],
    ['leads nowhere', '<a name="x">unsubscribe</a><a href="#">unsubscribe</a>'],
    ['has no words', `<a href="${LINK}"> </a>`],
    ['is in a comment', `<!-- <a href="${LINK}">unsubscribe</a> -->`],
    ['never ends', `<a href="${LINK}">unsubscribe`],
    ['is hidden', `<a hidden href="${LINK}">unsubscribe</a>`],
    ['is in a hidden box', `<div style="display: none"><b><a href="${LINK}">unsubscribe</a></b></div>`],
    ['is written in size nought', `<td style='font-size:0px'><br><a href="${LINK}">unsubscribe</a></td>`],
  ])('is an error when the link of the HTML part %s', (_, html) => {
    expect(found(withHtml(html))).toEqual([NONE]);
  });

  it.each<[string, string]>([
    ['of the header, whatever it is called', `<a href="${LINK}">Adieu</a>`],
    ['with the word on it', '<a href="https://tool.example.net/x?a=1&amp;b=2">Se d&eacute;sabonner</a>'],
    ['to the preferences', `<a href=${PUBLIC_URL}/p/${TOKEN}>Choose</a>`],
    ['that is a picture', `<a href="${LINK}"><img src="x.png" alt="Unsubscribe"></a>`],
    [
      'behind a hidden box',
      `<div style="display:none">x</div><a style="overflow: hidden" href="${LINK}">no more</a>`,
    ],
    ['in half a point', `<a style="font-size:0.5em" href="${LINK}">no more</a>`],
  ])('may have a link %s', (_, html) => {
    expect(found(withHtml(html), PUBLIC_URL)).toEqual([]);
  });

  it('is warned of without a text part, or with one that has no link', () => {
    const noText = SENT.replace('text/plain', 'text/calendar');
    expect(found(noText)).toEqual(['warning Text: there is no text part']);
    const noLink = SENT.replace(/Unsubscribe:\r\n[^]*?\r\n----x/, 'Bye\r\n----x');
    expect(found(noLink)).toEqual(['warning Text: there is no unsubscribe link in the text part']);
  });

  it('is an error without any link, also when the only part is attached', () => {
    const mail = SENT.replace(/Unsubscribe:\r\n[^]*/, 'Bye\r\n----x.1--\r\n');
    expect(found(mail)).toEqual(['error Body: there is no visible unsubscribe link']);
    expect(
      found(SENT.replaceAll('Content-Transfer', 'Content-Disposition: attachment\r\nContent-Transfer')),
    ).toContain('error Body: there is no visible unsubscribe link');
  });
});

describe('List-Id', () => {
  it.each<[string, string]>([
    ['the header is missing', without('List-Id')],
    ['the header is there more than once', SENT.replace('MIME-Version', 'List-Id: <a.b>\r\nMIME-Version')],
    ...['newsletter.example.org', '<newsletter>', '<a..b>', `<${ADDRESS}>`, '<a.b> more'].map(
      (value): [string, string] => [
        'there is no name of the form <list.domain> at the end',
        withHeader('List-Id', value),
      ],
    ),
    ['the name is longer than 255 characters', withHeader('List-Id', `<${'a.'.repeat(130)}b>`)],
  ])('is warned of when %s', (what, mail) => {
    expect(found(mail)).toEqual([`warning List-Id: ${what}`]);
  });

  it('may have a phrase before it', () => {
    expect(found(withHeader('List-Id', '"Weekly <news>" <newsletter.example.org>'))).toEqual([]);
  });
});

describe('The sender', () => {
  it.each<[string, string]>([
    ['error From: there is not one readable address', withHeader('From', 'News')],
    ['error From: there is not one readable address', withHeader('From', `a@example.org, ${ADDRESS}`)],
    ['error From: the header is missing', without('From')],
    [
      'error From: the header is there more than once',
      SENT.replace('\nTo: ', '\nFrom: a@example.org\r\nTo: '),
    ],
    ['error Message-ID: the header is missing', without('Message-ID')],
    ['error Subject: the header is there more than once', SENT.replace('\nTo: ', '\nSubject: x\r\nTo: ')],
    [
      'warning Reply-To: an answer goes to an address that says that nobody reads it',
      withHeader('From', 'No-Reply@example.org'),
    ],
    ['warning Reply-To: there is not one readable address', withHeader('Reply-To', `x <${ADDRESS}`)],
    ['error Lines: a line is longer than 998 characters', withHeader('X-Long', 'x'.repeat(1000))],
  ])('%s', (finding, mail) => {
    expect(found(mail)).toEqual([finding]);
  });

  it('may not be of a mailbox provider', () => {
    expect(found(withHeader('From', 'x@gmail.com'))).toContain(
      'error From: the address is of gmail.com, a mailbox provider',
    );
  });

  it('may take answers elsewhere', () => {
    const mail = withHeader('From', 'no-reply@example.org');
    expect(found(mail.replace('\nTo: ', '\nReply-To: Team <team@example.org>\r\nTo: '))).toEqual([]);
  });
});
