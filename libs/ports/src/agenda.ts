import type { ConceptName } from '@assent/kernel';

export interface WakeUp {
  readonly stream: string;
  /** The version of the stream that asked for it. */
  readonly version: number;
  /** Epoch milliseconds, in the time of the rules. */
  readonly at: number;
}

/**
 * At most one wake-up per stream, ordered by due time; its cost follows what is due, not what exists.
 * Filled by a consumer of the feed from the decider's `wakeAt`. What was planned is durable before the checkpoint of
 * that consumer is: a crash plans again.
 */
export abstract class Agenda {
  /** Replaces the stream's wake-up; `never` removes it. Ignored when a newer version has planned already. */
  abstract plan(stream: string, version: number, at: number | 'never'): Promise<void>;
  /**
   * Wake-ups due at or before `now`, earliest first; of the streams of these concepts only, if any are named. They stay
   * until planned anew.
   */
  abstract due(now: number, limit: number, concepts?: readonly ConceptName[]): Promise<WakeUp[]>;
  /** The instant of the earliest wake-up, if any. */
  abstract next(): Promise<number | undefined>;
}
