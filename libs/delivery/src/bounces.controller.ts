import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { By, Needs, type Caller } from '@assent/http';
import { BounceDto, BounceWritten } from './bounces.dto.js';
import { Bounces } from './bounces.service.js';

/** For whoever reads what mail servers answer; `assent take-mail` does. */
@ApiTags('Deliveries and integrations')
@ApiBearerAuth()
@Needs('deliveries')
@Controller('v1/bounces')
export class BouncesController {
  constructor(private readonly bounces: Bounces) {}

  @Post()
  @ApiOperation({
    summary:
      'Tells that a message was given up: a dead address is written to no more, the solicitation is given back',
    description:
      'Dead are 5.1.1, 5.1.2, 5.1.10 and 5.2.1. Every other status blocks nobody. It is no refusal and no consent.',
  })
  @ApiCreatedResponse({ type: BounceWritten })
  @ApiOkResponse({ type: BounceWritten, description: 'Known before, or it says nothing about the address.' })
  async take(
    @Body() body: BounceDto,
    @By() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BounceWritten> {
    const { isNew, body: answer } = await this.bounces.take(caller, body);
    reply.status(isNew ? 201 : 200);
    return answer;
  }
}
