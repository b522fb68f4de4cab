import { Payload } from '@nestjs/microservices';
import { parseStream } from '@assent/kernel';
import { ALL, type StoredEvent, type SubjectFact } from '@assent/contract';
import { Subjects } from '@assent/ports';
import { On, Reactions } from '@assent/runtime';
import { OppositionList } from './opposition-list.service.js';

const CONSUMER = 'opposition.record-declined';

/** The box left empty at collection is an objection to that purpose on every channel (seeds S2-36, S2-37). */
@Reactions()
export class RecordDeclined {
  constructor(
    private readonly list: OppositionList,
    private readonly subjects: Subjects,
  ) {}

  @On(CONSUMER, 'subject')
  async record(@Payload() event: StoredEvent<SubjectFact>): Promise<void> {
    const { fact, id } = event;
    if (fact.type !== 'SubjectRegistered' && fact.type !== 'CollectionRecorded') return;
    if (fact.declined.length === 0) return;
    const { tenant, key } = parseStream(event.stream);
    const who = await this.subjects.resolve(tenant, { id: key });
    if ('malformed' in who || who.keys.length === 0) return;
    for (const purpose of fact.declined) {
      const scope = { purpose, channel: ALL };
      const act = { scope, at: fact.at, source: 'form', sealed: fact.evidence } as const;
      // The command id makes a repeated event find its own objection, also after an opt-in has lifted it.
      const commandId = `${CONSUMER} ${id} ${purpose}`;
      await this.list.object(tenant, who, act, { actor: `reaction:${CONSUMER}`, causedBy: id, commandId });
    }
  }
}
