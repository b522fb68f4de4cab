import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Clock } from '@assent/kernel';
import type { Decision } from '@assent/contract';
import { By, instantOf, invalid, iso, Needs, type Caller } from '@assent/http';
import { Policies } from '@assent/policy';
import { Gate } from '@assent/ports';
import { DecisionDto, QuestionDto } from './eligibility.dto.js';

/** The question the product is for. A well-formed one is always answered 200: what cannot be known is a no. */
@ApiTags('eligibility')
@ApiBearerAuth()
@Needs('eligibility')
@Controller('v1/eligibility')
export class EligibilityController {
  constructor(
    private readonly gate: Gate,
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
    const { subject, purpose, channel, explain = false } = question;
    const at = instantOf(this.policies, tenant, question.at, '/at', this.clock.now());
    const [member, another] = Object.entries(subject).flatMap(([name, value]) =>
      value === undefined ? [] : [name],
    );
    if (member === undefined || another !== undefined) {
      throw invalid('/subject', 'must have exactly one of id, email, phone, externalId');
    }
    const decision = await this.gate.decide(tenant, { subject, purpose, channel, at, explain });
    if (decision.code === 'malformed') throw invalid(`/subject/${member}`, `is not a valid ${member}`);
    return told(decision);
  }
}

const told = ({ reasons, validUntil, ...decision }: Decision): DecisionDto => ({
  ...decision,
  reasons: reasons.map(({ since, ...reason }) => ({
    ...reason,
    ...(since !== undefined && { since: iso(since) as string }),
  })),
  ...(validUntil !== undefined && { validUntil: iso(validUntil) as string }),
});
