/** The part of Markdown that notices are written in, as data: what shows it makes elements, never markup from text. */

export type Inline =
  | { readonly is: 'text' | 'strong' | 'emphasis'; readonly text: string }
  | { readonly is: 'link'; readonly text: string; readonly href: string };

export type Block =
  | { readonly is: 'heading'; readonly inlines: readonly Inline[] }
  | { readonly is: 'paragraph'; readonly inlines: readonly Inline[] }
  | { readonly is: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] };

const ITEM = /^\s{0,3}(?:([-*+])|\d{1,9}[.)])\s+(.*)$/;
const HEADING = /^\s{0,3}#{1,6}\s+(.*?)\s*#*$/;

/** Line breaks stay; what reorders or hides text does not (Unicode's bidirectional and control characters). */
const UNSEEN = /(?![\n\t])\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu;

/** Headings, paragraphs, flat lists, **strong**, *emphasis*, links to `https:` and `mailto:`. All else stays text. */
export function blocksOf(markdown: string): Block[] {
  return markdown
    .replace(/\r\n?/g, '\n')
    .replace(UNSEEN, '')
    .split(/\n\s*\n/)
    .flatMap(piecesOf)
    .map(blockOf);
}

/** A heading and a list end the paragraph before them. */
function piecesOf(chunk: string): string[][] {
  const pieces: string[][] = [];
  let kind = '';
  for (const line of chunk.split('\n').filter((text) => text.trim() !== '')) {
    const next = HEADING.test(line) ? 'heading' : ITEM.test(line) ? 'list' : '';
    const goesOn = next === kind ? next !== 'heading' : next === '' && kind === 'list';
    if (pieces.length > 0 && goesOn) pieces.at(-1)?.push(line);
    else {
      pieces.push([line]);
      kind = next;
    }
  }
  return pieces;
}

function blockOf(lines: readonly string[]): Block {
  const [first = ''] = lines;
  const heading = HEADING.exec(first);
  if (heading !== null) return { is: 'heading', inlines: inlinesOf(heading[1] ?? '') };
  const item = ITEM.exec(first);
  if (item === null)
    return { is: 'paragraph', inlines: inlinesOf(lines.map((line) => line.trim()).join(' ')) };
  const items = lines.reduce<string[]>((texts, line) => {
    const text = ITEM.exec(line)?.[2];
    if (text === undefined) return [...texts.slice(0, -1), `${texts.at(-1) ?? ''} ${line.trim()}`];
    return [...texts, text];
  }, []);
  return { is: 'list', ordered: item[1] === undefined, items: items.map(inlinesOf) };
}

const INLINE = /\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\(((?:https:\/\/|mailto:)[^\s()]+)\)/g;

function inlinesOf(text: string): Inline[] {
  const inlines: Inline[] = [];
  let read = 0;
  const plain = (end: number): void => {
    if (end > read) inlines.push({ is: 'text', text: text.slice(read, end) });
  };
  for (const found of text.matchAll(INLINE)) {
    const [whole, strong, emphasis, label, href] = found;
    plain(found.index);
    if (strong !== undefined) inlines.push({ is: 'strong', text: strong });
    else if (emphasis !== undefined) inlines.push({ is: 'emphasis', text: emphasis });
    else inlines.push({ is: 'link', text: label ?? '', href: href ?? '' });
    read = found.index + whole.length;
  }
  plain(text.length);
  return inlines;
}

/** For the text part of a mail. */
export const plainText = (markdown: string): string =>
  blocksOf(markdown)
    .map((block) =>
      block.is === 'list'
        ? block.items
            .map((item, index) => `${block.ordered ? `${index + 1}.` : '-'} ${wordsOf(item)}`)
            .join('\n')
        : wordsOf(block.inlines),
    )
    .join('\n\n');

const wordsOf = (inlines: readonly Inline[]): string =>
  inlines.map((one) => (one.is === 'link' ? `${one.text} (${one.href})` : one.text)).join('');
