import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Clock } from '@assent/kernel';
import { ALL } from '@assent/contract';
import { By, iso, Needs, ProblemError, Written, written, type Caller } from '@assent/http';
import { FindObjectionsDto, LiftDto, ObjectDto, ObjectionsView } from './objections.dto.js';
import { ObjectionDesk } from './objection-desk.service.js';
import { OppositionList, type Outcome } from './opposition-list.service.js';

/** GDPR art. 21(2), 12(2): refusing is as easy as possible; no reason and no identity paper is asked (seeds K19). */
@ApiTags('objections')
@Controller('v1/objections')
@Needs('objections')
export class ObjectionsController {
  constructor(
    private readonly desk: ObjectionDesk,
    private readonly list: OppositionList,
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
    const outcome = await this.desk.record(caller, body);
    reply.status(outcome.events.length > 0 ? 201 : 200);
    return answer(outcome);
  }

  @Post('lift')
  @HttpCode(200)
  @ApiOperation({ summary: 'Open one purpose by a newer opt-in of the person; all others stay closed' })
  @ApiOkResponse({ type: Written })
  async lift(@By() { tenant, actor, commandId }: Caller, @Body() body: LiftDto): Promise<Written> {
    const who = await this.desk.whoHasAList(tenant, body.subject);
    if (body.purpose !== ALL) this.desk.mustBeDeclared(tenant, body.purpose, this.clock.now());
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
    const who = await this.desk.whoHasAList(tenant, subject);
    const entries = await this.list.listed(tenant, who.keys, this.clock.now());
    const items = entries.map(({ since, until, except, ...entry }) => ({
      ...entry,
      since: iso(since) as string,
      until: iso(until) as string,
      except: except.map((one) => ({ ...one, since: iso(one.since) as string })),
    }));
    return { subjectId: who.subjectId, items };
  }
}

export const answer = ({ events, subjectId, revision, earlier }: Outcome): Written =>
  written(events, subjectId, revision, earlier);
