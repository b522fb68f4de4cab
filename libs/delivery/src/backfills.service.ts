import { Injectable, Logger, Optional } from '@nestjs/common';
import { Clock } from '@assent/kernel';
import type { Integration } from '@assent/policy';
import { Deliveries, NO_END, Records } from '@assent/ports';
import { Leases } from '@assent/runtime';
import { Audits } from './audits.service.js';
import {
  isNameless,
  isThrough,
  LISTING,
  mapped,
  mappingOf,
  standOf,
  type BackfillState,
  type Progress,
  type Stage,
} from './backfill.js';
import type { ActiveIntegration } from './connectors.js';
import { Integrations } from './integrations.service.js';
import { DeliveryMetrics } from './metrics.js';
import { Planner } from './planner.service.js';
import { dueIn, stepsOf } from './row.js';
import { rowsOf, update } from './rows.js';
import { DeliveryWorker, UNMEASURED, type Runner } from './worker.service.js';

const LOOK_MS = 2_000;
const LEASE_MS = 60_000;
const SLOW_MS = 500;

/**
 * A tool is told every stop before any opt-in: `connecting` until every person who is out was seen to be out there, or a
 * named operator has accepted what cannot be done. Other targets begin it anew.
 */
@Injectable()
export class Backfills implements Runner {
  private readonly logger = new Logger('Backfill');
  private readonly metrics: DeliveryMetrics;
  /** Open, as far as this process knows; the mapping it holds for. */
  private readonly open = new Map<string, string>();
  private readonly counted = new Map<string, { at: number; tookMs: number; progress: Progress }>();
  /** Comparisons that this pass has asked for. */
  private begun = 0;
  private looking: Promise<number> = Promise.resolve(0);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly integrations: Integrations,
    private readonly deliveries: Deliveries,
    private readonly records: Records,
    private readonly clock: Clock,
    private readonly planner: Planner,
    private readonly audits: Audits,
    private readonly leases: Leases,
    private readonly worker: DeliveryWorker,
    @Optional() metrics?: DeliveryMetrics,
  ) {
    this.metrics = metrics ?? UNMEASURED;
    worker.takeAlong(this);
    worker.admitBy((active) => this.admits(active));
    planner.onNameless((integration) => this.records.put(namelessKey(integration), true, NO_END));
  }

  start(): void {
    const look = () =>
      void this.runDue().catch((error: unknown) => this.logger.error(`not looked at: ${String(error)}`));
    look();
    this.timer = setInterval(look, LOOK_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.looking.catch(() => 0);
  }

  /** Answers how many have become active, or have been made due. One pass at a time. */
  runDue(): Promise<number> {
    this.looking = this.looking.then(
      () => this.look(),
      () => this.look(),
    );
    return this.looking;
  }

  async stageOf(integration: Integration): Promise<Stage> {
    const state = await this.read(integration);
    return state !== undefined && state.activeAt !== null && state.mapping === mappingOf(integration)
      ? 'active'
      : 'connecting';
  }

  /** What a named operator has let pass; undefined when the tool is active, or was not looked at yet. */
  async connecting(integration: Integration): Promise<BackfillState | undefined> {
    const state = await this.read(integration);
    return state?.activeAt === null ? state : undefined;
  }

  async accepted(integration: Integration, state: BackfillState): Promise<void> {
    await this.write(integration, state);
    await this.runDue();
  }

  /** Asked before each opt-in. */
  private async admits({ integration }: ActiveIntegration): Promise<boolean> {
    if (this.open.get(nameOf(integration)) === mappingOf(integration)) return true;
    return (await this.stageOf(integration)) === 'active';
  }

  private async look(): Promise<number> {
    let done = 0;
    this.begun = 0;
    for (const tenant of this.integrations.tenants()) {
      for (const active of this.integrations.active(tenant)) {
        const { integration } = active;
        const mapping = mappingOf(integration);
        if (this.open.get(nameOf(integration)) === mapping) continue;
        done += await this.advance(active, mapping);
        this.metrics.connecting?.(tenant, integration.id, this.open.get(nameOf(integration)) !== mapping);
      }
    }
    return done + this.begun;
  }

  /** As far as it goes now; whoever comes again later goes on. */
  private async advance(active: ActiveIntegration, mapping: string): Promise<number> {
    const { integration } = active;
    const now = { rule: this.clock.now(), real: this.clock.real() };
    const before = await this.read(integration);
    const state = mapped(before, mapping, now);
    if (state !== before) {
      await this.write(integration, state);
      this.logger.log(`${nameOf(integration)} is connecting: it is told every stop before any opt-in`);
    }
    if (state.mapping !== mapping) return 0;
    if (state.activeAt !== null) {
      this.open.set(nameOf(integration), mapping);
      return 0;
    }
    const lease = `backfill/${nameOf(integration)}`;
    if (!(await this.leases.take(lease, LEASE_MS))) return 0;
    try {
      return await this.goOn(active, mapping, state);
    } finally {
      // Free between two looks: another replica need not wait for the end of this one's lease when this one dies.
      await this.leases.release(lease).catch(() => undefined);
    }
  }

  private async goOn(active: ActiveIntegration, mapping: string, from: BackfillState): Promise<number> {
    const { integration } = active;
    let state = from;
    let made = 0;
    if (!state.toldAgain) {
      made = await this.planner.resync(active);
      state = await this.amend(integration, state, { toldAgain: true });
    }
    if (!(await this.isThrough(active, state))) return made;
    await this.amend(integration, state, { activeAt: this.clock.now() });
    this.open.set(nameOf(integration), mapping);
    this.logger.log(`${nameOf(integration)} is active: every stop is through`);
    return made + 1 + (await this.release(active));
  }

  private async isThrough(active: ActiveIntegration, state: BackfillState): Promise<boolean> {
    const { integration } = active;
    const { accepted } = state;
    if (!(await this.planner.caughtUp(active))) return false;
    const { oldestStop } = await this.deliveries.pending(integration.tenant, integration.id);
    if (oldestStop !== null && accepted === null) return false;
    const { nameless } = await this.count(integration);
    const spared = nameless === 0 || accepted?.deliveries.includes(LISTING) === true;
    if (!spared && !(await this.isListed(active, state.since))) return false;
    // Whom the listing has shown is being told by now.
    const still = await this.deliveries.pending(integration.tenant, integration.id);
    if (still.oldestStop !== null && accepted === null) return false;
    return isThrough(await this.count(integration), accepted);
  }

  /** Whoever is out and known by a key alone is looked for among those whom the tool lists, where it lists anybody. */
  private async isListed(active: ActiveIntegration, since: number): Promise<boolean> {
    if (active.connector.listIn === undefined) return true;
    const audit = await this.audits.latest(active.integration);
    if (audit === undefined || audit.startedAt < since) {
      await this.audits.begin(active);
      this.begun += 1;
    }
    return audit !== undefined && audit.startedAt >= since && audit.finishedAt !== null && audit.complete;
  }

  /** Opt-ins that have waited are due now. */
  private async release({ integration: { tenant, id } }: ActiveIntegration): Promise<number> {
    const now = { rule: this.clock.now(), real: this.clock.real() };
    let due = 0;
    for await (const row of rowsOf(this.deliveries, tenant, id)) {
      if (stepsOf(row)[0] !== 'opt-in' || row.lane !== 'opt-in') continue;
      const saved = await update(this.deliveries, tenant, row.id, (current) =>
        stepsOf(current)[0] === 'opt-in' ? { ...current, ...dueIn(now, 0) } : undefined,
      );
      if (saved !== undefined) due += 1;
    }
    if (due > 0) this.worker.wake(tenant, id);
    return due;
  }

  /** Everybody is counted; of very many, not all the time. */
  async count({ tenant, id }: Integration): Promise<Progress> {
    const name = `${tenant}/${id}`;
    const before = this.counted.get(name);
    const began = this.clock.real();
    if (before !== undefined && before.tookMs > SLOW_MS && began - before.at < 20 * before.tookMs) {
      return before.progress;
    }
    const exceptions = [];
    let [done, pending, nameless] = [0, 0, 0];
    for await (const row of rowsOf(this.deliveries, tenant, id)) {
      const stand = standOf(row);
      if (isNameless(row)) nameless += 1;
      if (stand === 'done') done += 1;
      else if (stand === 'pending') pending += 1;
      else if (stand === 'exception') exceptions.push(row);
    }
    if ((await this.records.get(namelessKey({ tenant, id }), began)) !== undefined) nameless += 1;
    const progress = { done, pending, exceptions, nameless };
    this.counted.set(name, { at: began, tookMs: this.clock.real() - began, progress });
    return progress;
  }

  private read(integration: Integration): Promise<BackfillState | undefined> {
    return this.records.get(keyOf(integration), this.clock.real());
  }

  /** What an operator has accepted meanwhile is kept. */
  private async amend(
    integration: Integration,
    known: BackfillState,
    change: Partial<BackfillState>,
  ): Promise<BackfillState> {
    const state = { ...((await this.read(integration)) ?? known), ...change };
    await this.write(integration, state);
    return state;
  }

  private write(integration: Integration, state: BackfillState): Promise<void> {
    return this.records.put(keyOf(integration), state, NO_END);
  }
}

const nameOf = ({ tenant, id }: Pick<Integration, 'tenant' | 'id'>): string => `${tenant}/${id}`;
const keyOf = (integration: Integration): string => `backfill/${nameOf(integration)}`;
const namelessKey = (of: Pick<Integration, 'tenant' | 'id'>): string => `backfill-nameless/${nameOf(of)}`;
