import type { AnswerCode } from '@assent/contract';
import type { SubjectRef } from '@assent/ports';
import type { ReadLine } from './batch-format.js';
import { rawLines, type RawLine } from './raw-lines.js';

export const ANSWER_FORMS = ['verdicts', 'allowed', 'bits'] as const;
export type AnswerForm = (typeof ANSWER_FORMS)[number];

export interface BatchOptions {
  readonly answer: AnswerForm;
  readonly explain: boolean;
  /** Decides references in their order; undefined is a malformed one. Must not reject. */
  readonly decide: (refs: readonly (SubjectRef | undefined)[]) => Promise<readonly AnswerCode[]>;
}

/** Lines that are decided at once. */
const GROUP = 256;

export const groupsOf = (source: AsyncIterable<Uint8Array>): AsyncGenerator<RawLine[]> =>
  rawLines(source, GROUP);

/**
 * Streams answers for a stream of lines, in order and in bounded memory: answer n belongs to line n. A blank or
 * malformed line is answered as not allowed and never stops the batch. The next lines are read when the answers to
 * those before are taken.
 */
export async function* answerBatch(
  groups: AsyncIterable<readonly RawLine[]>,
  read: ReadLine,
  { answer, explain, decide }: BatchOptions,
): AsyncGenerator<Buffer> {
  let line = 0;
  for await (const group of groups) {
    const codes = await decide(group.map(({ content }) => content && read(content)));
    const answers = group.map(({ bytes }, index): Buffer => {
      line += 1;
      const code = codes[index] ?? 'stale';
      const allowed = code === 'allowed';
      if (answer === 'bits') return allowed ? YES : NO;
      if (answer === 'allowed') return allowed ? bytes : NOTHING;
      return Buffer.from(`${JSON.stringify({ line, allowed, ...(explain && { reason: code }) })}\n`);
    });
    const told = Buffer.concat(answers);
    if (told.length > 0) yield told;
  }
}

const YES = Buffer.from('1');
const NO = Buffer.from('0');
const NOTHING = Buffer.alloc(0);
