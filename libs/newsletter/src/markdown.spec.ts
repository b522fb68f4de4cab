import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { renderPage } from '@assent/http';
import { blocksOf, plainText } from './markdown.js';
import { Blocks } from './markdown.page.js';

const html = (text: string): string =>
  renderPage(Blocks({ blocks: blocksOf(text), top: 2 })).replace('<!doctype html>', '');

describe('The text of a notice', () => {
  it.each([
    ['# One\n## Two', '<h2>One</h2><h3>Two</h3>'],
    ['# One #', '<h2>One</h2>'],
    ['#Not one', '<p>#Not one</p>'],
    ['one\ntwo\n\nthree', '<p>one two</p><p>three</p>'],
    ['a **bold** word, **two** of them', '<p>a <strong>bold</strong> word, <strong>two</strong> of them</p>'],
    ['2 ** 3, ** open, a**', '<p>2 ** 3, ** open, a**</p>'],
    [
      '- one\n- **two**\n  goes on\n* three',
      '<ul><li>one</li><li><strong>two</strong> goes on</li><li>three</li></ul>',
    ],
    ['1. one\n2) two', '<ol><li>one</li><li>two</li></ol>'],
    ['- one\n1. two', '<ul><li>one</li></ul><ol><li>two</li></ol>'],
    ['before\n- one\n\nafter', '<p>before</p><ul><li>one</li></ul><p>after</p>'],
    ['one\r\ntwo\r\n\r\n- three', '<p>one two</p><ul><li>three</li></ul>'],
    ['[a](javascript:x) `c` <b>', '<p>[a](javascript:x) `c` &lt;b></p>'],
    ['', ''],
  ])('%j is shown as %s', (text, shown) => expect(html(text)).toBe(shown));

  it('is written plainly in the text part of a mail', () =>
    expect(plainText(blocksOf('# One\n\na **b** c\n\n- d\n- e\n\n1. f\n1. g'))).toBe(
      'One\n\na b c\n\n- d\n- e\n\n1. f\n2. g',
    ));

  it('makes no tag of anything that somebody may write, and loses no word', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const tags = new Set(html(text).match(/<\/?[a-z0-9]+[^>]*>/g));
        const ours = /^<\/?(?:h[2-6]|p|ul|ol|li|strong)>$/;
        return [...tags].every((tag) => ours.test(tag));
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1 }), (words) =>
        expect(plainText(blocksOf(words.join('\n'))).split(' ')).toEqual(words),
      ),
    );
  });

  it('of every example tenant is understood whole: no mark is left over', () => {
    const folder = new URL('../../../policies/', import.meta.url);
    const notices = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.md') && path.includes('notices'),
    );
    expect(notices.length).toBeGreaterThan(30);
    for (const path of notices) {
      const text = readFileSync(new URL(path, folder), 'utf8').replace(/^---\n[\s\S]*?\n---\n/, '');
      expect(plainText(blocksOf(text))).not.toMatch(/\*\*|^#|\[|`/m);
    }
  });
});
