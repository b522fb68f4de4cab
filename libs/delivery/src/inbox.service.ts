import { Injectable, Logger, Optional } from '@nestjs/common';
import { Clock, ulid } from '@assent/kernel';
import type { Integration } from '@assent/policy';
import { Directory, NO_END, Records } from '@assent/ports';
import { FromTools, type Polled, type Told } from './from-tools.service.js';
import { DeliveryMetrics } from './metrics.js';
import { DeliveryWorker, UNMEASURED, type Runner } from './worker.service.js';

/** What waits of one integration: beyond it, the tool is told to come again. */
const MOST_WAITING = 20_000;
const MOST_BYTES = 64 << 20;
/** Personal data that nobody could work off in this time goes; the operator has been told of it all along. */
const KEPT_MS = 30 * 24 * 3_600_000;
/** The body follows its entry; one that has none after this was never acknowledged. */
const BODY_MS = 60_000;
const POLL_MS = 5_000;
const LONGEST_WAIT_MS = 3_600_000;
const STEP = 500;

/** One posted body that waits. It holds no clear data: the body itself is sealed in the directory under `id`. */
interface Entry {
  readonly tenant: string;
  readonly integration: string;
  readonly id: string;
  readonly size: number;
  /** Facts that were asked for, as they were read, instead of what was posted. */
  readonly polled?: Polled;
  /** In the time of the rules, for what says no time itself; and in real time. */
  readonly at: number;
  readonly atReal: number;
  readonly attempts: number;
  readonly notBefore: { readonly rule: number; readonly real: number };
}
interface Load {
  count: number;
  bytes: number;
}

const PREFIX = 'hook/';
const keyOf = ({ tenant, integration, id }: Pick<Entry, 'tenant' | 'integration' | 'id'>): string =>
  `${PREFIX}${tenant}/${integration}/${id}`;

/**
 * What tools have posted: stored before they are answered, worked off in the order of arrival. Whoever fails waits, and
 * what is told of the same address later waits behind it; other addresses do not. What was worked off can be opened by
 * nobody any more. A crash repeats the last ones, which then change nothing.
 */
@Injectable()
export class Inbox implements Runner {
  private readonly logger = new Logger('Inbox');
  private readonly metrics: DeliveryMetrics;
  private readonly loads = new Map<string, Load>();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<number> = Promise.resolve(0);
  private bell: NodeJS.Immediate | undefined;
  private started = false;

  constructor(
    private readonly records: Records,
    private readonly directory: Directory,
    private readonly clock: Clock,
    private readonly fromTools: FromTools,
    worker: DeliveryWorker,
    @Optional() metrics?: DeliveryMetrics,
  ) {
    this.metrics = metrics ?? UNMEASURED;
    worker.takeAlong(this);
  }

  count({ tenant, id }: Pick<Integration, 'tenant' | 'id'>, outcome: string): void {
    this.metrics.heard(tenant, id, outcome);
  }

  /** Durable when it answers true; false when too much waits already. */
  async take({ tenant, id: integration }: Integration, body: Uint8Array, polled?: Polled): Promise<boolean> {
    const load = this.loadOf(tenant, integration);
    if (load.count >= MOST_WAITING || load.bytes + body.length > MOST_BYTES) return false;
    const now = { rule: this.clock.now(), real: this.clock.real() };
    const entry: Entry = {
      ...{ tenant, integration, id: `hook_${ulid(now.real)}`, size: body.length, attempts: 0 },
      ...{ at: now.rule, atReal: now.real, notBefore: now },
      ...(polled !== undefined && { polled }),
    };
    load.count += 1;
    load.bytes += entry.size;
    // The entry first: a crash in between leaves one without a body, which is cleared away, and no body without an entry.
    await this.records.put(keyOf(entry), entry, NO_END);
    const sealed = { body: Buffer.from(body).toString('base64') };
    await this.directory.sealEvidence(tenant, entry.id, entry.id, sealed);
    if (this.started) this.bell ??= setImmediate(() => this.ring());
    return true;
  }

  start(): void {
    this.started = true;
    this.ring();
    this.timer = setInterval(() => this.ring(), POLL_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    this.started = false;
    clearInterval(this.timer);
    clearImmediate(this.bell);
    await this.running.catch(() => 0);
  }

  /** One pass at a time over what waits; answers how many were worked off. */
  runDue(): Promise<number> {
    this.running = this.running.then(
      () => this.pass(),
      () => this.pass(),
    );
    return this.running;
  }

  private ring(): void {
    this.bell = undefined;
    this.runDue().catch((error: unknown) =>
      this.logger.error(`what tools have posted could not be read: ${String(error)}`),
    );
  }

  private async pass(): Promise<number> {
    const waiting = await this.records.list<Entry>(PREFIX, this.clock.real());
    this.weigh(waiting.map(({ value }) => value));
    /** Addresses of which something waits: what is told of them later waits as well. */
    const blocked = new Set<string>();
    let done = 0;
    for (const [index, { value }] of waiting.entries()) {
      if (index % STEP === STEP - 1) await new Promise((resolve) => setImmediate(resolve));
      if (await this.work(value, blocked)) done += 1;
    }
    return done;
  }

  /** True when nothing of it is left. */
  private async work(entry: Entry, blocked: Set<string>): Promise<boolean> {
    const { tenant, id, atReal } = entry;
    const name = `${tenant}/${entry.integration}`;
    const body = (await this.directory.openEvidence(tenant, id))?.['body'];
    if (typeof body !== 'string') {
      if (this.clock.real() - atReal < BODY_MS) return false;
      await this.clear(entry);
      return true;
    }
    if (this.clock.real() - atReal > KEPT_MS) {
      this.logger.error(
        `${name}: given up what was posted 30 days ago; ask the tool for its list of opt-outs`,
      );
      await this.clear(entry);
      return true;
    }
    const told: Told = {
      tenant,
      integration: entry.integration,
      at: entry.at,
      body: Buffer.from(body, 'base64'),
      ...(entry.polled !== undefined && { polled: entry.polled }),
    };
    const due = this.isDue(entry);
    let left: number;
    try {
      left = await this.fromTools.hear(told, blocked, due);
    } catch (error) {
      // The name only: a message may hold what was posted.
      const what = error instanceof Error ? error.name : 'unknown fault';
      if (due) this.logger.error(`${name}: what was posted could not be read: ${what}`);
      left = 1;
    }
    if (left === 0) {
      await this.clear(entry);
      return true;
    }
    if (due) await this.postpone(entry);
    return false;
  }

  private isDue({ notBefore }: Entry): boolean {
    return notBefore.rule <= this.clock.now() || notBefore.real <= this.clock.real();
  }

  private async postpone(entry: Entry): Promise<void> {
    const attempts = entry.attempts + 1;
    const wait = Math.min(LONGEST_WAIT_MS, 1_000 * 2 ** Math.min(attempts, 20));
    const notBefore = { rule: this.clock.now() + wait, real: this.clock.real() + wait };
    await this.records.put(keyOf(entry), { ...entry, attempts, notBefore }, NO_END);
  }

  /** The body first: without it the entry means nothing. */
  private async clear(entry: Entry): Promise<void> {
    await this.directory.erase(entry.tenant, entry.id);
    await this.records.delete(keyOf(entry));
    const load = this.loadOf(entry.tenant, entry.integration);
    load.count = Math.max(0, load.count - 1);
    load.bytes = Math.max(0, load.bytes - entry.size);
  }

  private weigh(waiting: readonly Entry[]): void {
    this.loads.clear();
    for (const { tenant, integration, size } of waiting) {
      const load = this.loadOf(tenant, integration);
      load.count += 1;
      load.bytes += size;
    }
  }

  private loadOf(tenant: string, integration: string): Load {
    const name = `${tenant}/${integration}`;
    const load = this.loads.get(name) ?? { count: 0, bytes: 0 };
    this.loads.set(name, load);
    return load;
  }
}
