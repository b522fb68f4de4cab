import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { By, Needs, Written, type Caller } from '@assent/http';
import { ObjectionDesk } from './objection-desk.service.js';
import { answer } from './objections.controller.js';
import { EndSubscriptionDto } from './objections.dto.js';

/** Leaving one list, as tools report it: an objection limited to that purpose. Subscriptions end by it. */
@ApiTags('subscriptions')
@Controller('v1/subscriptions')
export class SubscriptionEndController {
  constructor(private readonly desk: ObjectionDesk) {}

  @Post('end')
  @Needs('subscriptions')
  @ApiOperation({ summary: 'End a subscription: an objection to that purpose alone' })
  @ApiCreatedResponse({ type: Written })
  @ApiOkResponse({ type: Written, description: 'Repeats one within 24 hours: the earlier event.' })
  async end(
    @By() caller: Caller,
    @Body() body: EndSubscriptionDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Written> {
    const outcome = await this.desk.record(caller, { ...body, source: 'form' });
    reply.status(outcome.events.length > 0 ? 201 : 200);
    return answer(outcome);
  }
}
