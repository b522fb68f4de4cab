import { Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '@assent/http';
import type { Hook } from './hook.js';
import { Hooks } from './hooks.service.js';

type Place = Readonly<Record<'tenant' | 'integration' | 'secret', string>>;

/** Tools come back here. What they say is proven as each of them signs, stored, answered, and worked off afterwards. */
@ApiTags('Deliveries and integrations')
@Controller('hooks/:tenant/:integration/:secret')
@ApiParam({ name: 'tenant', example: 'presentinfini' })
@ApiParam({ name: 'integration', example: 'mailchimp-main' })
@ApiParam({ name: 'secret', description: 'As `hook` of `GET /v1/integrations` shows it.' })
export class HooksController {
  constructor(private readonly hooks: Hooks) {}

  /** Tools look whether somebody is there before they post (HEAD as well): nothing happens. */
  @Get()
  @ApiOperation({ summary: 'Says that somebody is there; changes nothing' })
  @ApiResponse({ status: 200, description: 'Somebody is.' })
  @ApiResponse({ status: 404, description: 'Unknown tenant, integration or secret: not told which.' })
  look(@Param() place: Place): void {
    this.door(place);
  }

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Takes what a tool tells: unsubscribes, complaints, bounces, moves',
    description: 'The body as the tool sends it, of any type; it is stored before the answer.',
  })
  @ApiResponse({ status: 200, description: 'Stored; also for what was told before, which has no effect.' })
  @ApiResponse({ status: 401, description: 'The signature of the tool is missing or wrong.' })
  @ApiResponse({ status: 404, description: 'Unknown tenant, integration or secret: not told which.' })
  @ApiResponse({ status: 503, description: 'Too much waits, or what proves it cannot be read: come again.' })
  async receive(@Param() place: Place, @Req() request: FastifyRequest): Promise<void> {
    const hook = this.door(place);
    const { url: path, body } = request;
    const given = {
      path,
      headers: flat(request.headers),
      body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    };
    const received = await this.hooks.receive(hook, given);
    if (received === 'forged') throw new ProblemError('hook-forged', 'It is not what the tool signed.');
    if (received === 'full') throw new ProblemError('not-ready', 'Come again: it cannot be taken now.');
  }

  private door({ tenant, integration, secret }: Place): Hook {
    const hook = this.hooks.door(tenant, integration, secret);
    if (hook === undefined) throw new ProblemError('not-found', 'No such address, or not with this method.');
    return hook;
  }
}

const flat = (headers: FastifyRequest['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(',') : value]],
    ),
  );
