import type { CallEvidence } from '@assent/contract';
import type { Outcome, OutcomeClass } from '@assent/ports';
import type { MailchimpApi, Reply, Request } from './api.js';

const PAGE = 1000;
/** So many answers "later" mean that the account is in trouble, not one audience. */
const PATIENCE = 3;

/** From harmless to worst: of several audiences the worst decides, and what was closed stays closed. */
const SEVERITY: readonly OutcomeClass[] = [
  'not-applicable',
  'not-supported',
  'done',
  'refused',
  'data',
  'config',
  'retry',
];

/** The calls of one attempt at one address, and what they came to. */
export class Attempt {
  readonly calls: CallEvidence[] = [];
  readonly closed = new Set<string>();
  private worst: OutcomeClass = 'not-applicable';
  private detail: string | undefined = 'no target to act on';
  private retryAfterMs: number | undefined;
  private failures = 0;
  private stopped = false;
  private lists: Promise<string[] | undefined> | undefined;

  constructor(
    private readonly api: MailchimpApi,
    /** The time of the attempt, epoch milliseconds. */
    private readonly now: number,
  ) {}

  /** No further call can succeed: the key is not accepted, nobody answers, or the account has had enough. */
  get halted(): boolean {
    return this.stopped || this.failures >= PATIENCE;
  }

  async call(request: Request): Promise<Reply> {
    const reply = await this.api.call(request, this.now);
    this.calls.push(reply.evidence);
    const { status } = reply;
    if (status === null || status === 429 || (reply.class === 'config' && status < 404)) this.stopped = true;
    if (reply.class === 'retry') this.failures += 1;
    return reply;
  }

  /** A write that an audience with required merge fields would refuse is repeated without checking them. */
  async write(request: Request): Promise<Reply> {
    const reply = await this.call(request);
    return reply.class === 'data' && reply.status === 400
      ? this.call({ ...request, query: '?skip_merge_validation=true' })
      : reply;
  }

  count(kind: OutcomeClass, detail?: string): void {
    if (SEVERITY.indexOf(kind) < SEVERITY.indexOf(this.worst)) return;
    if (kind === this.worst && detail === undefined) return;
    this.worst = kind;
    this.detail = detail;
  }

  failed({ class: kind, detail, retryAfterMs: wait }: Reply): void {
    this.count(kind === 'not-found' ? 'config' : kind, detail);
    if (wait !== undefined) this.retryAfterMs = Math.max(this.retryAfterMs ?? 0, wait);
  }

  /** Every audience of the account, asked once; undefined when it could not be read, which then is the outcome. */
  allLists(): Promise<string[] | undefined> {
    this.lists ??= this.readLists();
    return this.lists;
  }

  /**
   * A deleted audience answers the same 404 as a missing member: only the account can tell them apart, and with them
   * the right key from the wrong one (integrations.md §1.10).
   */
  async exists(list: string): Promise<boolean> {
    const lists = await this.allLists();
    if (lists?.includes(list) === false) this.count('config', `list ${list} does not exist`);
    return lists?.includes(list) === true;
  }

  outcome(): Outcome {
    const { worst, detail, calls, closed, retryAfterMs } = this;
    return {
      class: worst,
      calls,
      ...(closed.size > 0 && { closed: [...closed] }),
      ...(detail !== undefined && { detail }),
      ...(retryAfterMs !== undefined && worst === 'retry' && { retryAfterMs }),
    };
  }

  private async readLists(): Promise<string[] | undefined> {
    const lists: string[] = [];
    for (;;) {
      const query = `?fields=lists.id,total_items&count=${PAGE}&offset=${lists.length}`;
      const reply = await this.call({ method: 'GET', template: '/lists', query });
      const page: unknown = reply.body['lists'];
      if (reply.class !== 'done' || !Array.isArray(page)) {
        this.failed(reply.class === 'done' ? { ...reply, class: 'retry', detail: 'lists missing' } : reply);
        return undefined;
      }
      const ids = page.flatMap((entry: { id?: unknown } | null) =>
        typeof entry?.id === 'string' ? entry.id : [],
      );
      lists.push(...ids);
      const total = reply.body['total_items'];
      if (ids.length === 0 || (typeof total === 'number' ? lists.length >= total : ids.length < PAGE))
        return lists;
    }
  }
}
