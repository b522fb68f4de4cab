import { Injectable } from '@nestjs/common';
import { Clock, streamOf } from '@assent/kernel';
import type { ConsentState, ProspectFact } from '@assent/contract';
import { known, knownById, ProblemError } from '@assent/http';
import { Policies } from '@assent/policy';
import {
  EventLog,
  handle,
  Subjects,
  type Handled,
  type Origin,
  type ResolvedSubject,
  type SubjectRef,
} from '@assent/ports';
import type { Prospect } from './facts.js';
import { prospect, type ProspectCommand, type ProspectRefusal } from './prospect.js';
import { optInsOf, registrationOf, type Registration } from './registration.js';
import { publicState } from './standing.js';

/** Who acts, and what it follows from. */
export type By = Pick<Origin, 'actor' | 'causedBy' | 'commandId'>;

export interface Person {
  readonly tenant: string;
  readonly subjectId: string;
  /** Of the address in the reference; null for an id. */
  readonly key: string | null;
  /** What the person's other streams say. */
  readonly registration: Registration;
}
export type Sent = Handled<Prospect, ProspectFact, ProspectRefusal>;

export const prospectStream = (tenant: string, subjectId: string): string =>
  streamOf('prospect', tenant, subjectId);

/** The one writer of prospect streams. */
@Injectable()
export class Prospects {
  constructor(
    private readonly log: EventLog,
    private readonly subjects: Subjects,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  /** The registered person that a reference means; throws the problems `subject-unknown` and `invalid-request`. */
  async find(tenant: string, ref: SubjectRef): Promise<Person> {
    return this.person(tenant, await known(this.subjects, tenant, ref));
  }

  async findById(tenant: string, id: string): Promise<Person> {
    return this.person(tenant, await knownById(this.subjects, tenant, id));
  }

  private async person(
    tenant: string,
    { subjectId, state, key }: ResolvedSubject & { readonly subjectId: string },
  ): Promise<Person> {
    if (state === null || state.erasedAt !== null) {
      throw new ProblemError('subject-unknown', 'Nobody is registered under this reference.');
    }
    const consents = await this.log.head<ConsentState>(streamOf('consent', tenant, subjectId));
    const optIns = consents ? optInsOf(consents.state) : [];
    return { tenant, subjectId, key, registration: registrationOf(state, optIns) };
  }

  async head({ tenant, subjectId }: Person): Promise<{ readonly state: Prospect; readonly version: number }> {
    const head = await this.log.head<Prospect>(prospectStream(tenant, subjectId));
    return head ?? { state: prospect.initial, version: 0 };
  }

  /** Sends a command, under the policy in force at `at`; the events carry the standing as of now. */
  send(tenant: string, subjectId: string, command: ProspectCommand, at: number, by: By): Promise<Sent> {
    const policy = this.policies.at(tenant, at);
    const recordedAt = this.clock.now();
    const { prospect: today } = this.policies.at(tenant, recordedAt);
    return handle(
      this.log,
      prospectStream(tenant, subjectId),
      prospect,
      command,
      policy.prospect,
      { ...by, policy: policy.id, recordedAt },
      (state) => publicState(state, today, recordedAt),
    );
  }
}
