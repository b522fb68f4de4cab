import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { By, checked, Needs, type Caller } from '@assent/http';
import { AnswerDesk } from './answer-desk.service.js';
import { DecisionDto, QuestionDto } from './eligibility.dto.js';
import { plainQuestion } from './plain-question.js';

/**
 * The question the product is for. A well-formed one is always answered 200: what cannot be known is a no. Plain questions
 * about now take a shortcut (`AnswerDesk.shortcut`) and do not come here.
 */
@ApiTags('eligibility')
@ApiBearerAuth()
@Needs('eligibility')
@Controller('v1/eligibility')
export class EligibilityController {
  constructor(private readonly desk: AnswerDesk) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'May we contact this person, for this purpose, on this channel, and how do you know?',
  })
  @ApiBody({ type: QuestionDto })
  @ApiOkResponse({ type: DecisionDto })
  ask(@Body() body: unknown, @By() { tenant }: Caller): Promise<DecisionDto> {
    // Most questions are plain: the declared class is only asked what is wrong with the others.
    return this.desk.answer(tenant, plainQuestion(body) ?? checked(QuestionDto, body));
  }
}
