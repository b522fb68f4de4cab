import { Payload } from '@nestjs/microservices';
import { parseStream } from '@assent/kernel';
import { ALL, IMPORT_UNDONE, type StoredEvent, type SubjectFact } from '@assent/contract';
import { Subjects } from '@assent/ports';
import { On, Reactions } from '@assent/runtime';
import { OppositionList } from './opposition-list.service.js';

const CONSUMER = 'opposition.keep-on-erasure';

/**
 * Whoever asks to be forgotten asks not to be found again: a refusal of all marketing is kept under the digest of every
 * address (GDPR art. 17(3)(b), 21(3); seeds S0-32). It is all that answers for the person when the directory is empty.
 */
@Reactions()
export class KeepOnErasure {
  constructor(
    private readonly list: OppositionList,
    private readonly subjects: Subjects,
  ) {}

  @On(CONSUMER, 'subject')
  async keep(@Payload() { id, tenant, stream, fact }: StoredEvent<SubjectFact>): Promise<void> {
    // Whose registration was taken back has asked for nothing.
    if (fact.type !== 'SubjectErased' || fact.reason === IMPORT_UNDONE) return;
    const who = await this.subjects.resolve(tenant, { id: parseStream(stream).key });
    if ('malformed' in who || who.keys.length === 0) return;
    const cause = { actor: `reaction:${CONSUMER}`, causedBy: id };
    const act = { scope: { purpose: ALL, channel: ALL }, at: fact.at, source: 'erasure' } as const;
    await this.list.object(tenant, who, act, { ...cause, commandId: `${CONSUMER} ${id}` });
    await this.list.align(tenant, who.keys, cause);
  }
}
