import { Injectable } from '@nestjs/common';
import { Clock } from '@assent/kernel';
import { ALL, type ObjectionSource } from '@assent/contract';
import { occurred, ProblemError, resolve, type Caller } from '@assent/http';
import { Policies } from '@assent/policy';
import { Subjects, type EvidenceDocument, type ResolvedSubject, type SubjectRef } from '@assent/ports';
import { OppositionList, type Outcome } from './opposition-list.service.js';

/** An objection as a client tells it. */
export interface ToldObjection {
  readonly subject: SubjectRef;
  readonly purpose?: string;
  readonly channel?: string;
  readonly source: ObjectionSource;
  readonly occurredAt?: string;
  readonly evidence?: object;
}

/** Takes objections from tools, whichever door they come through. */
@Injectable()
export class ObjectionDesk {
  constructor(
    private readonly list: OppositionList,
    private readonly subjects: Subjects,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  async record({ tenant, actor, commandId }: Caller, told: ToldObjection): Promise<Outcome> {
    const at = occurred(this.policies, this.clock, tenant, told.occurredAt);
    const scope = { purpose: told.purpose ?? ALL, channel: told.channel ?? ALL };
    if (scope.purpose !== ALL) this.mustBeDeclared(tenant, scope.purpose, at);
    const who = await this.whoHasAList(tenant, told.subject);
    const evidence = told.evidence && documentOf(told.evidence);
    const act = { scope, at, source: told.source, evidence };
    return this.list.object(tenant, who, act, { actor, commandId });
  }

  /** An unknown address has a list all the same; an unknown id has no address that could have one. */
  async whoHasAList(tenant: string, ref: SubjectRef): Promise<ResolvedSubject> {
    const who = await resolve(this.subjects, tenant, ref);
    if (who.keys.length > 0) return who;
    throw new ProblemError('subject-unknown', 'Nobody is registered under this id.');
  }

  mustBeDeclared(tenant: string, purpose: string, at: number): void {
    if (this.policies.at(tenant, at).purpose(purpose) !== undefined) return;
    throw new ProblemError('purpose-unknown', '/purpose is not declared in the policy in force.');
  }
}

/** Members that were left out are no part of the evidence. */
const documentOf = (evidence: object): EvidenceDocument =>
  Object.fromEntries(
    (Object.entries(evidence) as [string, string | undefined][]).filter(
      (member): member is [string, string] => member[1] !== undefined,
    ),
  );
