import { Injectable, Logger, Optional } from '@nestjs/common';
import { Clock, ulid } from '@assent/kernel';
import { OppositionList } from '@assent/opposition';
import { Deliveries, Directory, Keyring, Records, Subjects } from '@assent/ports';
import { Leases } from '@assent/runtime';
import type { AuditSummary, Finding } from './audit.js';
import { AuditBook, nameOf, summaryOf, type AuditState, type Of } from './audit-book.js';
import type { AuditBench } from './audit-compare.js';
import { AuditRun } from './audit-run.js';
import type { ActiveIntegration } from './connectors.js';
import { Drifts } from './drifts.service.js';
import { Integrations } from './integrations.service.js';
import { DeliveryMetrics } from './metrics.js';
import { Planner } from './planner.service.js';
import { Refusals } from './refusals.service.js';
import type { Instants } from './row.js';
import { NIGHTLY_MS } from './schedule.js';
import { Tool } from './tool.js';
import { DeliveryWorker, UNMEASURED, type Runner } from './worker.service.js';

const LOOK_MS = 30_000;
const LEASE_MS = 60_000;
const RENEW_MS = 20_000;
/** A tool that could not be read is not left alone for a day. */
const SOONER_MS = 3_600_000;

interface Running {
  readonly run: AuditRun;
  /** Whoever asks finds it. */
  readonly begun: Promise<void>;
  readonly over: Promise<void>;
}

/** The nightly comparison of each tool with the ledger, and the one that an operator asks for (integrations.md §3.6). */
@Injectable()
export class Audits implements Runner {
  private readonly logger = new Logger('Audit');
  private readonly metrics: DeliveryMetrics;
  private readonly book: AuditBook;
  private readonly bench: AuditBench;
  private readonly running = new Map<string, Running>();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly integrations: Integrations,
    private readonly clock: Clock,
    private readonly directory: Directory,
    private readonly leases: Leases,
    records: Records,
    deliveries: Deliveries,
    keyring: Keyring,
    subjects: Subjects,
    planner: Planner,
    list: OppositionList,
    refusals: Refusals,
    drifts: Drifts,
    worker: DeliveryWorker,
    @Optional() metrics?: DeliveryMetrics,
  ) {
    this.metrics = metrics ?? UNMEASURED;
    this.book = new AuditBook(records, () => clock.real());
    this.bench = {
      ...{ deliveries, directory, planner, keyring, subjects, list, refusals, drifts, clock, worker },
      book: this.book,
    };
    worker.takeAlong(this);
  }

  start(): void {
    this.timer = setInterval(() => void this.look(), LOOK_MS);
    this.timer.unref();
  }

  /** Comparisons that are due are made at once, and one that is on is hurried to its end; answers how many. */
  async runDue(): Promise<number> {
    const all = this.everyone().map(async (active) => {
      const on = this.running.get(nameOf(active.integration)) ?? (await this.ifDue(active));
      on?.run.pace.hurry();
      await on?.over;
      return on === undefined || on.run.state.finishedAt === null ? 0 : 1;
    });
    return (await Promise.all(all)).reduce<number>((sum, one) => sum + one, 0);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    for (const { run } of this.running.values()) run.pace.stop();
    await Promise.all([...this.running.values()].map(({ over }) => over));
  }

  /** Begins a comparison, or joins the one that is on, in whatever process. */
  async begin(active: ActiveIntegration): Promise<{ audit: AuditSummary; joined: boolean }> {
    const before = await this.book.current(active.integration);
    const on = this.running.get(nameOf(active.integration));
    await on?.begun;
    if (on !== undefined) return { audit: summaryOf(on.run.state), joined: true };
    const made = await this.take(active, before?.finishedAt === null ? before : undefined);
    if (made !== undefined) return { audit: summaryOf(made.run.state), joined: before?.finishedAt === null };
    // Somebody else holds it, and has said which it is or is about to.
    const current = (await this.book.current(active.integration)) ?? this.fresh();
    return { audit: summaryOf(current), joined: true };
  }

  /** The comparison that is on, or the last one. */
  async latest(of: Of): Promise<AuditSummary | undefined> {
    const state = await this.book.current(of);
    return state && summaryOf(state);
  }

  findings(of: Of, audit: string): Promise<Finding[]> {
    return this.book.findings(of, audit);
  }

  runs(of: Of): Promise<AuditSummary[]> {
    return this.book.runs(of);
  }

  private async look(): Promise<void> {
    for (const active of this.everyone()) {
      try {
        if (!this.stopped) await this.ifDue(active);
      } catch (error) {
        this.logger.error(`${nameOf(active.integration)} could not be compared: ${String(error)}`);
      }
    }
  }

  /** What a dead process left is taken over; a tool that is new is compared after its first day. */
  private async ifDue(active: ActiveIntegration) {
    const { integration } = active;
    if (this.running.has(nameOf(integration))) return undefined;
    const state = await this.book.current(integration);
    if (state?.finishedAt === null) return this.take(active, state);
    const now = this.now();
    const next = await this.book.next(integration);
    // None planned yet, or before a clock was set back.
    if (next === undefined || next.rule > now.rule + NIGHTLY_MS) {
      await this.book.plan(integration, after(now, NIGHTLY_MS));
      return undefined;
    }
    return next.rule <= now.rule || next.real <= now.real ? this.take(active, undefined) : undefined;
  }

  /** Undefined when another process is at it. */
  private async take(active: ActiveIntegration, left: AuditState | undefined) {
    const name = nameOf(active.integration);
    if (!(await this.leases.take(`audit/${name}`, LEASE_MS))) return undefined;
    const already = this.running.get(name);
    if (already !== undefined) return already;
    const state = left ?? this.fresh();
    const tool = new Tool(active, this.directory, this.clock, (message) => this.logger.warn(message));
    const run = new AuditRun(tool, this.bench, state);
    const begun = this.book.save(active.integration, state);
    const over = begun.then(() => this.make(active, run)).finally(() => this.running.delete(name));
    over.catch(() => undefined); // told to whoever waits for its beginning
    const made = { run, begun, over };
    this.running.set(name, made);
    await begun;
    return made;
  }

  private async make({ integration }: ActiveIntegration, run: AuditRun): Promise<void> {
    const name = nameOf(integration);
    const renewal = setInterval(() => {
      void this.leases.take(`audit/${name}`, LEASE_MS).catch(() => undefined); // it ends by itself, and is taken over
    }, RENEW_MS);
    renewal.unref();
    try {
      await this.book.plan(integration, after(this.now(), NIGHTLY_MS));
      await run.run().catch((error: unknown) => this.brokenOff(name, run, error));
      if (run.state.finishedAt !== null) await this.ended(integration, run.state);
    } catch (error) {
      this.logger.error(`${name}: the comparison could not be recorded: ${String(error)}`);
    } finally {
      clearInterval(renewal);
      await this.leases.release(`audit/${name}`).catch(() => undefined);
    }
  }

  /** A fault of ours ends it, so that the next one begins anew: whoever was found is being told. */
  private async brokenOff(name: string, run: AuditRun, error: unknown): Promise<void> {
    // The name only: a message may hold what was listed.
    const what = error instanceof Error ? error.name : 'unknown fault';
    this.logger.error(`${name}: the comparison was broken off: ${what}`);
    await run.breakOff(what);
  }

  private async ended(of: Of, state: AuditState): Promise<void> {
    if (!state.complete) await this.book.plan(of, after(this.now(), SOONER_MS));
    this.metrics.audited?.(of.tenant, of.id, summaryOf(state));
    const { compared, looser, stricter, reappeared, failed } = state;
    const told = `${compared} compared, ${looser} looser, ${stricter} stricter, ${reappeared} reappeared`;
    this.logger.log(`${nameOf(of)}: ${told}, ${failed} not read`);
  }

  private fresh(): AuditState {
    return {
      ...{ id: `audit_${ulid(this.clock.real())}`, startedAt: this.clock.now(), finishedAt: null },
      ...{ compared: 0, total: 0, listed: 0, looser: 0, stricter: 0, reappeared: 0, failed: 0 },
      ...{ cursor: null, complete: false },
    };
  }

  private everyone(): ActiveIntegration[] {
    return this.integrations.tenants().flatMap((tenant) => this.integrations.active(tenant));
  }

  private now(): Instants {
    return { rule: this.clock.now(), real: this.clock.real() };
  }
}

const after = ({ rule, real }: Instants, ms: number): Instants => ({ rule: rule + ms, real: real + ms });
