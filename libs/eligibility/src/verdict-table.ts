import type { Address } from '@assent/contract';

/**
 * Compiled verdicts by address key: one 64-bit word per address, written by `decide` and by nothing else. The word says
 * which pairs (purpose, channel) are allowed and until which day that holds; whatever it does not say is asked for.
 */

/** Pairs that one word has room for. */
export const MOST_PAIRS = 44;
const PRESENT = 1n << 44n;
const ASKED = 1n << 45n;
/** No day at which time alone changes a verdict is known. */
export const NO_DAY = 0xffff;

/** The word of an address: read the heads, whatever the question. */
export const ASK = PRESENT | ASKED;

/** `allow`: one bit per pair. `until`: the first day (UTC, since 1970) on which the word says nothing any more. */
export const wordOf = (allow: bigint, until: number): bigint =>
  allow | PRESENT | (BigInt(Math.min(NO_DAY, Math.max(0, until))) << 48n);

const DAY_MS = 86_400_000;
export const dayOf = (instant: number): number => Math.floor(instant / DAY_MS);

/** What the word of an address (0n: unknown) says on a day: undefined is "ask". Nobody unknown is contacted. */
export function allows(word: bigint, pair: number, today: number): boolean | undefined {
  if (word === 0n) return false;
  if ((word & ASKED) !== 0n || Number(word >> 48n) <= today || today < 0) return undefined;
  return ((word >> BigInt(pair)) & 1n) === 1n;
}

/** Where a line holds an e-mail address: JSON's member `email`, the whole line, or a column (counted from 0). */
export type Form = 'json' | 'plain' | { readonly separator: string; readonly column: number };

/** A line that the table cannot answer: its number in the piece, and where it begins. */
export interface OpenLine {
  readonly line: number;
  readonly start: number;
}

export interface Scanned {
  /** One byte per line: `1`, `0`, or `?` for each of `open`. Valid until the next call. */
  readonly answers: Uint8Array;
  readonly open: readonly OpenLine[];
}

/** Compiled verdicts of one pair (purpose, channel) as of one moment. */
export interface Verdicts {
  /** Answers whole lines of e-mail addresses. */
  scan(lines: Uint8Array, form: Form): Scanned;
  /** Whether the address may be contacted; undefined: read the heads. */
  of(key: string): boolean | undefined;
}

/** Lines that one scan takes at most, in bytes. */
export const LONGEST_PIECE = 1 << 20;

/** Of one tenant. Keys are address keys, 32 hex digits. Nothing is ever removed: an erased address is denied. */
export abstract class VerdictTable {
  /** Addresses in it. */
  abstract readonly size: number;
  /** Bytes of memory it holds for them. */
  abstract readonly bytes: number;
  /** The key of an address, where that costs less than the keyring's; else undefined. */
  abstract keyOf(address: Address): string | undefined;
  /** The word of an address; 0n when it is unknown. */
  abstract get(key: string): bigint;
  abstract set(key: string, word: bigint): void;
  /**
   * A part of the keys that must be decided anew: their word is `ASK`, or over today. Begins at `from` (0 at first) and
   * answers where to go on; undefined at the end.
   */
  abstract due(today: number, from: number): { readonly keys: string[]; readonly next: number | undefined };
  /** Answers whole lines, the last one with or without its line ending. */
  abstract scan(lines: Uint8Array, form: Form, pair: number, today: number): Scanned;
}

const LINE_FEED = 10;
const QUESTION = 63;

/** The same in plain TypeScript, where WebAssembly with vectors is missing: every line is left open. */
export class PlainTable extends VerdictTable {
  private readonly words = new Map<string, bigint>();
  get size(): number {
    return this.words.size;
  }
  /** A map's entry with its text and its number, as measured. */
  get bytes(): number {
    return this.words.size * 160;
  }
  override keyOf = (): undefined => undefined;
  override get = (key: string): bigint => this.words.get(key) ?? 0n;
  override set(key: string, word: bigint): void {
    this.words.set(key, word);
  }
  override due(today: number): { keys: string[]; next: undefined } {
    const over = [...this.words].filter(([, word]) => allows(word, 0, today) === undefined);
    return { keys: over.map(([key]) => key), next: undefined };
  }
  override scan(lines: Uint8Array): Scanned {
    const open: OpenLine[] = [];
    for (let start = 0; start < lines.length;) {
      open.push({ line: open.length, start });
      const end = lines.indexOf(LINE_FEED, start);
      start = end < 0 ? lines.length : end + 1;
    }
    return { answers: new Uint8Array(open.length).fill(QUESTION), open };
  }
}
