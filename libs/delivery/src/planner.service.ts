import { Injectable, Logger } from '@nestjs/common';
import { isDead, topicOf, type StoredEvent } from '@assent/contract';
import { Clock, parseStream } from '@assent/kernel';
import { Policies, type Integration } from '@assent/policy';
import { Deliveries, Directory, EventFeed, type DeliveryRow } from '@assent/ports';
import { takesWhole, type ActiveIntegration } from './connectors.js';
import { channelsOf, desiredFor } from './desired.js';
import { Holds } from './holds.js';
import { Integrations } from './integrations.service.js';
import { People, type Person } from './people.js';
import { planned, requeued } from './plan.js';
import { rowId, stepsOf, type Instants } from './row.js';
import { rowsOf, update } from './rows.js';

const TOPICS = (['subject', 'consent', 'newsletter', 'opposition', 'prospect'] as const).map(topicOf);

/**
 * Turns events into one desired state per (integration, address). Level-triggered: an event only says whose, the state
 * is derived from the heads as of now, so repeated and reordered events change nothing.
 */
@Injectable()
export class Planner {
  private readonly logger = new Logger('Planner');
  private readonly followed = new Set<string>();
  private readonly ready = new Set<string>();
  private readonly listeners: ((tenant: string, integration: string) => void)[] = [];
  private readonly nameless: ((integration: Integration) => Promise<void>)[] = [];
  private readonly holds: Holds;

  constructor(
    private readonly feed: EventFeed,
    private readonly deliveries: Deliveries,
    private readonly directory: Directory,
    private readonly people: People,
    private readonly policies: Policies,
    private readonly integrations: Integrations,
    private readonly clock: Clock,
  ) {
    this.holds = new Holds(deliveries, directory, integrations);
  }

  /** Called when a row has become due. */
  onDue(listener: (tenant: string, integration: string) => void): void {
    this.listeners.push(listener);
  }

  /** Called when somebody refused whom nobody can name to the tool; the event waits until it is noted. */
  onNameless(listener: (integration: Integration) => Promise<void>): void {
    this.nameless.push(listener);
  }

  /**
   * One consumer per active integration and policy version, named after both: an integration added later, and
   * everyone when another version is in force, is planned from the first event of the log. Repeat it at any time.
   */
  async follow(): Promise<void> {
    for (const tenant of this.integrations.tenants()) {
      const policy = this.policies.at(tenant, this.clock.now()).id;
      for (const active of this.integrations.active(tenant)) {
        const name = `delivery.plan:${policy}:${active.integration.id}`;
        if (this.followed.has(name)) continue;
        this.followed.add(name);
        await this.feed.follow({ name, topics: TOPICS, handle: (event) => this.planAfter(active, event) });
        this.ready.add(`${tenant}/${active.integration.id}`);
      }
    }
  }

  /** True when everything recorded before the call has been planned, in whatever process; false when none follows yet. */
  async caughtUp({ integration: { tenant, id } }: ActiveIntegration): Promise<boolean> {
    if (!this.ready.has(`${tenant}/${id}`)) return false;
    await this.feed.idle();
    return true;
  }

  /** Derives the desired state of one address at every active integration. */
  async plan(tenant: string, key: string): Promise<void> {
    for (const active of this.integrations.active(tenant)) await this.planAddress(active, key, null);
  }

  /** The same for every address the person has or had. */
  async planSubject(tenant: string, subjectId: string): Promise<void> {
    for (const active of this.integrations.active(tenant)) await this.planPerson(active, subjectId);
  }

  /** The row as it must be now: a worker acts on nothing older. `undefined` when it has gone. */
  async refresh(active: ActiveIntegration, row: DeliveryRow): Promise<DeliveryRow | undefined> {
    await this.planAddress(active, row.addressKey, row.subjectId);
    return this.deliveries.get(row.tenant, row.id);
  }

  /** Derives the desired state of one address at one integration: of one that this tool alone was found to hold. */
  async planAt(active: ActiveIntegration, key: string): Promise<DeliveryRow | undefined> {
    await this.planAddress(active, key, null);
    return this.deliveries.get(active.integration.tenant, rowId(active.integration.id, key));
  }

  /** Re-evaluates one delivery and makes it due with everything it owes; never an old payload. */
  async retry(
    active: ActiveIntegration,
    row: DeliveryRow,
    /** Seen to mail somebody who is out, or to hold somebody who was erased: drifted until it is seen to obey. */
    seen?: 'looser' | 'reappeared',
  ): Promise<DeliveryRow | undefined> {
    await this.planAddress(active, row.addressKey, row.subjectId);
    const due = await update(this.deliveries, row.tenant, row.id, (current) => {
      const { integration } = active;
      const again = requeued(current, takesWhole(integration), this.instants(), seen === 'reappeared');
      return again && seen !== undefined ? { ...again, state: 'drifted' } : again;
    });
    if (due !== undefined) this.ring(due);
    return due;
  }

  /**
   * Re-evaluates every delivery of an integration; with `since`, those that were first due, accepted or proven from then
   * on: what a tool lost that was set back to that day. Answers how many are due.
   */
  async resync(active: ActiveIntegration, since = -Infinity): Promise<number> {
    const { tenant, id } = active.integration;
    let due = 0;
    for await (const row of rowsOf(this.deliveries, tenant, id)) {
      if (Math.max(row.firstDueAt, row.acceptedAt ?? 0, row.verifiedAt ?? 0) < since) continue;
      if ((await this.retry(active, row)) !== undefined) due++;
    }
    return due;
  }

  private async planAfter(active: ActiveIntegration, event: StoredEvent): Promise<void> {
    const { tenant } = active.integration;
    if (event.tenant !== tenant) return;
    const { concept, key } = parseStream(event.stream);
    if (concept !== 'opposition') return this.planPerson(active, key);

    const { subjectId } = await this.people.byKey(tenant, key, null);
    if (subjectId !== null) return this.planPerson(active, subjectId);
    // Its clear address is held before the objection is recorded; without one, no tool knows whom it means.
    if (!(await this.planAddress(active, key, null))) {
      this.logger.warn(`${event.stream}: no address is held, so ${active.integration.id} cannot be told`);
      for (const note of this.nameless) await note(active.integration);
    }
  }

  private async planPerson(active: ActiveIntegration, subjectId: string): Promise<void> {
    const keys = await this.people.keysOf(active.integration.tenant, subjectId);
    for (const key of keys) await this.planAddress(active, key, subjectId);
  }

  /** False: nobody knows what kind of address it is, so there is nothing to tell anyone. */
  private async planAddress(active: ActiveIntegration, key: string, hint: string | null): Promise<boolean> {
    const { integration, connector } = active;
    const { tenant } = integration;
    for (;;) {
      // The row before the heads: whoever stores after this read also read heads that are no older.
      const row = await this.deliveries.get(tenant, rowId(integration.id, key));
      const person = await this.people.byKey(tenant, key, row?.subjectId ?? hint);
      const place = await this.place(tenant, key, person, row);
      if (place === undefined) return false;
      if (!connector.capabilities.kinds.includes(place.kind) || channelsOf(place.kind).length === 0)
        return true;

      const now = this.instants();
      const policy = this.policies.at(tenant, now.rule);
      const desired = desiredFor(person.known, policy, integration, place, now.rule);
      const owed = { tenant, integration: integration.id, addressKey: key, subjectId: person.subjectId };
      const next = planned(row, desired, owed, takesWhole(integration), now);
      if (next === undefined) return true;
      const saved = await this.deliveries.save(next);
      if (saved === undefined) continue;
      if (stepsOf(saved).length > 0) this.ring(saved);
      else await this.holds.releaseAfter(saved);
      return true;
    }
  }

  private async place(tenant: string, key: string, person: Person, row: DeliveryRow | undefined) {
    const address = person.addresses.find((candidate) => candidate.key === key);
    if (address !== undefined)
      return { kind: address.kind, removed: address.removedAt !== null || isDead(address) };
    const kind = row?.desired.kind ?? (await this.directory.address(tenant, key, this.clock.now()))?.kind;
    return kind && { kind, removed: false };
  }

  private ring({ tenant, integration }: DeliveryRow): void {
    for (const listener of this.listeners) listener(tenant, integration);
  }

  private instants(): Instants {
    return { rule: this.clock.now(), real: this.clock.real() };
  }

  /** Re-evaluates in the background; a fault is told to the operator. */
  startResync(active: ActiveIntegration, since?: number): void {
    const { tenant, id } = active.integration;
    this.resync(active, since).then(
      (due) => this.logger.log(`${tenant}/${id}: ${due} deliveries are due again`),
      (error: unknown) => this.logger.error(`${tenant}/${id} could not be planned anew: ${String(error)}`),
    );
  }
}
