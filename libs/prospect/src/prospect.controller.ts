import { Body, Controller, Get, Param, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Clock } from '@assent/kernel';
import { By, iso, Needs, occurred, Written, written, type Caller } from '@assent/http';
import { Policies } from '@assent/policy';
import { factsOf, type ProspectEntry } from './facts.js';
import type { ProspectCommand } from './prospect.js';
import { Prospects, type Person, type Sent } from './prospects.service.js';
import { completed } from './registration.js';
import { ProspectView, RelationshipDto, ResponseDto } from './solicitations.dto.js';
import { nextChange, prospectAt } from './standing.js';

/** What a person did, and where that leaves them as a prospect (seeds K9, K12). */
@ApiTags('prospects')
@ApiBearerAuth()
@Controller('v1')
@Needs('solicitations')
export class ProspectController {
  constructor(
    private readonly prospects: Prospects,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  /** An open proves nothing about a person, and a scanner is none: both are recorded and restart nothing. */
  @Post('responses')
  @ApiOperation({ summary: 'Record an act of a person' })
  @ApiCreatedResponse({ type: Written })
  @ApiOkResponse({ type: Written, description: 'Recorded before.' })
  async respond(
    @Body() { subject, kind, suspectedScanner = false, occurredAt }: ResponseDto,
    @By() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Written> {
    const at = occurred(this.policies, this.clock, caller.tenant, occurredAt);
    const person = await this.prospects.find(caller.tenant, subject);
    const { registration } = person;
    const restarts = kind !== 'open' && !suspectedScanner;
    const sent = await this.send(person, { type: 'respond', registration, at, kind, restarts }, at, caller);
    const earlier = factsOf(sent.state, 'ProspectResponded').find(
      (fact) => fact.at === at && fact.kind === kind,
    );
    return told(reply, sent, person, earlier);
  }

  @Post('relationships')
  @ApiOperation({ summary: 'Record that a person became a customer, or is one no more' })
  @ApiCreatedResponse({ type: Written })
  @ApiOkResponse({ type: Written, description: 'It was so before.' })
  async relate(
    @Body() { subject, change, occurredAt }: RelationshipDto,
    @By() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Written> {
    const at = occurred(this.policies, this.clock, caller.tenant, occurredAt);
    const person = await this.prospects.find(caller.tenant, subject);
    const { registration } = person;
    const type = change === 'ended' ? 'endRelationship' : 'becomeCustomer';
    const sent = await this.send(person, { type, registration, at }, at, caller);
    const fact = change === 'ended' ? 'RelationshipEnded' : 'BecameCustomer';
    const earlier = factsOf(sent.state, fact).findLast((one) => one.at <= at);
    return told(reply, sent, person, earlier ?? factsOf(sent.state, 'ProspectRegistered')[0]);
  }

  @Get('subjects/:id/prospect')
  @ApiOperation({ summary: 'Where a person stands as a prospect, now' })
  @ApiOkResponse({ type: ProspectView })
  async show(@Param('id') id: string, @By() { tenant }: Caller): Promise<ProspectView> {
    const person = await this.prospects.findById(tenant, id);
    const { state, version } = await this.prospects.head(person);
    const now = this.clock.now();
    const rules = this.policies.at(tenant, now).prospect;
    const known = completed(state, person.registration);
    const standing = prospectAt(known, rules, now);
    const change = nextChange(known, rules, now);
    return {
      subjectId: person.subjectId,
      relationship: standing.relationship,
      status: standing.status,
      unanswered: standing.unanswered.map((one) => ({ ...one, at: iso(one.at) as string })),
      counted: standing.counted,
      limit: rules.unansweredLimit ?? null,
      collectedAt: iso(standing.collectedAt),
      lastActOfPerson: iso(standing.lastActOfPerson),
      customerSince: iso(standing.customerSince),
      customerUntil: iso(standing.customerUntil),
      droppedOutAt: iso(standing.droppedOutAt),
      dropOutReason: standing.dropOutReason,
      nextChange: change && { at: iso(change.at) as string, to: change.to },
      revision: version,
    };
  }

  private send(
    { tenant, subjectId }: Person,
    command: ProspectCommand,
    at: number,
    { actor, commandId }: Caller,
  ): Promise<Sent> {
    return this.prospects.send(tenant, subjectId, command, at, { actor, commandId });
  }
}

function told(
  reply: FastifyReply,
  { events, version }: Sent,
  { subjectId }: Person,
  earlier: ProspectEntry | undefined,
): Written {
  reply.status(events.length > 0 ? 201 : 200);
  return written(events, subjectId, version, earlier);
}
