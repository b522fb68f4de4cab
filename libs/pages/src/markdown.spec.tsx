import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { renderToString } from 'preact-render-to-string';
import { plainText } from './markdown.js';
import { NoticeText } from './notice.page.js';

const shown = (markdown: string): string =>
  renderToString(<NoticeText markdown={markdown} level={4} />).replace(/^<div class="notice">|<\/div>$/g, '');

describe('A notice', () => {
  it('shows headings, paragraphs, lists, stress and links', () => {
    const markdown =
      '# The newsletter\n\nWe would like\nto send **this**, *perhaps*.\n\n- One\n  goes on\n- [Two](https://example.org/two)\n\n1. First\n2. Second\n';
    expect(shown(markdown)).toBe(
      '<h4>The newsletter</h4><p>We would like to send <strong>this</strong>, <em>perhaps</em>.</p>' +
        '<ul><li>One goes on</li><li><a href="https://example.org/two">Two</a></li></ul>' +
        '<ol><li>First</li><li>Second</li></ol>',
    );
  });

  it('parts what stands without an empty line between', () =>
    expect(shown('# A\ntext\n- b\n- c')).toBe('<h4>A</h4><p>text</p><ul><li>b</li><li>c</li></ul>'));

  it.each([
    ['<script>alert(1)</script>', '<p>&lt;script>alert(1)&lt;/script></p>'],
    ['[x](javascript:alert)', '<p>[x](javascript:alert)</p>'],
    ['[x](http://example.org)', '<p>[x](http://example.org)</p>'],
    ['![x](https://example.org/x.png)', '<p>!<a href="https://example.org/x.png">x</a></p>'],
    ['**open', '<p>**open</p>'],
  ])('lets nothing else become markup: %s', (markdown, html) => expect(shown(markdown)).toBe(html));

  it('takes windows line ends and an empty text', () =>
    expect([shown('# A\r\n\r\nb\r\n'), shown(' \n\n')]).toEqual(['<h4>A</h4><p>b</p>', '']));

  it('is written plainly in the text part of a mail', () =>
    expect(plainText('# One\n\na **b** [c](https://example.org/c)\n\n- d\n- e\n\n1. f\n1. g')).toBe(
      'One\n\na b c (https://example.org/c)\n\n- d\n- e\n\n1. f\n2. g',
    ));

  it('makes no tag of anything that somebody may write, and loses no word', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const tags = new Set(shown(text).match(/<\/?[a-z0-9]+[^>]*>/g));
        return [...tags].every((tag) => /^<\/?(?:h4|p|ul|ol|li|strong|em|a(?: href="[^"]*")?)>$/.test(tag));
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1 }), (words) =>
        expect(plainText(words.join('\n')).split(' ')).toEqual(words),
      ),
    );
  });

  it('keeps nothing that reorders or hides what is read', () =>
    expect(shown('a\u202eb\u0000c')).toBe('<p>abc</p>'));

  it('of every example tenant is understood whole: no mark is left over', () => {
    const folder = new URL('../../../policies/', import.meta.url);
    const notices = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.md') && path.includes('notices'),
    );
    expect(notices.length).toBeGreaterThan(30);
    for (const path of notices) {
      const text = readFileSync(new URL(path, folder), 'utf8').replace(/^---\n[\s\S]*?\n---\n/, '');
      expect(plainText(text)).not.toMatch(/\*\*|^#|\[|`/m);
    }
  });
});
