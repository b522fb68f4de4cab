import type { Address, CallEvidence, DeliveryFact } from '@assent/contract';
import type { Clock } from '@assent/kernel';
import type { Deliveries, DeliveryRow, Outcome } from '@assent/ports';
import { ADDRESS_UNKNOWN } from './backfill.js';
import type { ActiveIntegration } from './connectors.js';
import type { Holds } from './holds.js';
import type { DeliveryMetrics } from './metrics.js';
import type { Planner } from './planner.service.js';
import type { Receipts } from './receipts.js';
import { dueIn, NOT_DUE, stepsOf } from './row.js';
import { update } from './rows.js';
import { afterOutcome, afterReadBack, type Circumstances, type Settled } from './settle.js';
import { causeOf, outSinceAfter, wasToldBefore } from './tell.js';
import type { Tool } from './tool.js';

/** What the engine works with. */
export interface Bench {
  readonly deliveries: Deliveries;
  readonly planner: Pick<Planner, 'refresh'>;
  readonly receipts: Receipts;
  readonly holds: Holds;
  readonly clock: Clock;
  readonly metrics: DeliveryMetrics;
  /** In [0, 1). */
  readonly random: () => number;
  /** To the operator's log; never an address. */
  readonly warn: (message: string) => void;
  /** False: the tool gets no opt-in yet. */
  readonly admits: (active: ActiveIntegration) => Promise<boolean>;
}

const LEFT_SINCE = 'was let in there before, and is no longer in';
const LEASE_MS = 15_000;
const RENEW_MS = 5_000;
/** At the latest, should it not be told that the stops are through. */
const CONNECTING_MS = 60_000;
export const leaseUntil = (clock: Clock): number => clock.real() + LEASE_MS;

/** What the breaker has to know; nothing when the tool was not asked to do anything. */
export type Heard = Pick<Outcome, 'class' | 'detail' | 'retryAfterMs'> | undefined;
type Change = (row: DeliveryRow) => DeliveryRow | undefined;

/**
 * One attempt at one leased row. It reads the desired state now, records that it will act before it acts and what came
 * of it after, and stores the row only if no newer revision has come: that one stays due.
 */
export class Attempt {
  private released = false;

  constructor(
    private readonly tool: Tool,
    private readonly bench: Bench,
    private readonly leased: DeliveryRow,
  ) {}

  async run(): Promise<Heard> {
    // A slow tool must not cost the lease; that of a dead worker must end soon.
    const renewal = setInterval(() => void this.renew(), RENEW_MS);
    renewal.unref();
    try {
      const heard = await this.act();
      if (!this.released) {
        await this.change((row) => ({ ...row, leaseUntil: 0, ...(stepsOf(row).length === 0 && NOT_DUE) }));
      }
      return heard;
    } finally {
      // When it throws, the end of the lease is the pause before the next attempt.
      clearInterval(renewal);
      this.released = true;
    }
  }

  private async act(): Promise<Heard> {
    const row = await this.bench.planner.refresh(this.tool.active, this.leased);
    if (row === undefined || stepsOf(row).length === 0) return undefined;
    const opens = row.lane === 'opt-in' && stepsOf(row)[0] === 'opt-in';
    if (opens && !(await this.bench.admits(this.tool.active))) return this.waitForStops(row);
    const address = await this.tool.address(row);
    if (address === undefined) return this.unreachable(row);
    if (row.lane === 'verify') return this.readBack(row, address);
    if (wasToldBefore(row, this.tool.whole, this.tool.active.integration.purposes))
      return this.lookAgain(row, address);

    const open = await this.bench.receipts.open(row);
    if (open !== null && (await this.foundDone(row, address, open))) return { class: 'done' };
    return this.tell(row, address);
  }

  /** Nothing is told, and nothing recorded: the opt-in of somebody else comes after every stop. */
  private async waitForStops(row: DeliveryRow): Promise<undefined> {
    const { now } = this.circumstances();
    await this.change((current) =>
      current.revision === row.revision ? { ...current, ...dueIn(now, CONNECTING_MS) } : undefined,
    );
  }

  /** Whoever was let in there once, and is no longer in, has left: that is seen, and not told again (decision 0035). */
  private async lookAgain(row: DeliveryRow, address: Address): Promise<Heard> {
    const { match, summary, calls } = await this.tool.lookWhole(row, address);
    const open = match === 'unknown' || match === 'looser';
    const outcome: Outcome =
      match === 'equal'
        ? { class: 'done', calls, verified: true }
        : { class: open ? 'retry' : 'refused', detail: open ? summary : LEFT_SINCE, calls };
    const counted = { ...row, attempts: row.attempts + 1 };
    const settled = afterOutcome(counted, outcome, this.circumstances());
    await this.receipt(counted, settled.receipt ?? 'DeliveryFailed', settled.outcome, outcome, summary);
    this.count(settled.outcome);
    await this.store(row, settled, (newer) => newer);
    return undefined;
  }

  /** Intent, call, outcome: each durable before the next. */
  private async tell(row: DeliveryRow, address: Address): Promise<Heard> {
    const sent = await this.change((current) => {
      if (current.revision !== row.revision) return undefined;
      const state = current.state === 'drifted' ? 'drifted' : 'sent';
      return { ...current, state, attempts: current.attempts + 1 };
    });
    if (sent === undefined) return undefined;
    await this.receipt(sent, 'DeliverySent', 'sent');
    const outcome = await this.tool.tell(sent, address);
    await this.settle(sent, outcome);
    return outcome;
  }

  private async settle(sent: DeliveryRow, outcome: Outcome): Promise<void> {
    const on = this.circumstances();
    const { purposes } = this.tool.active.integration;
    const outSince = outSinceAfter(sent, outcome.closed ?? [], purposes, on.now.rule);
    const settled = afterOutcome({ ...sent, outSince }, outcome, on);
    const current = await this.bench.deliveries.get(sent.tenant, sent.id);
    const superseded = current?.revision !== sent.revision;
    const type = superseded ? 'DeliverySuperseded' : (settled.receipt ?? 'DeliveryFailed');
    await this.receipt(sent, type, settled.outcome, outcome);
    this.count(superseded ? 'superseded' : settled.outcome);
    const appliedRevision = outcome.class === 'done' ? sent.revision : sent.appliedRevision;
    await this.store(sent, settled, (newer) => ({ ...newer, outSince, appliedRevision }));
  }

  private async readBack(row: DeliveryRow, address: Address): Promise<Heard> {
    const observed = await this.tool.look(row, address);
    const settled = afterReadBack(row, observed, this.circumstances());
    if (settled.receipt !== undefined) {
      await this.receipt(row, settled.receipt, settled.outcome, observed, observed.summary);
      this.count(settled.outcome);
    }
    if (settled.receipt === 'DeliveryDrifted') {
      this.bench.metrics.drifted(row.tenant, row.integration);
      this.bench.warn(`${row.tenant}/${row.id} has drifted (read back: ${observed.match}) and is told again`);
    }
    await this.store(row, settled, (newer) => newer);
    return undefined;
  }

  /** A crash came between intent and outcome: look before repeating, as some calls must not be made twice. */
  private async foundDone(
    row: DeliveryRow,
    address: Address,
    open: { revision: number; attempt: number },
  ): Promise<boolean> {
    if (this.tool.readBack === 'get') {
      const observed = await this.tool.look(row, address);
      if (observed.match === 'equal') {
        const settled = afterOutcome(row, { class: 'done', calls: [], verified: true }, this.circumstances());
        await this.receipt(row, 'DeliveryVerified', 'verified', observed, observed.summary);
        this.count('verified');
        await this.store(row, settled, (newer) => newer);
        return true;
      }
    }
    const interrupted = { ...row, revision: open.revision, attempts: open.attempt };
    await this.receipt(interrupted, 'DeliverySuperseded', 'interrupted');
    return false;
  }

  /** No address to act on. While a person's address may still be on its way into the directory, a retry. */
  private async unreachable(row: DeliveryRow): Promise<Heard> {
    const soon = row.subjectId !== null && !row.desired.erase && row.attempts < 3;
    const counted = { ...row, attempts: row.attempts + 1 };
    const kind = soon ? 'retry' : 'not-applicable';
    const outcome: Outcome = { class: kind, detail: ADDRESS_UNKNOWN, calls: [] };
    const settled = afterOutcome(counted, outcome, this.circumstances());
    await this.receipt(counted, settled.receipt ?? 'DeliveryNotApplicable', settled.outcome, outcome);
    this.count(settled.outcome);
    await this.store(row, settled, (newer) => newer);
    return undefined;
  }

  /** Stores what came of it and ends the lease; a newer revision gets only `otherwise`, and stays due. */
  private async store(
    told: DeliveryRow,
    settled: Settled,
    otherwise: (newer: DeliveryRow) => DeliveryRow,
  ): Promise<void> {
    const stored = await this.change((current) =>
      current.revision === told.revision
        ? { ...settled.row, subjectId: current.subjectId, rowVersion: current.rowVersion, leaseUntil: 0 }
        : { ...otherwise(current), leaseUntil: 0 },
    );
    this.released = true;
    if (stored?.revision === told.revision && stepsOf(stored).length === 0) {
      await this.bench.holds.releaseAfter(stored);
    }
  }

  private async renew(): Promise<void> {
    const until = leaseUntil(this.bench.clock);
    try {
      await this.change((row) => (this.released ? undefined : { ...row, leaseUntil: until }));
    } catch {
      this.bench.warn(`${this.leased.tenant}/${this.leased.id}: the lease could not be renewed`);
    }
  }

  private change(how: Change): Promise<DeliveryRow | undefined> {
    return update(this.bench.deliveries, this.leased.tenant, this.leased.id, how);
  }

  private receipt(
    row: DeliveryRow,
    type: DeliveryFact['type'],
    outcome: string,
    { calls = [], detail }: { calls?: readonly CallEvidence[]; detail?: string } = {},
    observed: string | null = null,
  ): Promise<void> {
    const { revision, attempts: attempt } = row;
    const connector = this.tool.version;
    return this.bench.receipts.append(
      row,
      { type, revision, attempt, connector, outcome, detail: detail ?? null, calls: [...calls], observed },
      causeOf(row),
    );
  }

  private count(outcome: string): void {
    this.bench.metrics.attempted(this.leased.tenant, this.leased.integration, outcome);
  }

  private circumstances(): Circumstances {
    const { clock, random } = this.bench;
    const now = { rule: clock.now(), real: clock.real() };
    const { whole, readBack } = this.tool;
    return { now, random: random(), whole, readBack, mapping: this.tool.active.integration.purposes };
  }
}
