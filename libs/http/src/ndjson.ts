import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { checked } from './checked.js';
import { parseJson } from './json.js';
import { inOrder, linesOf, type Line } from './lines.js';
import { ProblemError, PROBLEMS, type MemberError } from './problems.js';

/** Lines of a batch that are in work at once: their commits are grouped. */
const WIDTH = 32;
/** After so many lines other requests have their turn. */
const LINES_A_TURN = 8;

export const isNdjson = (contentType: string | undefined): boolean =>
  /^application\/x-ndjson\b/i.test(contentType ?? '');

interface Fault {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly MemberError[];
}

/**
 * Answers NDJSON line by line, in order and in bounded memory: `{"line":1,"status":201,…}`, lines counted from 1. Each
 * line is checked as a body of `type`; a bad one is answered as a problem and never stops the batch. What fails
 * otherwise is answered as `internal-error` and handed to `report`. `width`: lines in work at once.
 */
export function answerLines<T extends object>(
  source: AsyncIterable<Uint8Array | string>,
  type: new () => T,
  work: (body: T, line: number) => Promise<{ readonly status: number }>,
  report: (error: unknown) => void,
  width = WIDTH,
): Readable {
  const answer = async ({ number: line, text }: Line): Promise<string> => {
    const told = await answered(text, type, (body) => work(body, line)).catch((error: unknown) =>
      faultOf(error, report),
    );
    return `${JSON.stringify({ line, ...told })}\n`;
  };
  return Readable.from(inOrder(inTurns(linesOf(source)), width, answer), { objectMode: true });
}

async function* inTurns(lines: AsyncIterable<Line>): AsyncGenerator<Line> {
  for await (const line of lines) {
    yield line;
    if (line.number % LINES_A_TURN === 0) await nextTurn();
  }
}

async function answered<T extends object>(
  text: string | undefined,
  type: new () => T,
  work: (body: T) => Promise<object>,
): Promise<object> {
  if (text === undefined) throw new ProblemError('body-too-large', 'A line may hold 1 MiB at most.');
  return work(checked(type, parseJson(text, 'line')));
}

function faultOf(error: unknown, report: (error: unknown) => void): Fault {
  if (error instanceof ProblemError) {
    const { code, detail, errors } = error;
    return { status: PROBLEMS[code].status, code, detail, ...(errors && { errors }) };
  }
  report(error);
  return { status: 500, code: 'internal-error', detail: 'Something failed here. Send this line again.' };
}
