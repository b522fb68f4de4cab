/**
 * The small part of Markdown that notices are written in: headings, paragraphs, lists, bold. Everything else is text,
 * markup of HTML too: whoever shows it escapes it.
 */
export interface Span {
  readonly text: string;
  readonly bold: boolean;
}

export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly spans: readonly Span[] }
  | { readonly kind: 'paragraph'; readonly spans: readonly Span[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Span[])[] };

const HEADING = /^ {0,3}(#{1,6})[ \t]+(.*)$/;
const ITEM = /^ {0,3}(?:([-*+])|(\d{1,9})[.)])[ \t]+(.*)$/;
/** Line breaks stay; what reorders or hides text does not (Unicode's bidirectional and control characters). */
const UNSEEN = /(?![\n\t])\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu;

export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  const open: { paragraph?: string[]; list?: { ordered: boolean; items: string[] } } = {};
  const close = (): void => {
    if (open.paragraph) blocks.push({ kind: 'paragraph', spans: spansOf(open.paragraph.join(' ')) });
    if (open.list) {
      const { ordered, items } = open.list;
      blocks.push({ kind: 'list', ordered, items: items.map(spansOf) });
    }
    delete open.paragraph;
    delete open.list;
  };
  for (const line of markdown.replace(/\r\n?/g, '\n').replace(UNSEEN, '').split('\n')) {
    const [, marks, title] = HEADING.exec(line) ?? [];
    const [, bullet, number, item] = ITEM.exec(line) ?? [];
    if (marks !== undefined) {
      close();
      blocks.push({
        kind: 'heading',
        level: marks.length,
        spans: spansOf((title ?? '').replace(/ +#+ *$/, '')),
      });
    } else if (item !== undefined) {
      const ordered = bullet === undefined && number !== undefined;
      if (open.list?.ordered !== ordered) close();
      delete open.paragraph;
      open.list ??= { ordered, items: [] };
      open.list.items.push(item.trim());
    } else if (line.trim() === '') close();
    else if (open.list) open.list.items.push(`${open.list.items.pop() ?? ''} ${line.trim()}`);
    else (open.paragraph ??= []).push(line.trim());
  }
  close();
  return blocks;
}

/** `**bold**`; asterisks without a partner are text. */
function spansOf(text: string): Span[] {
  return text
    .split(/\*\*(?=\S)(.+?)(?<=\S)\*\*/)
    .map((part, index) => ({ text: part, bold: index % 2 === 1 }))
    .filter((span) => span.text !== '');
}

/** For the text part of a mail. */
export const plainText = (blocks: readonly Block[]): string =>
  blocks
    .map((block) =>
      block.kind === 'list'
        ? block.items
            .map((item, index) => `${block.ordered ? `${index + 1}.` : '-'} ${wordsOf(item)}`)
            .join('\n')
        : wordsOf(block.spans),
    )
    .join('\n\n');

const wordsOf = (spans: readonly Span[]): string => spans.map(({ text }) => text).join('');
