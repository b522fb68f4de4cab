import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Clock } from '@assent/kernel';
import { ALL } from '@assent/contract';
import { By, iso, Needs, occurred, ProblemError, resolve, Written, written, type Caller } from '@assent/http';
import { Policies } from '@assent/policy';
import { Subjects, type EvidenceDocument, type ResolvedSubject, type SubjectRef } from '@assent/ports';
import { FindObjectionsDto, LiftDto, ObjectDto, ObjectionsView } from './objections.dto.js';
import { OppositionList, type Outcome } from './opposition-list.service.js';

/** GDPR art. 21(2), 12(2): refusing is as easy as possible; no reason and no identity paper is asked (seeds K19). */
@ApiTags('objections')
@Controller('v1/objections')
@Needs('objections')
export class ObjectionsController {
  constructor(
    private readonly list: OppositionList,
    private readonly subjects: Subjects,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Record an objection. 200 with the earlier event when it repeats one within 24 hours',
  })
  @ApiCreatedResponse({ type: Written })
  @ApiOkResponse({ type: Written })
  async object(
    @By() caller: Caller,
    @Body() body: ObjectDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Written> {
    const { tenant, actor, commandId } = caller;
    const at = occurred(this.policies, this.clock, tenant, body.occurredAt);
    const scope = { purpose: body.purpose ?? ALL, channel: body.channel ?? ALL };
    if (scope.purpose !== ALL) this.mustBeDeclared(tenant, scope.purpose, at);
    const who = await this.whoHasAList(tenant, body.subject);
    const evidence = body.evidence && documentOf(body.evidence);
    const outcome = await this.list.object(
      tenant,
      who,
      { scope, at, source: body.source, evidence },
      { actor, commandId },
    );
    reply.status(outcome.events.length > 0 ? 201 : 200);
    return answer(outcome);
  }

  @Post('lift')
  @HttpCode(200)
  @ApiOperation({ summary: 'Open one purpose by a newer opt-in of the person; all others stay closed' })
  @ApiOkResponse({ type: Written })
  async lift(@By() { tenant, actor, commandId }: Caller, @Body() body: LiftDto): Promise<Written> {
    const who = await this.whoHasAList(tenant, body.subject);
    if (body.purpose !== ALL) this.mustBeDeclared(tenant, body.purpose, this.clock.now());
    const opened = { purpose: body.purpose, channel: body.channel, proof: body.proof.eventId };
    const outcome = await this.list.lift(tenant, who, opened, { actor, commandId });
    if (outcome.refused) throw new ProblemError(outcome.refused.code, outcome.refused.detail);
    return answer(outcome);
  }

  @Post('find')
  @HttpCode(200)
  @ApiOperation({
    summary: 'The objections in force on any address of the person, and when each leaves the list',
  })
  @ApiOkResponse({ type: ObjectionsView })
  async find(@By() { tenant }: Caller, @Body() { subject }: FindObjectionsDto): Promise<ObjectionsView> {
    const who = await this.whoHasAList(tenant, subject);
    const entries = await this.list.listed(tenant, who.keys, this.clock.now());
    const items = entries.map(({ since, until, except, ...entry }) => ({
      ...entry,
      since: iso(since) as string,
      until: iso(until) as string,
      except: except.map((one) => ({ ...one, since: iso(one.since) as string })),
    }));
    return { subjectId: who.subjectId, items };
  }

  /** An unknown address has a list all the same; an unknown id has no address that could have one. */
  private async whoHasAList(tenant: string, ref: SubjectRef): Promise<ResolvedSubject> {
    const who = await resolve(this.subjects, tenant, ref);
    if (who.keys.length > 0) return who;
    throw new ProblemError('subject-unknown', 'Nobody is registered under this id.');
  }

  private mustBeDeclared(tenant: string, purpose: string, at: number): void {
    if (this.policies.at(tenant, at).purpose(purpose) !== undefined) return;
    throw new ProblemError('purpose-unknown', '/purpose is not declared in the policy in force.');
  }
}

const answer = ({ events, subjectId, revision, earlier }: Outcome): Written =>
  written(events, subjectId, revision, earlier);

/** Members that were left out are no part of the evidence. */
const documentOf = (evidence: object): EvidenceDocument =>
  Object.fromEntries(
    (Object.entries(evidence) as [string, string | undefined][]).filter(
      (member): member is [string, string] => member[1] !== undefined,
    ),
  );
