import { normaliseAddress, type Address, type DriftCause } from '@assent/contract';
import type { Clock } from '@assent/kernel';
import type { OppositionList } from '@assent/opposition';
import type {
  Deliveries,
  DeliveryRow,
  Directory,
  Keyring,
  ListedContact,
  Observed,
  Subjects,
} from '@assent/ports';
import { asOpen, isSuspect, unknownRefusals, type FindingKind } from './audit.js';
import type { AuditBook } from './audit-book.js';
import type { Drifts } from './drifts.service.js';
import type { Planner } from './planner.service.js';
import type { Refusals } from './refusals.service.js';
import { rowId } from './row.js';
import type { Tool } from './tool.js';
import type { DeliveryWorker } from './worker.service.js';

/** What a comparison works with. */
export interface AuditBench {
  readonly deliveries: Deliveries;
  readonly directory: Directory;
  readonly planner: Planner;
  readonly keyring: Keyring;
  readonly subjects: Subjects;
  readonly list: OppositionList;
  readonly refusals: Refusals;
  readonly drifts: Drifts;
  readonly book: AuditBook;
  readonly clock: Clock;
  readonly worker: Pick<DeliveryWorker, 'mayAsk' | 'asked'>;
}

/** As long as the address of an unknown person who objected: so that the tool can be told. */
const HOLD_MS = 30 * 24 * 3_600_000;

export interface Suspect {
  readonly row: DeliveryRow;
  readonly address: Address;
  readonly cause: DriftCause;
  /** The tool alone knew of the person: being told for the first time. */
  readonly isNew: boolean;
}

/** What came of comparing one person with a tool. */
export interface Seen {
  readonly kind: FindingKind;
  readonly observed: string | null;
  readonly cause: DriftCause | null;
}

/** One person against one tool: who looks wrong, what is really so, and what is done about it. */
export class Comparison {
  constructor(
    private readonly tool: Tool,
    private readonly bench: AuditBench,
    /** Of the run. */
    private readonly id: string,
  ) {}

  /** The one behind a listed contact, if the listing is at odds with what is owed. Costs the tool nothing. */
  async suspect({ who, targets, cause }: ListedContact): Promise<Suspect | undefined> {
    const { integration } = this.tool.active;
    const { tenant, id, purposes } = integration;
    const address = normaliseAddress(who.kind, who.value);
    if (address === undefined) return undefined;
    const key = this.bench.keyring.addressKey(tenant, address);
    const known = await this.bench.deliveries.get(tenant, rowId(id, key));
    const row = known ?? (await this.stranger(key, address));
    if (row === undefined || !isSuspect(row, { targets }, purposes)) return undefined;
    return { row, address, cause: cause ?? 'unknown', isNew: known === undefined };
  }

  /**
   * Somebody whom nobody has told this tool about. Who refused is known by the key alone, perhaps long before the tool was
   * added: the address comes from the tool itself, and is held for stopping only.
   */
  private async stranger(key: string, address: Address): Promise<DeliveryRow | undefined> {
    const { active } = this.tool;
    const { tenant } = active.integration;
    const { directory, list, planner, clock } = this.bench;
    if ((await directory.owner(tenant, key)) !== undefined) return undefined;
    const [state] = await list.states(tenant, [key]);
    if (state === undefined || state.entries.length === 0) return undefined;
    await directory.hold(tenant, key, { address, until: clock.now() + HOLD_MS });
    return planner.planAt(active, key);
  }

  /** Read back before anything is said: what was listed may have changed since, or be on its way already. */
  async compare(row: DeliveryRow, address: Address, cause: DriftCause): Promise<Seen | undefined> {
    const { active } = this.tool;
    const observed = await this.tool.lookWhole({ ...row, desired: asOpen(row.desired) }, address);
    const { match, summary, presence, calls, remaining } = observed;
    const outcome = { class: match === 'unknown' ? 'retry' : 'done', calls } as const;
    this.bench.worker.asked(row.tenant, row.integration, {
      ...outcome,
      ...(remaining !== undefined && { remaining }),
    });
    // How somebody came in long ago says nothing of how they were let in again.
    const sight = { how: 'found by audit', cause: 'unknown', observed: summary, calls } as const;
    if (match === 'unknown') return { kind: 'failed', observed: summary, cause: null };
    // A webhook holds no contacts of which we could know: it says which revision it has.
    if (row.desired.erase && !this.tool.whole) {
      if (presence === 'absent') return undefined;
      await this.bench.drifts.reappeared(active, row, address, { ...sight, cause });
      return { kind: 'reappeared', observed: summary, cause };
    }
    const refused = await this.adopt(row, address, observed);
    if (match !== 'looser') return refused ? { kind: 'stricter', observed: summary, cause: null } : undefined;
    await this.bench.drifts.looser(active, row, this.tool.whole ? null : address, sight);
    return { kind: 'looser', observed: summary, cause: 'unknown' };
  }

  /** As if the tool had told it (integrations.md §1.4). True: nobody had known of it. */
  private async adopt(row: DeliveryRow, address: Address, { out }: Observed): Promise<boolean> {
    const { active } = this.tool;
    const { tenant, purposes } = active.integration;
    const targets = unknownRefusals(row, out, purposes);
    if (targets === undefined) return false;
    const known = await this.bench.subjects.byKey(tenant, row.addressKey);
    const who = { ...known, key: row.addressKey, address };
    const commandId = `audit ${this.id} ${row.addressKey}`;
    const saying = { active, who, at: this.bench.clock.now(), isDated: false, commandId };
    return (await this.bench.refusals.refused(saying, targets, 'integration')) === 'objected';
  }
}
