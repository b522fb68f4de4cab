import { Payload } from '@nestjs/microservices';
import { Clock, parseStream } from '@assent/kernel';
import type { ConsentFact, OppositionFact, StoredEvent } from '@assent/contract';
import { Subjects } from '@assent/ports';
import { On, Reactions } from '@assent/runtime';
import { Subscriptions } from './subscriptions.service.js';

/** Who refuses, or takes a consent back, has left the lists it covers; an undo of the refusal gives them back. */
@Reactions()
export class EndOnStop {
  constructor(
    private readonly subjects: Subjects,
    private readonly subscriptions: Subscriptions,
    private readonly clock: Clock,
  ) {}

  @On('newsletter.end-on-objection', 'opposition')
  async refused(@Payload() { id, stream, tenant, fact }: StoredEvent<OppositionFact>): Promise<void> {
    if (fact.type === 'ObjectionExpired') return;
    const { subjectId } = await this.subjects.byKey(tenant, parseStream(stream).key);
    if (subjectId === null) return; // nobody's address: nobody is subscribed under it
    const by = { actor: 'reaction:newsletter.end-on-objection', causedBy: id };
    if (fact.type === 'ObjectionRecorded') {
      const cause = fact.origin ?? id;
      const end = { type: 'end', at: fact.at, scope: fact.scope, because: 'objection', cause } as const;
      await this.subscriptions.send(tenant, subjectId, end, by);
    } else if (fact.undo) {
      const restore = { type: 'restore', at: this.clock.now(), cause: fact.origin ?? fact.entry } as const;
      await this.subscriptions.send(tenant, subjectId, restore, by);
    }
  }

  @On('newsletter.end-on-withdrawal', 'consent')
  async withdrew(@Payload() { id, stream, tenant, fact }: StoredEvent<ConsentFact>): Promise<void> {
    if (fact.type !== 'ConsentWithdrawn') return;
    for (const channel of fact.channels) {
      const scope = { purpose: fact.purpose, channel };
      const end = { type: 'end', at: fact.at, scope, because: 'withdrawal', cause: id } as const;
      const by = { actor: 'reaction:newsletter.end-on-withdrawal', causedBy: id };
      await this.subscriptions.send(tenant, parseStream(stream).key, end, by);
    }
  }
}
