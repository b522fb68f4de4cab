import { Injectable } from '@nestjs/common';
import { Clock, parseStream } from '@assent/kernel';
import { Policies } from '@assent/policy';
import { EventLog } from '@assent/ports';
import { Waker } from '@assent/runtime';
import type { Prospect } from './facts.js';
import { prospect } from './prospect.js';
import { Prospects } from './prospects.service.js';

/** Tells the agenda when a prospect drops out and when a permit is over. */
@Injectable()
export class ProspectWaker extends Waker {
  override readonly concept = 'prospect';

  constructor(
    private readonly log: EventLog,
    private readonly prospects: Prospects,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async wake(stream: string, now: number) {
    const { tenant, key } = parseStream(stream);
    const { state, version } = await this.prospects.send(tenant, key, { type: 'wake', at: now }, now, {
      actor: 'agenda',
    });
    return { version, wakeAt: this.next(tenant, state, now) };
  }

  override async wakeAt(stream: string) {
    const head = await this.log.head<Prospect>(stream);
    if (head === undefined) return { version: 0, wakeAt: 'never' as const };
    return {
      version: head.version,
      wakeAt: this.next(parseStream(stream).tenant, head.state, this.clock.now()),
    };
  }

  private next(tenant: string, state: Prospect, now: number): number | 'never' {
    return prospect.wakeAt(state, this.policies.at(tenant, now).prospect);
  }
}
