import { linksOf } from './mailbox-links.js';

describe('The links of a kept mail', () => {
  it('are those of its text in their order, and that of one click, each once, by what they do', () => {
    const base = 'https://consent.example.org/base';
    const mail = {
      text: `Hello\n${base}/c/AQ-_1\n\nOr: <${base}/p/AQ2>, ${base}/u/AQ3\nagain ${base}/c/AQ-_1\nhttps://example.org/terms`,
      headers: {
        'List-Unsubscribe': `<mailto:x@example.org>, <${base}/u/AQ4>`,
        'List-Id': '<a.example.org>',
      },
    };
    expect(linksOf(mail).map(({ href, label }) => [label, href.replace(base, '')])).toEqual([
      ['Confirm', '/c/AQ-_1'],
      ['Preferences', '/p/AQ2'],
      ['Unsubscribe', '/u/AQ3'],
      ['https://example.org/terms', 'https://example.org/terms'],
      ['Unsubscribe', '/u/AQ4'],
    ]);
  });

  it('lead to the web and nowhere else', () =>
    expect(
      linksOf({
        text: 'javascript:alert(1) data:text/html,x',
        headers: { 'List-Unsubscribe': '<mailto:x@y>' },
      }),
    ).toEqual([]));
});
