import { Injectable } from '@nestjs/common';
import { Clock, parseStream } from '@assent/kernel';
import type { ConsentState } from '@assent/contract';
import { Policies } from '@assent/policy';
import { EventLog } from '@assent/ports';
import { Waker } from '@assent/runtime';
import { consent, consentRules } from './consent.js';
import { Consents } from './consents.service.js';

/** Tells the agenda when a consent ends by the time of the policy. */
@Injectable()
export class ConsentWaker extends Waker {
  override readonly concept = 'consent';

  constructor(
    private readonly log: EventLog,
    private readonly consents: Consents,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async wake(stream: string, now: number) {
    const { tenant, key } = parseStream(stream);
    const { state, version } = await this.consents.send(tenant, key, { type: 'wake', at: now }, now, {
      actor: 'agenda',
    });
    return { version, wakeAt: this.next(tenant, state, now) };
  }

  override async wakeAt(stream: string) {
    const head = await this.log.head<ConsentState>(stream);
    if (head === undefined) return { version: 0, wakeAt: 'never' as const };
    const wakeAt = this.next(parseStream(stream).tenant, head.state, this.clock.now());
    return { version: head.version, wakeAt };
  }

  private next(tenant: string, state: ConsentState, now: number): number | 'never' {
    return consent.wakeAt(state, consentRules(this.policies.at(tenant, now)));
  }
}
