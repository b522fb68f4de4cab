/**
 * Records of CSV (RFC 4180) from lines, in bounded memory. A record whose quotes do not come out costs its first line
 * only: the next line begins anew.
 */
import type { Line } from '@assent/http';

/** One record, or what is wrong with it, by the number of its first line, from 1. */
export type CsvRecord =
  | { readonly line: number; readonly cells: readonly string[] }
  | { readonly line: number; readonly fault: string };

/** Lines and characters that one quoted record may go over. */
const MOST_LINES = 100;
const MOST_CHARACTERS = 64 << 10;
const BYTE_ORDER_MARK = '\ufeff';

export async function* csvRecords(
  lines: AsyncIterable<Line>,
  separator: Separator,
): AsyncGenerator<CsvRecord> {
  let waiting: Line[] = [];
  for await (const line of lines) {
    waiting.push(line);
    for (
      let read = readRecord(waiting, separator, false);
      read !== 'more';
      read = readRecord(waiting, separator, false)
    ) {
      if (read.record !== undefined) yield read.record;
      waiting = waiting.slice(read.lines);
    }
  }
  while (waiting.length > 0) {
    const read = readRecord(waiting, separator, true);
    if (read === 'more') return;
    if (read.record !== undefined) yield read.record;
    waiting = waiting.slice(read.lines);
  }
}

/** Said by the header, whose first separator outside of quotes it is. */
export interface Separator {
  sign: string;
}

type Read = { readonly record: CsvRecord | undefined; readonly lines: number } | 'more';

function readRecord(waiting: readonly Line[], separator: Separator, isEnd: boolean): Read {
  const [first] = waiting;
  if (first === undefined) return 'more';
  const bad = (fault: string): Read => ({ record: { line: first.number, fault }, lines: 1 });
  const plain = plainFault(first.text);
  if (plain !== undefined) return bad(plain);
  const begin = clean(first);
  if (begin === '') return { record: undefined, lines: 1 };
  if (separator.sign === '') separator.sign = separatorOf(begin);
  const { sign } = separator;
  if (!begin.includes('"')) return { record: { line: first.number, cells: begin.split(sign) }, lines: 1 };

  let text = '';
  for (const [index, line] of waiting.entries()) {
    const fault = plainFault(line.text);
    if (fault !== undefined) break;
    text += index === 0 ? clean(line) : `\n${clean(line)}`;
    const cells = cellsOf(text, sign);
    if (cells === 'torn') return bad('has characters behind a closing quote');
    if (cells !== 'open') return { record: { line: first.number, cells }, lines: index + 1 };
    if (text.length > MOST_CHARACTERS || index + 1 >= MOST_LINES) break;
    if (index + 1 === waiting.length && !isEnd) return 'more';
  }
  return bad('opens a quote that is not closed');
}

function plainFault(text: string | undefined): string | undefined {
  if (text === undefined) return 'is longer than 1 MiB';
  if (text.includes('\0')) return 'holds a NUL';
  return text.includes('\ufffd') ? 'is not UTF-8' : undefined;
}

function clean({ number, text = '' }: Line): string {
  const begun = number === 1 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  return begun.endsWith('\r') ? begun.slice(0, -1) : begun;
}

const separatorOf = (header: string): string => /[,;\t]/.exec(header.replace(/"[^"]*"/g, ''))?.[0] ?? ',';

/** The cells of a record; `open`: a quote is not closed yet; `torn`: something stands behind a closing quote. */
function cellsOf(text: string, sign: string): string[] | 'open' | 'torn' {
  const cells: string[] = [];
  for (let at = 0; ; at += sign.length) {
    if (text[at] !== '"') {
      const next = text.indexOf(sign, at);
      if (next < 0) return [...cells, text.slice(at)];
      cells.push(text.slice(at, next));
      at = next;
      continue;
    }
    let close = text.indexOf('"', at + 1);
    while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
    if (close < 0) return 'open';
    cells.push(text.slice(at + 1, close).replaceAll('""', '"'));
    if (close + 1 === text.length) return cells;
    if (!text.startsWith(sign, close + 1)) return 'torn';
    at = close + 1;
  }
}
