import { Payload } from '@nestjs/microservices';
import { parseStream } from '@assent/kernel';
import type { ConsentFact, NewsletterFact, OppositionFact, StoredEvent, SubjectFact } from '@assent/contract';
import { Subjects, type ResolvedSubject } from '@assent/ports';
import { On, Reactions } from '@assent/runtime';
import { OppositionList } from './opposition-list.service.js';
import { OptIns } from './opt-ins.service.js';

const CONSUMER = 'opposition.open-on-opt-in';

/**
 * A new opt-in of the person, with evidence, opens that one purpose and leaves the objection in force for all others
 * (seeds K15). Looks from both sides, since either may be told first: at an opt-in for older objections, and at an
 * objection or an address for newer opt-ins.
 */
@Reactions()
export class OpenOnOptIn {
  constructor(
    private readonly list: OppositionList,
    private readonly optIns: OptIns,
    private readonly subjects: Subjects,
  ) {}

  @On(CONSUMER, 'consent', 'newsletter', 'opposition', 'subject')
  async open(
    @Payload() event: StoredEvent<ConsentFact | NewsletterFact | OppositionFact | SubjectFact>,
  ): Promise<void> {
    const { type } = event.fact;
    const isYes = type === 'ConsentGiven' || type === 'SubscriptionConfirmed';
    if (!isYes && type !== 'ObjectionRecorded' && type !== 'AddressAdded') return;
    const who = await this.whose(event);
    if (who.subjectId === null) return;
    const acts = isYes
      ? [this.optIns.from(event as StoredEvent<ConsentFact | NewsletterFact>)]
      : await this.optIns.of(event.tenant, who.subjectId);
    for (const act of acts) {
      if (act === undefined) continue;
      await this.list.open(event.tenant, who.keys, act, {
        actor: `reaction:${CONSUMER}`,
        causedBy: event.id,
      });
    }
  }

  private async whose({ stream }: StoredEvent): Promise<ResolvedSubject> {
    const { concept, tenant, key } = parseStream(stream);
    if (concept === 'opposition') return this.subjects.byKey(tenant, key);
    const who = await this.subjects.resolve(tenant, { id: key });
    if ('malformed' in who) throw new Error(`${stream} is no stream of a person`);
    return who;
  }
}
