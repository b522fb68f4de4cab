import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Clock } from '@assent/kernel';
import type { Decision } from '@assent/contract';
import { By, instantOf, Needs, resolve, type Caller } from '@assent/http';
import { Policies } from '@assent/policy';
import { Subjects } from '@assent/ports';
import { DecisionDto, QuestionDto } from './eligibility.dto.js';
import { EligibilityGate } from './gate.service.js';

@ApiTags('eligibility')
@Needs('eligibility')
@Controller('v1/eligibility')
export class EligibilityController {
  constructor(
    private readonly gate: EligibilityGate,
    private readonly subjects: Subjects,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'May we contact this person, for this purpose, on this channel, and how do you know?',
  })
  @ApiOkResponse({ type: DecisionDto })
  async ask(@Body() question: QuestionDto, @By() { tenant }: Caller): Promise<DecisionDto> {
    const at = instantOf(this.policies, tenant, question.at, '/at', this.clock.now());
    const who = await resolve(this.subjects, tenant, question.subject);
    const { purpose, channel, explain = false } = question;
    return told(await this.gate.decideFor(tenant, who, { purpose, channel, at, explain }));
  }
}

const told = ({ reasons, validUntil, ...decision }: Decision): DecisionDto => ({
  ...decision,
  reasons: reasons.map(({ since, ...reason }) => ({
    ...reason,
    ...(since !== undefined && Number.isFinite(since) && { since: new Date(since).toISOString() }),
  })),
  ...(validUntil !== undefined && { validUntil: new Date(validUntil).toISOString() }),
});
