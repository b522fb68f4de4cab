import { randomInt } from 'node:crypto';
import { Inject, Injectable, Logger, Optional } from '@nestjs/common';
import { Clock } from '@assent/kernel';
import { Policies, type Integration } from '@assent/policy';
import { Deliveries, Directory, EventLog, Records, type Outcome } from '@assent/ports';
import type { Bench } from './attempt.js';
import type { ActiveIntegration } from './connectors.js';
import { Healths, type HealthState } from './health.js';
import { Holds } from './holds.js';
import { IntegrationWorker, POLL_MS } from './integration-worker.js';
import { Integrations } from './integrations.service.js';
import { DeliveryMetrics, type IntegrationReport } from './metrics.js';
import { Planner } from './planner.service.js';
import { Receipts } from './receipts.js';
import { Tool } from './tool.js';

/** Injection token of `DeliverySettings`; optional. */
export const DELIVERY_SETTINGS = Symbol('delivery settings');
export interface DeliverySettings {
  /** Attempts in flight per integration: 4. Mailchimp takes ten connections per account. */
  readonly slots?: number;
  /** How soon a row is found that another process has planned, or left when it died: 30 s. */
  readonly pollMs?: number;
  /** Of the jitter, in [0, 1). */
  readonly random?: () => number;
}

const WATCH_MS = 30_000;
const STOP_WAIT_MS = 8_000;
const NO_WORK = { stop: 0, erase: 0, verify: 0, 'opt-in': 0 };

/** Something that works with the engine: it begins, does what is due, and ends when the engine does. */
export interface Runner {
  start(): void;
  runDue(): Promise<number>;
  stop(): Promise<void>;
}

/** Carries every stop to every integration until it is seen to obey. One engine per process; several may share rows. */
@Injectable()
export class DeliveryWorker {
  private readonly logger = new Logger('Delivery');
  private readonly workers = new Map<string, IntegrationWorker>();
  private readonly bench: Bench;
  private readonly slots: number;
  private readonly pollMs: number;
  private readonly healths: Healths;
  private watch: NodeJS.Timeout | undefined;
  private started = false;
  private readonly beside: Runner[] = [];
  private readonly behind: Runner[] = [];
  private admission: (active: ActiveIntegration) => Promise<boolean> = () => Promise.resolve(true);

  constructor(
    deliveries: Deliveries,
    private readonly directory: Directory,
    log: EventLog,
    private readonly clock: Clock,
    policies: Policies,
    private readonly planner: Planner,
    private readonly integrations: Integrations,
    @Optional() metrics?: DeliveryMetrics,
    @Optional() @Inject(DELIVERY_SETTINGS) settings?: DeliverySettings,
    @Optional() records?: Records,
  ) {
    this.slots = settings?.slots ?? 4;
    this.pollMs = settings?.pollMs ?? POLL_MS;
    this.bench = {
      deliveries,
      planner,
      receipts: new Receipts(log, clock, policies),
      holds: new Holds(deliveries, directory, integrations),
      clock,
      metrics: metrics ?? UNMEASURED,
      random: settings?.random ?? (() => randomInt(2 ** 32) / 2 ** 32),
      warn: (message) => this.logger.warn(message),
      admits: (active) => this.admission(active),
    };
    this.healths = new Healths(records, clock, this.bench.warn);
    planner.onDue((tenant, id) => this.find(tenant, id)?.wake());
  }

  /** Called when the tools have forgotten an address of an erased person. */
  onForgotten(listener: (tenant: string, subjectId: string) => Promise<void>): void {
    this.bench.holds.onForgotten(listener);
  }

  /** Asked before an opt-in is told: no while the tool has not been told every stop of before (integrations.md §3.6). */
  admitBy(admits: (active: ActiveIntegration) => Promise<boolean>): void {
    this.admission = admits;
  }

  /** Begins, does what is due and ends with the engine. */
  takeAlong(runner: Runner): void {
    this.beside.push(runner);
  }

  /** The same, after everything else that is due. */
  takeLast(runner: Runner): void {
    this.behind.push(runner);
  }

  /** Follows the log, probes the tools, works until `stop`. */
  async start(): Promise<void> {
    this.started = true;
    for (const integration of this.everyone()) {
      const why = this.integrations.inactive(integration);
      if (why !== null) this.logger.warn(`${nameOf(integration)} is not active: ${why.code}: ${why.detail}`);
    }
    await this.turn();
    this.watch = setInterval(() => void this.look(), WATCH_MS);
    this.watch.unref();
    for (const runner of [...this.beside, ...this.behind]) runner.start();
  }

  /** Everything that is due now; resolves when those attempts are done, with their number. What the test clock calls. */
  async runDue(): Promise<number> {
    await this.turn();
    await this.directory.releaseOver(this.clock.now());
    const runners = [...this.beside, ...this.workers.values()];
    const made = await Promise.all(runners.map((runner) => runner.runDue()));
    for (const runner of this.behind) made.push(await runner.runDue());
    await this.healths.settle();
    return made.reduce((sum, count) => sum + count, 0);
  }

  /** Begins nothing more and waits for what is in flight, 8 s at most: an attempt cut off is found and closed later. */
  async stop(): Promise<void> {
    clearInterval(this.watch);
    const ended = Promise.all(
      [...this.beside, ...this.behind, ...this.workers.values()].map((runner) => runner.stop()),
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, STOP_WAIT_MS)));
    await Promise.race([ended, late]).finally(() => clearTimeout(timer));
    await this.healths.settle();
  }

  /** How every integration of the tenant stands; of all tenants without one. */
  async report(tenant?: string): Promise<IntegrationReport[]> {
    const asked = this.everyone().filter(
      (integration) => tenant === undefined || integration.tenant === tenant,
    );
    return Promise.all(asked.map((integration) => this.reportOn(integration)));
  }

  /** Something may be due there. */
  wake(tenant: string, id: string): void {
    this.find(tenant, id)?.wake();
  }

  /** An operator has mended something: a broken integration is probed now instead of at its time. */
  reconsider(tenant: string, id: string): void {
    const worker = this.find(tenant, id);
    worker?.breaker.reconsider({ rule: this.clock.now(), real: this.clock.real() });
    worker?.wake();
  }

  /** Whether the tool may be asked anything beside deliveries now: it works, and has not asked to be left alone. */
  mayAsk(tenant: string, id: string): boolean {
    return this.find(tenant, id)?.isFree() ?? false;
  }

  /** What the tool answered to a question beside deliveries. */
  asked(tenant: string, id: string, outcome: Outcome): void {
    this.find(tenant, id)?.asked(outcome);
  }

  /** Integrations become active, and policies take effect, while the process runs. */
  private async turn(): Promise<void> {
    for (const tenant of this.integrations.tenants()) {
      for (const active of this.integrations.active(tenant)) {
        const worker = this.workers.get(nameOf(active.integration)) ?? (await this.hire(active));
        if (this.started) worker.start();
      }
    }
    await this.planner.follow();
  }

  private async hire(active: ActiveIntegration): Promise<IntegrationWorker> {
    const tool = new Tool(active, this.directory, this.clock, this.bench.warn);
    const allowed = () => this.integrations.inactive(active.integration) === null;
    const name = nameOf(active.integration);
    const before = await this.healths.load(name);
    const changed = (urgent: boolean) => this.healths.changed(name, () => worker.health(), urgent);
    const worker: IntegrationWorker = new IntegrationWorker(
      tool,
      this.bench,
      this.slots,
      allowed,
      this.pollMs,
      changed,
    );
    // Asked for twice at once: the first one stays.
    const hired = this.workers.get(name);
    if (hired !== undefined) return hired;
    if (before !== undefined) worker.recall(before);
    this.workers.set(name, worker);
    return worker;
  }

  private find(tenant: string, id: string): IntegrationWorker | undefined {
    return this.workers.get(nameOf({ tenant, id }));
  }

  private everyone(): readonly Integration[] {
    return this.integrations.tenants().flatMap((tenant) => this.integrations.all(tenant));
  }

  private async reportOn(integration: Integration): Promise<IntegrationReport> {
    const { tenant, id, kind, role } = integration;
    const inactive = this.integrations.inactive(integration);
    const report = await this.find(tenant, id)?.report();
    const idle = { pending: NO_WORK, oldestStop: null, breaker: 'closed' as const, breakerReason: null };
    const stored = await this.healths.load(nameOf(integration));
    const known = { lastSuccess: stored?.lastSuccess ?? null, lastError: stored?.lastError ?? null };
    const heard = report && newer(known, report);
    return { ...idle, overdue: null, ...known, ...report, ...heard, tenant, id, kind, role, inactive };
  }

  private async look(): Promise<void> {
    try {
      await this.turn();
      await this.directory.releaseOver(this.clock.now());
    } catch (error) {
      this.logger.error(`the integrations could not be looked at: ${String(error)}`);
    }
  }
}

const nameOf = ({ tenant, id }: Pick<Integration, 'tenant' | 'id'>): string => `${tenant}/${id}`;

type Heard = Pick<HealthState, 'lastSuccess' | 'lastError'>;
/** Of another replica, or of this process. */
const newer = (stored: Heard, own: Heard): Heard => ({
  lastSuccess: (stored.lastSuccess ?? 0) > (own.lastSuccess ?? 0) ? stored.lastSuccess : own.lastSuccess,
  lastError: (stored.lastError?.at ?? 0) > (own.lastError?.at ?? 0) ? stored.lastError : own.lastError,
});

export const UNMEASURED: DeliveryMetrics = {
  ...{ attempted: () => undefined, drifted: () => undefined, heard: () => undefined },
  refusedAtSend: () => undefined,
};
