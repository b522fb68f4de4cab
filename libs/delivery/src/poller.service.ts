import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '@assent/kernel';
import type { Integration } from '@assent/policy';
import { NO_END, Records, type Outcome, type ToolChanges } from '@assent/ports';
import { Leases } from '@assent/runtime';
import type { ActiveIntegration } from './connectors.js';
import { Inbox } from './inbox.service.js';
import { Integrations } from './integrations.service.js';
import { DeliveryWorker, type Runner } from './worker.service.js';

/** In the time of the rules. */
const EVERY_MS = 3_600_000;
const LOOK_MS = 30_000;
const LEASE_MS = 60_000;
/** After a failure, twice as long each time, an hour at most: unless the tool says how long. */
const FIRST_WAIT_MS = 60_000;

/** How far a tool was read. Neither holds personal data. */
interface Read {
  readonly cursor: string | null;
  /** When it was last read to its end, in the time of the rules. */
  readonly at: number | null;
}
interface Pause {
  readonly failures: number;
  readonly until: { readonly rule: number; readonly real: number };
}

/**
 * Asks the tools that can say it what has changed there, every hour: some have no webhooks, and of the others a webhook
 * may be lost (integrations.md §1.6). What they say goes the way of what they post. Where to go on is stored only when
 * that is safe, so a crash reads a page again, which then changes nothing. One process at a time asks a tool.
 */
@Injectable()
export class Poller implements Runner {
  private readonly logger = new Logger('Poller');
  private readonly wanted = new Set<string>();
  private readonly pauses = new Map<string, Pause>();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  /** Pages handed over since somebody asked, also those that an operator's question brought. */
  private handed = 0;
  private stopped = false;

  constructor(
    private readonly integrations: Integrations,
    private readonly records: Records,
    private readonly leases: Leases,
    private readonly inbox: Inbox,
    private readonly clock: Clock,
    private readonly worker: DeliveryWorker,
  ) {
    worker.takeAlong(this);
  }

  start(): void {
    this.ring();
    this.timer = setInterval(() => this.ring(), LOOK_MS);
    this.timer.unref();
  }

  /** Resolves when the page that is being read is safe. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running.catch(() => undefined);
  }

  /** Reads what is due, one tool beside the other; answers how many pages said something. */
  async runDue(): Promise<number> {
    await this.turn();
    const { handed } = this;
    this.handed = 0;
    return handed;
  }

  /** An operator wants to know now. */
  soon({ tenant, id }: Pick<Integration, 'tenant' | 'id'>): void {
    this.wanted.add(nameOf({ tenant, id }));
    this.pauses.delete(nameOf({ tenant, id }));
    this.ring();
  }

  /** When the tool was last read to its end; null: never, or it cannot be. */
  async readAt(integration: Pick<Integration, 'tenant' | 'id' | 'kind'>): Promise<number | null> {
    return (await this.records.get<Read>(keyOf(integration), this.clock.real()))?.at ?? null;
  }

  private ring(): void {
    this.turn().catch((error: unknown) =>
      this.logger.error(`what has changed at the tools could not be asked: ${String(error)}`),
    );
  }

  /** One at a time. */
  private turn(): Promise<void> {
    this.running = this.running.then(
      () => this.pass(),
      () => this.pass(),
    );
    return this.running;
  }

  private async pass(): Promise<void> {
    const able = this.integrations
      .tenants()
      .flatMap((tenant) => this.integrations.active(tenant))
      .filter(({ connector }) => connector.capabilities.delta !== undefined);
    await Promise.all(able.map((active) => this.readIfDue(active)));
  }

  private async readIfDue(active: ActiveIntegration): Promise<void> {
    const { integration } = active;
    const name = nameOf(integration);
    const before = await this.records.get<Read>(keyOf(integration), this.clock.real());
    if (this.stopped || (!this.isDue(before?.at ?? null) && !this.wanted.has(name))) return;
    if (this.rests(name) || !this.worker.mayAsk(integration.tenant, integration.id)) return;
    if (!(await this.leases.take(leaseOf(name), LEASE_MS))) return;
    // Whoever asks from here on wants to know of what this reading may have passed already.
    const asked = this.wanted.delete(name);
    let whole = false;
    try {
      whole = await this.read(active);
    } finally {
      if (asked && !whole) this.wanted.add(name);
      await this.leases.release(leaseOf(name));
    }
  }

  /** Page by page, each safe before the next is asked for; answers whether it came to the end. */
  private async read(active: ActiveIntegration): Promise<boolean> {
    const { integration, connector } = active;
    const { tenant, id } = integration;
    const name = nameOf(integration);
    let { cursor, at } = (await this.records.get<Read>(keyOf(integration), this.clock.real())) ?? NOWHERE;
    for (;;) {
      const changes = await this.ask(active, cursor);
      this.worker.asked(tenant, id, changes.outcome);
      if (changes.outcome.class !== 'done') {
        this.failed(name, changes.outcome);
        return false;
      }
      if (changes.facts.length > 0) {
        const body = Buffer.from(JSON.stringify(changes.facts));
        // Too much waits already: it is asked again when that is worked off.
        if (!(await this.inbox.take(integration, body, connector.capabilities.delta))) return false;
        this.handed += 1;
      }
      const { more } = changes;
      ({ cursor } = changes);
      if (!more) at = this.clock.now();
      await this.records.put(keyOf(integration), { cursor, at } satisfies Read, NO_END);
      if (!more) {
        this.pauses.delete(name);
        return true;
      }
      const ours = await this.leases.take(leaseOf(name), LEASE_MS);
      if (!ours || this.stopped || !this.worker.mayAsk(tenant, id)) return false;
    }
  }

  private async ask(
    { integration, connector }: ActiveIntegration,
    cursor: string | null,
  ): Promise<ToolChanges> {
    try {
      const changes = await connector.changesSince?.(cursor, this.clock.real());
      return changes ?? { outcome: { class: 'not-supported', calls: [] }, facts: [], cursor, more: false };
    } catch (error) {
      // The name only: a message may hold what was read.
      const what = error instanceof Error ? error.name : 'unknown fault';
      this.logger.error(`${nameOf(integration)}: what has changed there could not be read: ${what}`);
      return { outcome: { class: 'data', detail: what, calls: [] }, facts: [], cursor, more: false };
    }
  }

  private failed(name: string, { class: kind, detail, retryAfterMs }: Outcome): void {
    const failures = (this.pauses.get(name)?.failures ?? 0) + 1;
    const wait = retryAfterMs ?? Math.min(EVERY_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 10));
    this.pauses.set(name, {
      failures,
      until: { rule: this.clock.now() + wait, real: this.clock.real() + wait },
    });
    if (kind !== 'retry' && failures === 1)
      this.logger.warn(`${name}: it does not say what has changed: ${kind}: ${detail ?? ''}`);
  }

  /** The test clock may also go back. */
  private isDue(at: number | null): boolean {
    return at === null || Math.abs(this.clock.now() - at) >= EVERY_MS;
  }

  private rests(name: string): boolean {
    const until = this.pauses.get(name)?.until;
    return until !== undefined && until.rule > this.clock.now() && until.real > this.clock.real();
  }
}

const NOWHERE: Read = { cursor: null, at: null };
const nameOf = ({ tenant, id }: Pick<Integration, 'tenant' | 'id'>): string => `${tenant}/${id}`;
const leaseOf = (name: string): string => `poll/${name}`;
/** Another kind of tool under the same name is another tool. */
const keyOf = ({ tenant, id, kind }: Pick<Integration, 'tenant' | 'id' | 'kind'>): string =>
  `poll/${tenant}/${id}/${kind}`;
