import { Payload } from '@nestjs/microservices';
import { Clock, parseStream } from '@assent/kernel';
import type {
  OppositionFact,
  OppositionState,
  StoredEvent,
  SubjectFact,
  SubjectState,
} from '@assent/contract';
import { Policies } from '@assent/policy';
import { EventLog, Subjects } from '@assent/ports';
import { On, Reactions } from '@assent/runtime';
import { Consents, type By } from './consents.service.js';
import { coversMarketing, objectionsOf } from './objections.js';

/**
 * An objection ends the consents of its scope for good, so that its later end revives nothing (GDPR art. 21(3), seeds
 * K14); undone within minutes, it gives them back. Both follow from what the opposition list says now, so an event that
 * comes twice, late or in another order leads to the same.
 */
@Reactions()
export class EndOnObjection {
  constructor(
    private readonly log: EventLog,
    private readonly consents: Consents,
    private readonly subjects: Subjects,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  @On('consent.end-on-objection', 'opposition')
  async objected(@Payload() event: StoredEvent<OppositionFact, OppositionState>): Promise<void> {
    const { tenant, stream, fact } = event;
    const by = { actor: 'reaction:consent.end-on-objection', causedBy: event.id };
    const { subjectId, keys } = await this.subjects.byKey(tenant, parseStream(stream).key);
    if (subjectId === null) return; // nobody has this address yet: `registered` follows when somebody does
    if (fact.type === 'ObjectionRecorded') return this.end(tenant, subjectId, keys, by);
    if (fact.type !== 'ObjectionLifted' || !fact.undo) return;
    const cause = fact.origin ?? fact.entry;
    await this.consents.send(tenant, subjectId, { type: 'restore', cause }, this.clock.now(), by);
  }

  /** Whoever objected before being known: what was refused under the address holds for the person. */
  @On('consent.end-on-known-address', 'subject')
  async registered(@Payload() event: StoredEvent<SubjectFact, SubjectState>): Promise<void> {
    const { tenant, fact, state } = event;
    if (fact.type !== 'SubjectRegistered' && fact.type !== 'AddressAdded') return;
    const keys = state.addresses.map(({ key }) => key);
    const by = { actor: 'reaction:consent.end-on-known-address', causedBy: event.id };
    await this.end(tenant, state.subjectId, keys, by);
  }

  private async end(tenant: string, subjectId: string, keys: readonly string[], by: By): Promise<void> {
    const now = this.clock.now();
    const policy = this.policies.at(tenant, now);
    const { list } = await objectionsOf(this.log, tenant, keys, policy, now);
    const objections = list.filter(({ scope }) => coversMarketing(scope, policy));
    if (objections.length === 0) return;
    await this.consents.send(tenant, subjectId, { type: 'end', by: objections }, now, by);
  }
}
