import { Injectable } from '@nestjs/common';
import { ALL, lineage, type AddressKind, type Scope } from '@assent/contract';
import { Clock } from '@assent/kernel';
import { OppositionList, REPEATED_MS } from '@assent/opposition';
import { Policies, type Integration } from '@assent/policy';
import { Deliveries, type DeliveryRow, type InboundTargets, type ResolvedSubject } from '@assent/ports';
import type { ActiveIntegration } from './connectors.js';
import { Drifts } from './drifts.service.js';
import { Planner } from './planner.service.js';
import { cellsOf, rowId, stepsOf, type PlacedCell } from './row.js';
import { wasSeenIn } from './tell.js';

/** One fact of a tool, with whom it means. */
export interface Saying {
  readonly active: ActiveIntegration;
  readonly who: ResolvedSubject;
  /** When it happened, never later than now: epoch milliseconds, in the time of the rules. */
  readonly at: number;
  /** The tool itself says when. */
  readonly isDated: boolean;
  /** Whoever hears it again finds what it recorded. */
  readonly commandId: string | null;
}

/** `confirmed`: as we know it already. `drifted`: the tool would mail somebody who is out; it is told again. */
export type Heard = 'objected' | 'confirmed' | 'drifted' | 'noted';

/** So long after our own call what a tool tells is taken for its echo, where no objection explains it. */
const ECHO_MS = 15 * 60_000;

/** Trust is asymmetric (integrations.md §1.4): a refusal at a tool counts at once, an opt-in there never. */
@Injectable()
export class Refusals {
  constructor(
    private readonly list: OppositionList,
    private readonly deliveries: Deliveries,
    private readonly planner: Planner,
    private readonly policies: Policies,
    private readonly clock: Clock,
    private readonly drifts: Drifts,
  ) {}

  /** GDPR art. 21(2)-(3): whoever left there has refused here, for the purposes that live there. A complaint: for all. */
  async refused(
    saying: Saying,
    targets: InboundTargets,
    source: 'integration' | 'complaint',
  ): Promise<'objected' | 'confirmed'> {
    const { active, who, at, commandId } = saying;
    const { integration } = active;
    const { tenant, id } = integration;
    const channel = await this.channelOf(saying);
    const purposes = source === 'complaint' ? [ALL] : this.declared(tenant, purposesAt(integration, targets));
    let recorded = false;
    for (const purpose of purposes) {
      const scope: Scope = { purpose, channel };
      if (await this.isKnown(saying, scope)) continue;
      const evidence = { method: 'integration', note: `told by the integration ${id}` };
      const { events } = await this.list.object(
        tenant,
        who,
        { scope, at, source, evidence },
        { actor: `integration:${id}`, commandId: commandId && `${commandId} ${purpose}` },
      );
      recorded ||= events.length > 0;
    }
    return recorded ? 'objected' : 'confirmed';
  }

  /**
   * Somebody was found to be out at the tool: how they stand, with nothing said of who brought it about. New is what was
   * neither told by us, nor stands so here, nor is from before an opt-in that the tool has not yet been seen to obey.
   */
  async foundOut(saying: Saying, targets: InboundTargets): Promise<'objected' | 'confirmed'> {
    const { active, who } = saying;
    const { tenant, id } = active.integration;
    const row = who.key === null ? undefined : await this.deliveries.get(tenant, rowId(id, who.key));
    const purposes = purposesAt(active.integration, targets);
    const mapping = active.integration.purposes;
    const isNews = row === undefined || isNewThere(row, targets, cellsUnder(row, purposes), mapping);
    return isNews ? this.refused(saying, targets, 'integration') : 'confirmed';
  }

  /** Rule 4: an opt-in at the tool is no consent. Whoever is out here is put out there again. */
  async letIn({ active, who }: Saying, targets: InboundTargets): Promise<Heard> {
    const { integration } = active;
    const { tenant, id } = integration;
    let outcome: Heard = 'confirmed';
    for (const key of who.key === null ? who.keys : [who.key]) {
      const row = await this.deliveries.get(tenant, rowId(id, key));
      const named = targets === '*' ? Object.keys(integration.purposes) : purposesAt(integration, targets);
      const cells = row === undefined ? [] : cellsUnder(row, named);
      if (row !== undefined && cells.some(({ cell }) => cell.tri === 'out')) {
        await this.drifted(active, row, who);
        return 'drifted';
      }
      if (row === undefined || cells.some(({ cell }) => cell.tri !== 'in')) outcome = 'noted';
      if (row === undefined) await this.planner.plan(tenant, key);
    }
    return outcome;
  }

  /** Whoever was erased is forgotten again, once their address is known again: the tool has just told it. */
  private async drifted(active: ActiveIntegration, row: DeliveryRow, who: ResolvedSubject): Promise<void> {
    const sight = { how: 'told by the tool', cause: 'unknown', observed: null } as const;
    const { address } = who;
    if (row.desired.erase && address !== null && who.key === row.addressKey) {
      await this.drifts.reappeared(active, row, address, sight);
    } else await this.drifts.looser(active, row, who.key === row.addressKey ? address : null, sight);
  }

  /** What the policy does not know by name is refused as a whole: nobody can say what it was. */
  private declared(tenant: string, purposes: readonly string[]): readonly string[] {
    const policy = this.policies.at(tenant, this.clock.now());
    const known = purposes.every((purpose) => purpose === ALL || policy.purpose(purpose) !== undefined);
    return known && purposes.length > 0 ? purposes : [ALL];
  }

  /**
   * What stands already, or is the echo of our own call: a confirmation, never a new event (rule 8). Not so when what
   * stands is older by a day: an opt-in made in between, and told later, would open it (decision 0009). Where we have
   * closed a target ourselves, and the tool does not say when somebody left, it may speak of that.
   */
  private async isKnown({ active, who, at, isDated }: Saying, scope: Scope): Promise<boolean> {
    const { tenant, id } = active.integration;
    const policy = this.policies.at(tenant, this.clock.now());
    const marketing = policy.purposes.filter(
      (rules) => rules.class === 'marketing' && rules.channels.some((channel) => channel === scope.channel),
    );
    // Everything: also what an opt-in has opened since must be refused by name.
    const asked =
      scope.purpose === ALL ? [ALL, ...marketing.map(({ declared }) => declared)] : [scope.purpose];
    const stands = await Promise.all(
      asked.map((purpose) => this.list.standsSince(tenant, who.keys, { purpose, channel: scope.channel })),
    );
    const row = who.key === null ? undefined : await this.deliveries.get(tenant, rowId(id, who.key));
    const mayBeOurs = !isDated && Object.keys(row?.outSince ?? {}).length > 0;
    if (stands.every((since) => since !== undefined && (mayBeOurs || at - since < REPEATED_MS))) return true;
    if (row === undefined || !wasToldNear(row, at)) return false;
    const named = scope.purpose === ALL ? marketing.map(({ declared }) => declared) : [scope.purpose];
    const cells = cellsUnder(row, named).filter(({ channel }) => channel === scope.channel);
    return cells.length > 0 && cells.every(({ cell }) => cell.tri === 'out');
  }

  /** The channel by which the tool reaches this address: what is refused there is refused on it. */
  private async channelOf({ active, who }: Saying): Promise<string> {
    const known = who.address?.kind ?? who.state?.addresses.find(({ key }) => key === who.key)?.kind;
    const row =
      known === undefined && who.key !== null
        ? await this.deliveries.get(active.integration.tenant, rowId(active.integration.id, who.key))
        : undefined;
    return CHANNELS[known ?? row?.desired.kind ?? 'email'] ?? ALL;
  }
}

const CHANNELS: Partial<Record<AddressKind, string>> = { email: 'email', phone: 'sms' };

/** The purposes that live at the targets; everything on the channel for a target that nobody mapped. */
function purposesAt({ purposes }: Pick<Integration, 'purposes'>, targets: InboundTargets): readonly string[] {
  if (targets === '*') return [ALL];
  if ('purposes' in targets) return targets.purposes;
  const found = targets.map((target) =>
    Object.keys(purposes).filter((purpose) => Object.values(purposes[purpose] ?? {}).includes(target)),
  );
  return found.some((mapped) => mapped.length === 0) ? [ALL] : [...new Set(found.flat())];
}

const cellsUnder = ({ desired }: DeliveryRow, purposes: readonly string[]) =>
  cellsOf(desired).filter(
    ({ purpose }) =>
      purposes.includes(ALL) || lineage(purpose).some((ancestor) => purposes.includes(ancestor)),
  );

function isNewThere(
  row: DeliveryRow,
  targets: InboundTargets,
  cells: readonly PlacedCell[],
  mapping: Integration['purposes'],
): boolean {
  const told = targets === '*' ? ['*'] : Array.isArray(targets) ? (targets as readonly string[]) : [];
  const opened = cells.filter(({ cell }) => cell.tri === 'in');
  if (opened.length > 0) {
    // Closed by us after the opt-in (of a click that was undone, say), it was not opened again: that is our doing.
    const closed = told.length > 0 ? [...told, '*'] : Object.keys(row.outSince);
    const closedAt = Math.max(-Infinity, ...closed.map((target) => row.outSince[target] ?? -Infinity));
    return opened.some((placed) => wasSeenIn(row, placed, mapping) && (placed.cell.since ?? 0) > closedAt);
  }
  if (told.length > 0 && told.every((target) => row.outSince[target] !== undefined)) return false;
  return cells.length === 0 || cells.some(({ cell }) => cell.tri !== 'out');
}

/** We are telling it to stop, or have done so a moment before. */
const wasToldNear = (row: DeliveryRow, at: number): boolean =>
  row.acceptedAt === null
    ? stepsOf(row)[0] === 'stop' && row.attempts > 0
    : Object.keys(row.outSince).length > 0 && Math.abs(at - row.acceptedAt) <= ECHO_MS;
