import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Clock } from '@assent/kernel';
import type { Decision } from '@assent/contract';
import { By, checked, instantOf, invalid, iso, Needs, type Caller } from '@assent/http';
import { Policies } from '@assent/policy';
import { Gate } from '@assent/ports';
import { DecisionDto, QuestionDto } from './eligibility.dto.js';
import { plainQuestion } from './plain-question.js';

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
  @ApiBody({ type: QuestionDto })
  @ApiOkResponse({ type: DecisionDto })
  async ask(@Body() body: unknown, @By() { tenant }: Caller): Promise<DecisionDto> {
    // Most questions are plain: the declared class is only asked what is wrong with the others.
    const question = plainQuestion(body) ?? checked(QuestionDto, body);
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
