import { Injectable } from '@nestjs/common';
import { Clock, parseStream } from '@assent/kernel';
import type { OppositionState } from '@assent/contract';
import { Policies } from '@assent/policy';
import { EventLog, handle } from '@assent/ports';
import { Waker } from '@assent/runtime';
import { opposition } from './opposition.js';

/** Takes entries off the list when their time is over (seeds S0-63): kept as long as needed, for nothing else. */
@Injectable()
export class OppositionWaker extends Waker {
  override readonly concept = 'opposition';

  constructor(
    private readonly log: EventLog,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async wake(stream: string, now: number): Promise<{ version: number; wakeAt: number | 'never' }> {
    const policy = this.policies.at(parseStream(stream).tenant, now);
    const command = { type: 'wake', at: now } as const;
    const { state, version } = await handle(this.log, stream, opposition, command, policy.opposition, {
      actor: 'agenda',
      policy: policy.id,
      recordedAt: this.clock.now(),
    });
    return { version, wakeAt: opposition.wakeAt(state, policy.opposition) };
  }

  override async wakeAt(stream: string): Promise<{ version: number; wakeAt: number | 'never' }> {
    const rules = this.policies.at(parseStream(stream).tenant, this.clock.now()).opposition;
    const head = await this.log.head<OppositionState>(stream);
    return {
      version: head?.version ?? 0,
      wakeAt: opposition.wakeAt(head?.state ?? opposition.initial, rules),
    };
  }
}
