import { Payload } from '@nestjs/microservices';
import { Clock, parseStream, streamOf } from '@assent/kernel';
import {
  isOwnAct,
  type ConsentFact,
  type NewsletterFact,
  type StoredEvent,
  type SubjectState,
} from '@assent/contract';
import { EventLog } from '@assent/ports';
import { On, Reactions } from '@assent/runtime';
import { Prospects } from './prospects.service.js';
import { isByPerson, registrationOf } from './registration.js';

/**
 * Who opts in by own hand acts (seeds K9): what was sent before is answered, the clock starts afresh, and a person who
 * had dropped out is back. What an undo gives back is no act, and neither is an import.
 */
@Reactions()
export class AnswerOnOptIn {
  constructor(
    private readonly log: EventLog,
    private readonly prospects: Prospects,
    private readonly clock: Clock,
  ) {}

  @On('prospect.answer-on-opt-in', 'consent', 'newsletter')
  async optedIn(
    @Payload() { id, tenant, stream, fact }: StoredEvent<ConsentFact | NewsletterFact>,
  ): Promise<void> {
    if (!isActOfPerson(fact)) return;
    const { key: subjectId } = parseStream(stream);
    const subject = await this.log.head<SubjectState>(streamOf('subject', tenant, subjectId));
    if (subject === undefined) return; // forgotten since
    const command = { type: 'register', registration: registrationOf(subject.state, [fact.at]) } as const;
    const by = { actor: 'reaction:prospect.answer-on-opt-in', causedBy: id };
    await this.prospects.send(tenant, subjectId, command, this.clock.now(), by);
  }
}

function isActOfPerson(fact: ConsentFact | NewsletterFact): boolean {
  switch (fact.type) {
    case 'ConsentGiven':
      return isOwnAct(fact.evidence.method) && fact.restores === null;
    case 'ConsentNoted':
      return isOwnAct(fact.evidence.method);
    case 'SubscriptionConfirmed':
      return isByPerson(fact.verdict);
    default:
      return false;
  }
}
