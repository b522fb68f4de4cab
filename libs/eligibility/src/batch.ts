import type { AnswerCode } from '@assent/contract';
import type { SubjectRef } from '@assent/ports';
import type { ReadLine } from './batch-format.js';
import { rawLines, type RawLine } from './raw-lines.js';

export type AnswerForm = 'verdicts' | 'allowed' | 'bits';

export interface BatchOptions {
  readonly answer: AnswerForm;
  readonly explain: boolean;
  /** Decides one reference; must not reject. */
  readonly decide: (ref: SubjectRef) => Promise<AnswerCode>;
}

/** Lines that are decided at once. */
const GROUP = 256;

/**
 * Streams answers for a stream of lines, in order and in bounded memory: answer n belongs to line n. A blank or
 * malformed line is answered as not allowed and never stops the batch. `header`, if any, is not a line.
 */
export async function* answerBatch(
  groups: AsyncIterable<RawLine[]>,
  read: ReadLine,
  { answer, explain, decide }: BatchOptions,
): AsyncGenerator<Buffer> {
  let line = 0;
  for await (const group of groups) {
    const codes = await Promise.all(group.map(({ text }) => codeOf(text, read, decide)));
    const parts = codes.map((code, index): string | Buffer => {
      line += 1;
      const allowed = code === 'allowed';
      if (answer === 'bits') return allowed ? '1' : '0';
      if (answer === 'allowed') return allowed ? (group[index] as RawLine).bytes : '';
      return `${JSON.stringify({ line, allowed, ...(explain && { reason: code }) })}\n`;
    });
    const bytes =
      answer === 'allowed'
        ? Buffer.concat(parts.map((part) => Buffer.from(part as Buffer)))
        : Buffer.from(parts.join(''));
    if (bytes.length > 0) yield bytes;
  }
}

async function codeOf(
  text: string | undefined,
  read: ReadLine,
  decide: BatchOptions['decide'],
): Promise<AnswerCode> {
  const ref = text === undefined ? undefined : read(text);
  return ref === undefined ? 'malformed' : decide(ref);
}

export const groupsOf = (source: AsyncIterable<Uint8Array>): AsyncGenerator<RawLine[]> =>
  rawLines(withoutMark(source), GROUP);

/** A byte order mark is no part of the first line. */
async function* withoutMark(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of source) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < 3) continue;
    yield head.subarray(0, 3).equals(MARK) ? head.subarray(3) : head;
    head = undefined;
  }
  if (head !== undefined && head.length > 0) yield head;
}
const MARK = Buffer.of(0xef, 0xbb, 0xbf);
