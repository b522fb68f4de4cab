import { Injectable } from '@nestjs/common';
import { parseStream } from '@assent/kernel';
import type { NewsletterState } from '@assent/contract';
import { EventLog } from '@assent/ports';
import { Waker } from '@assent/runtime';
import { newsletter } from './newsletter.js';
import { Subscriptions } from './subscriptions.service.js';

/** Writes down that a sign-up was never confirmed. */
@Injectable()
export class NewsletterWaker extends Waker {
  override readonly concept = 'newsletter';

  constructor(
    private readonly log: EventLog,
    private readonly subscriptions: Subscriptions,
  ) {
    super();
  }

  override async wake(stream: string, now: number) {
    const { tenant, key } = parseStream(stream);
    const { state, version } = await this.subscriptions.send(
      tenant,
      key,
      { type: 'wake', at: now },
      { actor: 'agenda' },
    );
    return { version, wakeAt: newsletter.wakeAt(state, undefined) };
  }

  override async wakeAt(stream: string) {
    const head = await this.log.head<NewsletterState>(stream);
    return {
      version: head?.version ?? 0,
      wakeAt: newsletter.wakeAt(head?.state ?? newsletter.initial, undefined),
    };
  }
}
