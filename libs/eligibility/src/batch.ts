import type { AnswerCode } from '@assent/contract';
import type { SubjectRef } from '@assent/ports';
import type { ReadLine } from './batch-format.js';
import { lineAt, startsOf, withoutMark, type Piece } from './pieces.js';
import type { Form, OpenLine, Scanned } from './verdict-table.js';

export const ANSWER_FORMS = ['verdicts', 'allowed', 'bits'] as const;
export type AnswerForm = (typeof ANSWER_FORMS)[number];

/** What compiled verdicts say; undefined: the records must be read. */
export interface Known {
  scan(lines: Uint8Array, form: Form): Scanned;
  of(ref: SubjectRef): boolean | undefined;
}

export interface BatchOptions {
  readonly answer: AnswerForm;
  /** Give the code of each line: then every line is decided from the records. */
  readonly explain: boolean;
  /** Decides references in their order; undefined is a malformed one. Must not reject. */
  readonly decide: (refs: readonly (SubjectRef | undefined)[]) => Promise<readonly AnswerCode[]>;
  /** The lines stand below a header, so that none of them may begin with a byte order mark. */
  readonly isBelowHeader?: boolean;
  /** The compiled verdicts as of now, if there are any; asked before each piece. */
  readonly known?: (() => Known | undefined) | undefined;
}

/** Lines that are decided at once. */
const GROUP = 256;
const YES = 49;
const NO = 48;
const OPEN = 63;
const NOTHING = Buffer.alloc(0);

/**
 * Streams answers for a stream of lines, in order and in bounded memory: answer n belongs to line n. A blank or
 * malformed line is answered as not allowed and never stops the batch. The next lines are read when the answers to
 * those before are taken.
 */
export async function* answerBatch(
  pieces: AsyncIterable<Piece>,
  read: ReadLine,
  options: BatchOptions,
): AsyncGenerator<Buffer> {
  let line = 1;
  for await (const piece of pieces) {
    const { verdicts, codes } = await answersTo(
      piece,
      read,
      options,
      line === 1 && options.isBelowHeader !== true,
    );
    const told = tell(options.answer, piece.bytes, verdicts, codes, line);
    line += verdicts.length;
    if (told.length > 0) yield told;
  }
}

interface Answers {
  /** `1` or `0` per line. */
  readonly verdicts: Buffer;
  /** Per line, when they were asked for. */
  readonly codes: readonly AnswerCode[] | undefined;
}

async function answersTo(
  { bytes, isTooLong }: Piece,
  read: ReadLine,
  { explain, decide, known }: BatchOptions,
  mayBeMarked: boolean,
): Promise<Answers> {
  if (isTooLong) return { verdicts: Buffer.of(NO), codes: ['malformed'] };
  const refOf = ({ start }: OpenLine) => {
    const content = lineAt(bytes, start);
    return read(mayBeMarked && start === 0 ? withoutMark(content) : content);
  };
  const compiled = explain ? undefined : known?.();
  const scanned = compiled && read.form ? compiled.scan(bytes, read.form) : allOpen(bytes);
  const verdicts = Buffer.from(scanned.answers);
  const left: { readonly line: number; readonly ref: SubjectRef | undefined }[] = [];
  for (const open of scanned.open) {
    const ref = refOf(open);
    const said = ref && compiled?.of(ref);
    if (said === undefined) left.push({ line: open.line, ref });
    else verdicts[open.line] = said ? YES : NO;
  }
  const codes: AnswerCode[] = [];
  for (let from = 0; from < left.length; from += GROUP) {
    const group = left.slice(from, from + GROUP);
    const decided = await decide(group.map(({ ref }) => ref));
    group.forEach(({ line }, index) => {
      const code = decided[index] ?? 'stale';
      verdicts[line] = code === 'allowed' ? YES : NO;
      codes.push(code);
    });
  }
  return { verdicts, codes: explain ? codes : undefined };
}

/** Where nothing is compiled, every line is decided from the records. */
function allOpen(bytes: Buffer): Scanned {
  const open = startsOf(bytes).map((start, line): OpenLine => ({ line, start }));
  return { answers: Buffer.alloc(open.length, OPEN), open };
}

function tell(
  answer: AnswerForm,
  bytes: Buffer,
  verdicts: Buffer,
  codes: readonly AnswerCode[] | undefined,
  first: number,
): Buffer {
  if (answer === 'bits') return verdicts;
  if (answer === 'allowed') return allowedOf(bytes, verdicts);
  let text = '';
  for (let index = 0; index < verdicts.length; index++) {
    const reason = codes === undefined ? '' : `,"reason":"${codes[index] ?? 'stale'}"`;
    text += `{"line":${first + index},"allowed":${verdicts[index] === YES ? 'true' : 'false'}${reason}}\n`;
  }
  return Buffer.from(text, 'latin1');
}

/** The lines that may be contacted, byte for byte; lines that follow one another are one part. */
function allowedOf(bytes: Buffer, verdicts: Buffer): Buffer {
  const parts: Buffer[] = [];
  let begin = -1;
  startsOf(bytes).forEach((start, line) => {
    const isAllowed = verdicts[line] === YES;
    if (isAllowed && begin < 0) begin = start;
    if (isAllowed || begin < 0) return;
    parts.push(bytes.subarray(begin, start));
    begin = -1;
  });
  if (begin >= 0) parts.push(bytes.subarray(begin));
  return parts.length === 0 ? NOTHING : Buffer.concat(parts);
}
