import { renderToString } from 'preact-render-to-string';
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
});
