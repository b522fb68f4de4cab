import { Payload } from '@nestjs/microservices';
import { Clock } from '@assent/kernel';
import type { StoredEvent, SubjectFact, SubjectState } from '@assent/contract';
import { On, Reactions } from '@assent/runtime';
import { Prospects } from './prospects.service.js';
import { registrationOf } from './registration.js';

/** Who is registered is a prospect from the collection on; each new collection by own hand starts a fresh clock. */
@Reactions()
export class RegisterOnSubject {
  constructor(
    private readonly prospects: Prospects,
    private readonly clock: Clock,
  ) {}

  @On('prospect.register-on-subject', 'subject')
  async collected(@Payload() event: StoredEvent<SubjectFact, SubjectState>): Promise<void> {
    const { tenant, fact, state } = event;
    if (fact.type !== 'SubjectRegistered' && fact.type !== 'CollectionRecorded') return;
    const collections = fact.own ? [fact.collectedAt] : [];
    const registration = { ...registrationOf(state), collections };
    const by = { actor: 'reaction:prospect.register-on-subject', causedBy: event.id };
    const command = { type: 'register', registration } as const;
    await this.prospects.send(tenant, state.subjectId, command, this.clock.now(), by);
  }
}
