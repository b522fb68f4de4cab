/**
 * Keeps a broken integration from being called, and the others from noticing (integrations.md §3.3). Opens at once for
 * a wrong credential or setting, and when half of the last twenty calls failed; then one cheap probe every 30 s,
 * growing to 5 min, and after it one delivery that decides.
 */
import type { Outcome } from '@assent/ports';
import type { Instants } from './row.js';

const FIRST_PROBE_MS = 30_000;
const LAST_PROBE_MS = 300_000;
const WINDOW = 20;
const PAUSE_MAX_MS = 300_000;

type Heard = Pick<Outcome, 'class' | 'detail' | 'retryAfterMs'>;
export type BreakerState = 'closed' | 'open' | 'half-open';

export class Breaker {
  state: BreakerState = 'closed';
  reason: string | null = null;
  private interval = FIRST_PROBE_MS;
  private next: Instants = { rule: 0, real: 0 };
  private failures: boolean[] = [];

  /** How many deliveries may be begun while `inFlight` are under way. */
  room(now: Instants, slots: number, inFlight: number): number {
    if (this.state === 'open' || (this.state === 'closed' && !this.reached(now))) return 0;
    return (this.state === 'half-open' ? 1 : slots) - inFlight;
  }

  probeDue(now: Instants): boolean {
    return this.state === 'open' && this.reached(now);
  }

  /** Real time until something may be tried again. */
  waitMs(now: Instants): number {
    return this.reached(now) ? 0 : this.next.real - now.real;
  }

  /** What a delivery was answered. While open, those begun before say nothing new. */
  heard({ class: kind, detail, retryAfterMs }: Heard, now: Instants): void {
    if (this.state === 'open') return;
    this.failures = [...this.failures, kind === 'retry' && retryAfterMs === undefined].slice(-WINDOW);
    const half = this.failures.length === WINDOW && this.failures.filter(Boolean).length >= WINDOW / 2;
    const down = kind === 'config' || (kind === 'retry' && (half || this.state === 'half-open'));
    if (down) this.open(detail === undefined ? kind : `${kind}: ${detail}`, now);
    else if (kind === 'retry') this.pause(retryAfterMs ?? 0, now);
    else if (this.state === 'half-open') this.close();
  }

  /** What the probe was answered: when well, one delivery may try. */
  probed({ class: kind, detail }: Heard, now: Instants): void {
    if (kind !== 'config' && kind !== 'retry') this.state = this.state === 'open' ? 'half-open' : this.state;
    else if (this.state === 'open' || kind === 'config') {
      this.open(detail === undefined ? kind : `${kind}: ${detail}`, now);
    }
  }

  /** An operator says it is mended: the next probe is due now. */
  reconsider(now: Instants): void {
    if (this.state === 'open') this.next = now;
  }

  /** Open since before a restart: nobody is told before a probe due now is answered. */
  recall(reason: string | null, now: Instants): void {
    this.open(reason ?? 'unknown', now);
    this.next = now;
  }

  private open(reason: string, now: Instants): void {
    this.interval = this.state === 'closed' ? FIRST_PROBE_MS : Math.min(LAST_PROBE_MS, this.interval * 2);
    this.state = 'open';
    this.reason = reason;
    this.next = { rule: now.rule + this.interval, real: now.real + this.interval };
  }

  private close(): void {
    this.state = 'closed';
    this.reason = null;
    this.failures = [];
  }

  /** A limit holds for the credential, not for one person: nobody calls before it ends, five minutes at most. */
  private pause(askedMs: number, now: Instants): void {
    const ms = Math.min(askedMs, PAUSE_MAX_MS);
    if (ms > this.next.real - now.real) this.next = { rule: now.rule + ms, real: now.real + ms };
  }

  private reached({ rule, real }: Instants): boolean {
    return rule >= this.next.rule || real >= this.next.real;
  }
}
