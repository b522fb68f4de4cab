import type { CallEvidence } from '@assent/contract';
import type { Outcome, OutcomeClass } from '@assent/ports';
import type { Reply, Request, VendorApi } from './api.js';

/** So many answers "later" mean that the account is in trouble, not one target. */
const PATIENCE = 3;

/** From harmless to worst: of several targets the worst decides, and what was closed stays closed. */
const SEVERITY: readonly OutcomeClass[] = [
  'not-applicable',
  'not-supported',
  'done',
  'enforced-at-send',
  'refused',
  'data',
  'config',
  'retry',
];

/** The calls of one attempt at one address, and what they came to. */
export class Attempt {
  readonly calls: CallEvidence[] = [];
  /** Targets that were told to stop. */
  readonly closed = new Set<string>();
  private worst: OutcomeClass = 'not-applicable';
  private detail: string | undefined = 'no target to act on';
  private retryAfterMs: number | undefined;
  /** As the last answer that named it said. */
  remaining: number | undefined;
  private failures = 0;
  private stopped = false;
  private readonly asked = new Map<string, Promise<unknown>>();

  constructor(
    private readonly api: VendorApi,
    /** The time of the attempt, epoch milliseconds. */
    readonly now: number,
  ) {}

  /** No further call can succeed: the key is not accepted, nobody answers, or the account has had enough. */
  get halted(): boolean {
    return this.stopped || this.failures >= PATIENCE;
  }

  async call(request: Request): Promise<Reply> {
    const reply = await this.api.call(request, this.now);
    this.calls.push(reply.evidence);
    this.remaining = reply.remaining ?? this.remaining;
    const { status } = reply;
    if (status === null || status === 429 || (reply.class === 'config' && status < 404)) this.stopped = true;
    if (reply.class === 'retry') this.failures += 1;
    return reply;
  }

  /** In turn, until one is not done; answers the last that was made. */
  async each(first: Request, ...more: readonly Request[]): Promise<Reply> {
    let reply = await this.call(first);
    for (const request of more) {
      if (reply.class !== 'done') break;
      reply = await this.call(request);
    }
    return reply;
  }

  /** A question about the account is asked once, however many targets need the answer. */
  once<T>(name: string, ask: () => Promise<T>): Promise<T> {
    const before = this.asked.get(name) as Promise<T> | undefined;
    const answer = before ?? ask();
    this.asked.set(name, answer);
    return answer;
  }

  count(kind: OutcomeClass, detail?: string): void {
    if (SEVERITY.indexOf(kind) < SEVERITY.indexOf(this.worst)) return;
    if (kind === this.worst && detail === undefined) return;
    this.worst = kind;
    this.detail = detail;
  }

  failed({
    class: kind,
    detail,
    retryAfterMs: wait,
  }: Pick<Reply, 'class' | 'detail' | 'retryAfterMs'>): void {
    this.count(kind === 'not-found' ? 'config' : kind, detail);
    if (wait !== undefined) this.retryAfterMs = Math.max(this.retryAfterMs ?? 0, wait);
  }

  outcome(): Outcome {
    const { worst, detail, calls, closed, retryAfterMs } = this;
    return {
      class: worst,
      calls,
      ...(closed.size > 0 && { closed: [...closed] }),
      ...(detail !== undefined && { detail }),
      ...(this.remaining !== undefined && { remaining: this.remaining }),
      ...(retryAfterMs !== undefined && worst === 'retry' && { retryAfterMs }),
    };
  }
}
