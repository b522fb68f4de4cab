import { LANES, type Lane } from '@assent/contract';
import type { DeliveryRow, Outcome } from '@assent/ports';
import { Allowance } from './allowance.js';
import { Attempt, leaseUntil, type Bench, type Heard } from './attempt.js';
import { Breaker } from './breaker.js';
import type { HealthState } from './health.js';
import type { IntegrationReport } from './metrics.js';
import type { Instants } from './row.js';
import { passedBy } from './schedule.js';
import type { Tool } from './tool.js';

/** Look again at the latest, should a wake-up be lost: unless told otherwise. */
export const POLL_MS = 30_000;
/** Told to the operator at once: people are waiting to be stopped. */
const LONG_WAIT_MS = 3_600_000;
const SOONEST_MS = 1_000;
const REFILL_MS = 50;
const STOPS: readonly Lane[] = ['stop'];
const OTHERS = LANES.filter((lane) => lane !== 'stop');

/**
 * Sends to one integration, apart from all others: its own slots, breaker and timer. A row that fails holds up no
 * other row, a tool that fails no other tool.
 */
export class IntegrationWorker {
  readonly breaker = new Breaker();
  private readonly allowance: Allowance | undefined;
  private readonly inFlight = new Map<string, Promise<void>>();
  private filling: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private running = false;
  private stopped = false;
  private made = 0;
  /** What is due waits for calls that the tool will take. */
  private held = false;
  private lastSuccess: number | null = null;
  private lastError: IntegrationReport['lastError'] = null;

  constructor(
    readonly tool: Tool,
    private readonly bench: Bench,
    private readonly slots: number,
    /** False: the policy, or the operator, does not allow it now. */
    private readonly allowed: () => boolean,
    private readonly pollMs: number = POLL_MS,
    /** How it stands has changed; `urgent`: not by one more success alone. */
    private readonly changed: (urgent: boolean) => void = () => undefined,
  ) {
    const { rate } = tool.active.connector.capabilities;
    this.allowance = rate && new Allowance(rate);
    tool.onCalls((lane, answer) => this.allowance?.spent(lane, answer, this.now()));
  }

  /** Asks the tool whether the settings work, then works until `stop`. */
  start(): void {
    if (this.running) return;
    this.running = true;
    this.filling = this.filling.then(() => this.probe());
    this.wake();
  }

  /** Something may be due. */
  wake(): void {
    if (this.running) void this.fill();
  }

  /** How it stood before a restart. */
  recall({ lastSuccess, lastError, breaker, breakerReason }: HealthState): void {
    this.lastSuccess = lastSuccess;
    this.lastError = lastError;
    if (breaker !== 'closed') this.breaker.recall(breakerReason, this.now());
  }

  health(): HealthState {
    const { state: breaker, reason: breakerReason } = this.breaker;
    const { lastSuccess, lastError } = this;
    return { lastSuccess, lastError, breaker, breakerReason };
  }

  isFree(): boolean {
    const now = this.now();
    const others = this.allowance?.room(now).others ?? 1;
    return this.breaker.state === 'closed' && this.breaker.waitMs(now) === 0 && others > 0;
  }

  /** A question beside deliveries: that it is not allowed says nothing of stops, but a wrong credential does. */
  asked(outcome: Outcome): void {
    this.allowance?.spent('verify', outcome, this.now());
    const wrong = outcome.class === 'config' && outcome.calls.at(-1)?.status !== 401;
    if (wrong || outcome.class === 'data') this.note(outcome);
    else this.heard(outcome);
  }

  /** Makes every attempt that is due now; answers how many. */
  async runDue(): Promise<number> {
    const before = this.made;
    for (;;) {
      await this.fill();
      if (this.inFlight.size > 0) await Promise.race(this.inFlight.values());
      else if (!this.held || !(await this.refilled())) return this.made - before;
    }
  }

  /** Begins nothing more; resolves when what is in flight has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.filling;
    await Promise.all(this.inFlight.values());
  }

  async report(): Promise<Omit<IntegrationReport, 'inactive'>> {
    const { tenant, id, kind, role } = this.tool.active.integration;
    const { byLane, oldestStop } = await this.bench.deliveries.pending(tenant, id);
    const overdue = passedBy(oldestStop, this.bench.clock.now());
    return { tenant, id, kind, role, pending: byLane, oldestStop, overdue, ...this.health() };
  }

  /** One filling at a time, so that no more than the free slots are leased. */
  private fill(): Promise<void> {
    this.filling = this.filling
      .then(() => this.lease())
      .catch((error: unknown) => {
        this.bench.warn(`${this.name}: what is due could not be read: ${String(error)}`);
        this.arm(this.pollMs);
      });
    return this.filling;
  }

  private async lease(): Promise<void> {
    clearTimeout(this.timer);
    if (this.stopped || !this.allowed()) return this.arm(this.pollMs);
    if (this.breaker.probeDue(this.now())) await this.probe();
    const room = this.breaker.room(this.now(), this.slots, this.inFlight.size);
    if (room <= 0) return this.arm(Math.min(this.pollMs, this.breaker.waitMs(this.now())));

    const { tenant, id } = this.tool.active.integration;
    const { deliveries, clock } = this.bench;
    const lease = (limit: number, lanes: readonly Lane[]) =>
      deliveries.lease(tenant, id, this.now(), leaseUntil(clock), limit, lanes);
    const { stops, others } = this.allowance?.room(this.now()) ?? { stops: room, others: room };
    const rows = stops === 0 ? [] : await lease(Math.min(room, stops), STOPS);
    const left = Math.min(others, room - rows.length);
    if (left > 0) rows.push(...(await lease(left, OTHERS)));
    for (const row of rows) this.begin(row);
    this.held = rows.length === 0 && others === 0;
    if (this.held) this.arm(Math.min(this.pollMs, this.allowance?.waitMs(this.now()) ?? this.pollMs));
    else if (rows.length < room) await this.armForNext();
  }

  /** Its calls are filled up again when it resolves; false where no time passes by itself. */
  private async refilled(): Promise<boolean> {
    const before = this.bench.clock.real();
    await new Promise((resolve) => setTimeout(resolve, REFILL_MS));
    return this.bench.clock.real() > before;
  }

  private begin(row: DeliveryRow): void {
    const before = this.inFlight.get(row.id) ?? Promise.resolve();
    const attempt = before
      .then(() => new Attempt(this.tool, this.bench, row).run())
      .then((heard) => this.heard(heard))
      .catch((error: unknown) =>
        this.bench.warn(`${this.name}: an attempt could not be recorded: ${String(error)}`),
      )
      .finally(() => {
        if (this.inFlight.get(row.id) === attempt) this.inFlight.delete(row.id);
        this.made++;
        this.wake();
      });
    this.inFlight.set(row.id, attempt);
  }

  private heard(outcome: Heard): void {
    if (outcome === undefined) return;
    const was = this.breaker.state;
    this.breaker.heard(outcome, this.now());
    this.note(outcome);
    this.tellOperator(was);
    if ((outcome.retryAfterMs ?? 0) > LONG_WAIT_MS) {
      this.bench.warn(
        `${this.name}: the tool asks to wait ${Math.round((outcome.retryAfterMs ?? 0) / 60_000)} min`,
      );
    }
  }

  /** The cheapest call that shows whether credential and targets are right. */
  private async probe(): Promise<void> {
    const outcome = await this.tool.probe();
    const was = this.breaker.state;
    this.breaker.probed(outcome, this.now());
    if (outcome.class === 'config') this.note(outcome);
    this.tellOperator(was);
  }

  private note({ class: kind, detail }: Pick<Outcome, 'class' | 'detail'>): void {
    const at = this.bench.clock.now();
    if (kind === 'done') {
      this.lastSuccess = at;
      this.changed(false);
    }
    if (kind === 'retry' || kind === 'config' || kind === 'data') {
      this.lastError = { at, outcome: detail === undefined ? kind : `${kind}: ${detail}` };
      this.changed(true);
    }
  }

  private tellOperator(was: string): void {
    const { state, reason } = this.breaker;
    if (state === was) return;
    this.changed(true);
    this.bench.warn(`${this.name}: breaker ${state}${reason === null ? '' : ` (${reason})`}`);
  }

  private async armForNext(): Promise<void> {
    const { tenant, id } = this.tool.active.integration;
    const due = await this.bench.deliveries.nextDue(tenant, id);
    const now = this.now();
    const waits = [
      ...(due.rule === null ? [] : [due.rule - now.rule]),
      ...(due.real === null ? [] : [due.real - now.real]),
    ];
    this.arm(Math.min(this.pollMs, ...waits));
  }

  /** What is due already is leased elsewhere, or in flight here: no hot loop. */
  private arm(waitMs: number): void {
    clearTimeout(this.timer);
    if (!this.running || this.stopped) return;
    this.timer = setTimeout(() => this.wake(), waitMs > 0 ? waitMs : SOONEST_MS);
    this.timer.unref();
  }

  private now(): Instants {
    return { rule: this.bench.clock.now(), real: this.bench.clock.real() };
  }

  private get name(): string {
    return `${this.tool.active.integration.tenant}/${this.tool.active.integration.id}`;
  }
}
