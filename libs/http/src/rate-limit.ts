import type { Clock } from '@assent/kernel';
import { ProblemError } from './problems.js';

interface Bucket {
  tokens: number;
  at: number;
}

const MOST_BUCKETS = 50_000;

/** A token bucket per name, in memory: protects the process, not a contract. Throws `rate-limited` when empty. */
export class RateLimit {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly clock: Pick<Clock, 'real'>,
    /** Refill, and how many at once. */
    private readonly perSecond: number,
    private readonly burst: number,
  ) {}

  take(name: string): void {
    const now = this.clock.real();
    const bucket = this.buckets.get(name) ?? this.open(name, now);
    bucket.tokens = Math.min(this.burst, bucket.tokens + ((now - bucket.at) / 1000) * this.perSecond);
    bucket.at = now;
    if (bucket.tokens < 1) {
      const wait = Math.ceil((1 - bucket.tokens) / this.perSecond);
      throw new ProblemError('rate-limited', 'Too many requests.', undefined, Math.max(1, wait));
    }
    bucket.tokens -= 1;
  }

  private open(name: string, at: number): Bucket {
    if (this.buckets.size >= MOST_BUCKETS) this.buckets.clear();
    const bucket = { tokens: this.burst, at };
    this.buckets.set(name, bucket);
    return bucket;
  }
}
