import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { toldDecision } from '@assent/eligibility';
import { By, Needs, type Caller } from '@assent/http';
import { SendCheckDto, SendCheckView } from './send-checks.dto.js';
import { SendChecks } from './send-checks.service.js';

/** For whoever sends by a tool that keeps no opt-outs: asked right before each message, and what it refused is proven. */
@ApiTags('Deliveries and integrations')
@ApiBearerAuth()
@Needs('eligibility')
@Controller('v1/send-checks')
export class SendChecksController {
  constructor(private readonly checks: SendChecks) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'May this message be sent now, by this tool? As `POST /v1/eligibility`, and a no is recorded',
    description: 'Send only on `allowed: true`. Every other answer, and none, is a no.',
  })
  @ApiOkResponse({ type: SendCheckView })
  async check(@Body() body: SendCheckDto, @By() caller: Caller): Promise<SendCheckView> {
    const { decision, fault, eventId } = await this.checks.check(caller, body);
    const told = toldDecision(decision);
    if (fault === undefined) return { ...told, ...(!told.allowed && { eventId }) };
    const { policy, revision } = told;
    const reasons = [{ code: fault, rule: 'permit' }];
    return { ...{ allowed: false, code: fault, reasons, policy, revision }, eventId };
  }
}
