import type { DeliveryRow, Listing } from '@assent/ports';
import { isStopped, isUnderWay, mayBeMailed, Sample, type FindingKind } from './audit.js';
import type { AuditState } from './audit-book.js';
import { Comparison, type AuditBench, type Seen, type Suspect } from './audit-compare.js';
import { Pace } from './pace.js';
import { rowId } from './row.js';
import { rowsOf } from './rows.js';
import type { Tool } from './tool.js';

/** How many of those who may be mailed are read back each night. */
const SAMPLE = 200;
/** Between two calls; a stop that is due goes first. */
const STEP_MS = 200;
const STOPS_FIRST_MS = 1_000;
/** Then it is tried all the same, and fails if the tool is down. */
const MOST_WAITS = 60;
const PAGE = 200;
const AT_ONCE = 50;
/** So many failures in a row mean that the tool cannot be read now. */
const PATIENCE = 10;

/**
 * One comparison of everybody who is out, and of a sample of the rest, with one tool. Where the tool lists whom it mails,
 * its pages are compared here, and only who looks wrong is read back; where it does not, each is read back in turn.
 */
export class AuditRun {
  private readonly found = new Map<string, FindingKind>();
  private readonly counts = { looser: 0, stricter: 0, reappeared: 0, failed: 0 };
  private readonly comparison: Comparison;
  private failures = 0;
  private sample: readonly string[] = [];

  constructor(
    private readonly tool: Tool,
    private readonly bench: AuditBench,
    public state: AuditState,
    readonly pace = new Pace(),
  ) {
    this.comparison = new Comparison(tool, bench, state.id);
  }

  /** Resolves when it is over, or was stopped; then whoever takes it over goes on. */
  async run(): Promise<void> {
    const before = await this.bench.book.findings(this.tool.active.integration, this.state.id);
    for (const { addressKey, kind } of before) this.tally(addressKey, kind);
    if (this.tool.readBack === 'none') return this.finish(true);
    await this.count();
    const complete = this.lists ? await this.listAll() : await this.readAll();
    await this.readSample();
    if (!this.pace.isStopped) await this.finish(complete && !this.isHopeless);
  }

  async breakOff(what: string): Promise<void> {
    await this.note(null, { kind: 'failed', observed: `fault: ${what}`, cause: null });
    await this.finish(false);
  }

  private get lists(): boolean {
    return this.tool.active.connector.listIn !== undefined;
  }

  private get isHopeless(): boolean {
    return this.failures >= PATIENCE;
  }

  /** How many there are to compare, and who is drawn of those who may be mailed. Costs the tool nothing. */
  private async count(): Promise<void> {
    const { tenant, id } = this.tool.active.integration;
    const sample = new Sample(String(this.state.startedAt), SAMPLE);
    let out = 0;
    for await (const row of rowsOf(this.bench.deliveries, tenant, id)) {
      if (isStopped(row)) out += 1;
      // Whoever is read back anyway need not be drawn.
      if (mayBeMailed(row) && (this.lists || !isStopped(row))) sample.offer(row.addressKey);
    }
    this.sample = sample.keys;
    await this.save({ total: out + this.sample.length });
  }

  /** What the tool lists is gathered first: telling it something would move its pages. */
  private async listAll(): Promise<boolean> {
    const { listIn } = this.tool.active.connector;
    const suspects = new Map<string, Suspect>();
    let complete = true;
    let listed = 0;
    for await (const page of listIn?.(() => this.bench.clock.real()) ?? []) {
      if (this.pace.isStopped) return false;
      this.asked(page);
      if (page.failed !== undefined) {
        complete &&= await this.mayBeReadLater(page.failed);
        if (this.isHopeless) break;
        continue;
      }
      this.failures = 0;
      for (let start = 0; start < page.contacts.length; start += AT_ONCE) {
        const some = page.contacts.slice(start, start + AT_ONCE);
        const looked = await Promise.all(some.map((contact) => this.comparison.suspect(contact)));
        for (const one of looked) if (one !== undefined) suspects.set(one.row.addressKey, one);
      }
      listed += page.contacts.length;
      await this.save({ listed });
      await this.giveWay();
    }
    for (const suspect of suspects.values()) {
      if (this.pace.isStopped || this.isHopeless) return false;
      await this.compare(suspect);
    }
    if (complete) await this.save({ compared: this.state.total - this.sample.length });
    return complete;
  }

  /** Counted among the calls that the tool takes, of which stops have theirs. */
  private asked({ calls, failed }: Listing): void {
    const { tenant, id } = this.tool.active.integration;
    this.bench.worker.asked(tenant, id, { class: 'done', ...failed, calls });
  }

  /** False: the listing stays incomplete. */
  private async mayBeReadLater({
    class: kind,
    detail,
    retryAfterMs,
  }: NonNullable<Listing['failed']>): Promise<boolean> {
    this.failures += 1;
    if (kind === 'retry' && !this.isHopeless) {
      await this.pace.rest(retryAfterMs ?? 1_000 * 2 ** this.failures);
      return true;
    }
    const observed = detail === undefined ? kind : `${kind}: ${detail}`;
    await this.note(null, { kind: 'failed', observed, cause: null });
    return false;
  }

  /** Everybody who is out, page by page; a run that is taken over goes on where it was. */
  private async readAll(): Promise<boolean> {
    const { tenant, id } = this.tool.active.integration;
    let cursor = this.state.cursor;
    let compared = cursor === null ? 0 : this.state.compared;
    do {
      const page = await this.bench.deliveries.list(tenant, { integration: id }, PAGE, cursor ?? undefined);
      for (const row of page.items.filter(isStopped)) {
        if (this.pace.isStopped || this.isHopeless) return false;
        await this.read(row);
        compared += 1;
      }
      cursor = page.next;
      await this.save({ compared, cursor });
    } while (cursor !== null);
    return true;
  }

  private async readSample(): Promise<void> {
    const { tenant, id } = this.tool.active.integration;
    for (const key of this.sample) {
      if (this.pace.isStopped || this.isHopeless) return;
      const row = await this.bench.deliveries.get(tenant, rowId(id, key));
      if (row !== undefined) await this.read(row);
      await this.save({ compared: this.state.compared + 1 });
    }
  }

  /** Nobody can be asked about whose address is gone: only a listing shows whether they are there again. */
  private async read(row: DeliveryRow): Promise<void> {
    const address = isUnderWay(row) ? undefined : await this.tool.address(row);
    if (address !== undefined) await this.compare({ row, address, cause: 'unknown', isNew: false });
  }

  private async compare({ row, address, cause, isNew }: Suspect): Promise<void> {
    if (isNew) return this.note(row.addressKey, { kind: 'looser', observed: null, cause });
    await this.giveWay();
    const current = await this.bench.deliveries.get(row.tenant, row.id);
    // Being told already: what is seen meanwhile is no finding.
    if (current === undefined || isUnderWay(current)) return;
    const seen = await this.comparison.compare(current, address, cause);
    this.failures = seen?.kind === 'failed' ? this.failures + 1 : 0;
    if (seen !== undefined) await this.note(row.addressKey, seen);
  }

  private async note(addressKey: string | null, seen: Seen): Promise<void> {
    this.tally(addressKey, seen.kind);
    const finding = { addressKey, at: this.bench.clock.now(), ...seen };
    const { integration } = this.tool.active;
    await this.bench.book.found(integration, this.state.id, finding, this.found.size);
    await this.save({});
  }

  /** Stops are never starved: while one is due, or the tool takes no more calls, nothing is compared. */
  private async giveWay(): Promise<void> {
    const { tenant, id } = this.tool.active.integration;
    await this.pace.rest(STEP_MS);
    for (let waits = 0; waits < MOST_WAITS && !this.pace.isHurried && !this.pace.isStopped; waits++) {
      if (this.bench.worker.mayAsk(tenant, id) && !(await this.isStopDue())) return;
      await this.pace.rest(STOPS_FIRST_MS);
    }
  }

  private async isStopDue(): Promise<boolean> {
    const { tenant, id } = this.tool.active.integration;
    const { deliveries, clock } = this.bench;
    if ((await deliveries.pending(tenant, id)).byLane.stop === 0) return false;
    const { rule, real } = await deliveries.nextDue(tenant, id);
    return (rule ?? Infinity) <= clock.now() || (real ?? Infinity) <= clock.real();
  }

  private async finish(complete: boolean): Promise<void> {
    await this.save({ finishedAt: this.bench.clock.now(), complete, cursor: null });
  }

  private async save(change: Partial<AuditState>): Promise<void> {
    this.state = { ...this.state, ...change, ...this.counts };
    await this.bench.book.save(this.tool.active.integration, this.state);
  }

  /** Once per person, however often the run is taken over. */
  private tally(addressKey: string | null, kind: FindingKind): void {
    const before = this.found.get(addressKey ?? '');
    if (before !== undefined) this.counts[before] -= 1;
    this.found.set(addressKey ?? '', kind);
    this.counts[kind] += 1;
  }
}
