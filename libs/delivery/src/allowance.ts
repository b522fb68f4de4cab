/**
 * How many calls a tool takes, and whose they are (integrations.md §3.2): stops may use all of them; whatever else is to be
 * done, together, at most half, so that a stop finds calls left however much is to be verified.
 */
import type { Lane } from '@assent/contract';
import type { Capabilities, Outcome } from '@assent/ports';
import type { Instants } from './row.js';

type Rate = NonNullable<Capabilities['rate']>;
const SHARE_OF_OTHERS = 0.5;
/** A delivery is a look and a write, or two. */
const CALLS_EACH = 3;

/** Fills with time, by whichever clock has gone further. What is spent beyond it is owed: nobody knows before what a delivery costs. */
class Bucket {
  private level: number;
  private filledAt: Instants | undefined;

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
  ) {
    this.level = burst;
  }

  /** How many deliveries may be begun. */
  room(now: Instants): number {
    const level = this.fill(now);
    return level < 1 ? 0 : Math.max(1, Math.floor(level / CALLS_EACH));
  }
  waitMs(now: Instants): number {
    return Math.max(0, Math.ceil(((1 - this.fill(now)) / this.perSecond) * 1_000));
  }
  spend(calls: number, now: Instants): void {
    this.level = this.fill(now) - calls;
  }
  atMost(calls: number): void {
    this.level = Math.min(this.level, calls);
  }

  private fill(now: Instants): number {
    const { rule, real } = this.filledAt ?? now;
    const passedMs = Math.max(0, now.rule - rule, now.real - real);
    this.filledAt = now;
    this.level = Math.min(this.burst, this.level + (passedMs / 1_000) * this.perSecond);
    return this.level;
  }
}

export class Allowance {
  private readonly all: Bucket;
  private readonly others: Bucket;

  constructor({ perSecond, burst }: Rate) {
    this.all = new Bucket(perSecond, burst);
    this.others = new Bucket(perSecond * SHARE_OF_OTHERS, Math.max(1, burst * SHARE_OF_OTHERS));
  }

  /** How many deliveries may be begun now, of stops and of everything else. */
  room(now: Instants): { readonly stops: number; readonly others: number } {
    const stops = this.all.room(now);
    return { stops, others: Math.min(stops, this.others.room(now)) };
  }

  /** Until something of every lane may be begun. */
  waitMs(now: Instants): number {
    return Math.max(this.all.waitMs(now), this.others.waitMs(now));
  }

  /** What a delivery has cost, and what the tool says that it will still take: others use it too. */
  spent(lane: Lane, { calls, remaining }: Pick<Outcome, 'calls' | 'remaining'>, now: Instants): void {
    this.all.spend(calls.length, now);
    if (lane !== 'stop') this.others.spend(calls.length, now);
    if (remaining !== undefined) this.all.atMost(remaining);
  }
}
