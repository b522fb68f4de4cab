import { Injectable } from '@nestjs/common';
import { Clock } from '@assent/kernel';
import type { AnswerCode, Decision } from '@assent/contract';
import { iso, occurred, ProblemError, PROBLEMS, written, type Caller, type ProblemCode } from '@assent/http';
import { Policies } from '@assent/policy';
import { Gate } from '@assent/ports';
import { sendings, stands, type Of, type Sending } from './facts.js';
import { Permits } from './permits.service.js';
import type { Solicitation } from './prospect.js';
import { Prospects, type Person, type Sent } from './prospects.service.js';
import type { SolicitationDto, SolicitationWritten } from './solicitations.dto.js';

type Asking = Pick<Caller, 'tenant' | 'actor' | 'commandId'>;
export interface Answered {
  readonly status: 200 | 201;
  readonly body: SolicitationWritten;
}

/** Permits and reports; the same for one body and for a line of a batch. */
@Injectable()
export class SolicitationDesk {
  constructor(
    private readonly prospects: Prospects,
    private readonly permits: Permits,
    private readonly gate: Gate,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  async take(caller: Asking, body: SolicitationDto): Promise<Answered> {
    const { tenant } = caller;
    const at = occurred(this.policies, this.clock, tenant, body.occurredAt);
    const rules = this.policies.at(tenant, at).purpose(body.purpose);
    if (rules === undefined) {
      throw new ProblemError('purpose-unknown', '/purpose is not declared in the policy in force.');
    }
    const person = await this.prospects.find(tenant, body.subject);
    const { solicitationId, campaign, channel, purpose } = body;
    const solicitation = { at, solicitationId, campaign, channel, purpose, counts: rules.prospecting };
    return body.mode === 'permit'
      ? this.permit(caller, person, solicitation)
      : this.report(caller, person, solicitation);
  }

  /** Asked before sending: recorded only when the answer is yes. */
  private async permit(caller: Asking, person: Person, solicitation: Solicitation): Promise<Answered> {
    const { tenant, subjectId, registration } = person;
    const { at, solicitationId } = solicitation;
    const decision = await this.allowedThenAndNow(person, solicitation);
    const { state, version } = await this.prospects.head(person);
    const earlier = sendings(state).get(solicitationId);
    if (stands(earlier, at)) {
      const permit = this.permits.issue(person, solicitation, earlier, decision);
      return permitted(200, earlier, permit, subjectId, version);
    }
    const command = { type: 'reserve', registration, solicitation } as const;
    const sent = await this.prospects.send(tenant, subjectId, command, at, by(caller));
    if (sent.refusal) throw new ProblemError(sent.refusal.refused, sent.refusal.detail);
    const sending = known(sent, solicitationId);
    // The reservation is part of what the permit rests on, so that the same one is told when it is asked for again.
    const recorded = sent.repeated ? 0 : sent.events.length;
    const since = { ...decision, revision: decision.revision + recorded };
    const permit = this.permits.issue(person, solicitation, sending, since);
    return permitted(sent.events.length > 0 ? 201 : 200, sending, permit, subjectId, sent.version);
  }

  /** A permit is for sending now: a stop since then refuses it, also one that was given before. Answers what holds now. */
  private async allowedThenAndNow(person: Person, solicitation: Solicitation): Promise<Decision> {
    const now = this.clock.now();
    const instants = solicitation.at === now ? [now] : [solicitation.at, now];
    let decision: Decision | undefined;
    for (const at of instants) {
      decision = await this.decide(person, { ...solicitation, at });
      if (!decision.allowed) throw denied(decision.code);
    }
    return decision as Decision;
  }

  /** What was delivered is recorded in any case, with what the decision said at that instant. */
  private async report(caller: Asking, person: Person, solicitation: Solicitation): Promise<Answered> {
    const { tenant, subjectId, registration } = person;
    const { state, version } = await this.prospects.head(person);
    const earlier = sendings(state).get(solicitation.solicitationId)?.by;
    if (earlier?.type === 'SolicitationDelivered') return reported(200, earlier, subjectId, version);

    const { code } = await this.decide(person, solicitation);
    const command = { type: 'deliver', registration, solicitation, code } as const;
    const sent = await this.prospects.send(tenant, subjectId, command, solicitation.at, by(caller));
    const told = sent.state.facts.filter(
      (fact): fact is Of<'SolicitationDelivered'> =>
        fact.type === 'SolicitationDelivered' && fact.solicitationId === solicitation.solicitationId,
    );
    return reported(sent.events.length > 0 ? 201 : 200, told.at(-1), subjectId, sent.version);
  }

  private decide(
    { tenant, subjectId }: Person,
    { purpose, channel, at, solicitationId }: Solicitation,
  ): Promise<Decision> {
    return this.gate.decide(tenant, {
      subject: { id: subjectId },
      purpose,
      channel,
      at,
      except: solicitationId,
    });
  }
}

const by = ({ actor, commandId }: Asking) => ({ actor, commandId });

function known({ state }: Sent, solicitationId: string): Sending {
  const sending = sendings(state).get(solicitationId);
  if (sending === undefined) throw new Error('a permitted solicitation is not in the state');
  return sending;
}

function permitted(
  status: 200 | 201,
  { by: fact, expiresAt }: Sending,
  permit: string,
  subjectId: string,
  version: number,
): Answered {
  const until = iso(expiresAt);
  return {
    status,
    body: {
      ...written([], subjectId, version, fact),
      permit,
      ...(until !== null && { expiresAt: until }),
    },
  };
}

function reported(
  status: 200 | 201,
  fact: Of<'SolicitationDelivered'> | undefined,
  subjectId: string,
  version: number,
): Answered {
  if (fact === undefined) throw new Error('a reported solicitation is not in the state');
  const { code } = fact;
  return { status, body: { ...written([], subjectId, version, fact), eligible: code === 'allowed', code } };
}

function denied(code: AnswerCode): ProblemError {
  if (code === 'stale')
    return new ProblemError(
      'not-ready',
      'The decision cannot be made now; until then the answer is no.',
      undefined,
      1,
    );
  return code in PROBLEMS
    ? new ProblemError(
        code as ProblemCode,
        'The person may not be solicited: ask POST /v1/eligibility for the reasons.',
      )
    : new ProblemError('no-consent', 'The decision allows nothing.');
}
