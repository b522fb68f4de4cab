import { Injectable } from '@nestjs/common';
import { Clock, streamOf } from '@assent/kernel';
import { type ConsentFact, type ConsentState, type StoredEvent } from '@assent/contract';
import { Policies, type Policy } from '@assent/policy';
import { EventLog, handle, type Handled, type Origin } from '@assent/ports';
import { consent, consentRules, type ConsentCommand, type ConsentRefusal } from './consent.js';

export type ConsentEvent = StoredEvent<ConsentFact, ConsentState>;

/** Who acts, and what it follows from. */
export type By = Pick<Origin, 'actor' | 'causedBy' | 'commandId'>;

/** The one writer of consent streams. */
@Injectable()
export class Consents {
  constructor(
    private readonly log: EventLog,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  /** Sends a command, under the policy in force at `at`. */
  send(
    tenant: string,
    subjectId: string,
    command: ConsentCommand,
    at: number,
    by: By,
  ): Promise<Handled<ConsentState, ConsentFact, ConsentRefusal>> {
    const policy: Policy = this.policies.at(tenant, at);
    return handle(this.log, streamOf('consent', tenant, subjectId), consent, command, consentRules(policy), {
      ...by,
      policy: policy.id,
      recordedAt: this.clock.now(),
    });
  }

  async history(tenant: string, subjectId: string): Promise<ConsentEvent[]> {
    return (await this.log.read(streamOf('consent', tenant, subjectId))) as ConsentEvent[];
  }
}
