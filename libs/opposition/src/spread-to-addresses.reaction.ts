import { Payload } from '@nestjs/microservices';
import { parseStream } from '@assent/kernel';
import type { OppositionFact, StoredEvent, SubjectFact } from '@assent/contract';
import { Subjects } from '@assent/ports';
import { On, Reactions } from '@assent/runtime';
import { OppositionList } from './opposition-list.service.js';

const CONSUMER = 'opposition.spread-to-addresses';

/**
 * A person who refused refused as a person: what one address holds, all hold, also those that come later. Answers do
 * not wait for it, they read every address; it keeps the refusal on each of them when the person is forgotten.
 */
@Reactions()
export class SpreadToAddresses {
  constructor(
    private readonly list: OppositionList,
    private readonly subjects: Subjects,
  ) {}

  @On(CONSUMER, 'opposition', 'subject')
  async spread(@Payload() event: StoredEvent<OppositionFact | SubjectFact>): Promise<void> {
    const { tenant, key, concept } = parseStream(event.stream);
    const { type } = event.fact;
    if (concept === 'subject' && type !== 'SubjectRegistered' && type !== 'AddressAdded') return;
    if (type === 'ObjectionExpired') return; // each entry ends by itself, at the same instant
    const who =
      concept === 'subject'
        ? await this.subjects.resolve(tenant, { id: key })
        : await this.subjects.byKey(tenant, key);
    if ('malformed' in who) return;
    await this.list.align(tenant, who.keys, { actor: `reaction:${CONSUMER}`, causedBy: event.id });
  }
}
