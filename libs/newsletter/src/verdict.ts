/** Who seems to have confirmed: kept as evidence beside the act, and read by people who doubt it. Pure. */
import type { Verdict } from '@assent/contract';

/** One request to a confirmation link. */
export interface Fetch {
  /** Epoch milliseconds, real time. */
  readonly at: number;
  readonly method: string;
  /** Keyed digest of address and program: the same client has the same. */
  readonly client: string;
  /** What it says it is; null: a browser. */
  readonly program: 'scanner' | 'script' | null;
}

/** Nobody reads a page and presses its button faster. */
const READING_MS = 400;

/**
 * `scanner-suspected`: it names itself one. `script`: no browser, or the page was never looked at, or faster than anyone
 * reads. `human`: the page was shown to the same client before, and a moment passed.
 */
export function verdictOf(before: readonly Fetch[], confirming: Fetch): Verdict {
  if (confirming.program === 'scanner') return 'scanner-suspected';
  if (confirming.program === 'script') return 'script';
  const shown = before.filter(({ client, method }) => client === confirming.client && method === 'GET');
  const last = shown.at(-1);
  return last !== undefined && confirming.at - last.at >= READING_MS ? 'human' : 'script';
}
