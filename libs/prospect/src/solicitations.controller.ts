import { Body, Controller, HttpCode, Logger, Post, Req, Res, StreamableFile } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '@assent/kernel';
import {
  answerLines,
  By,
  isNdjson,
  Needs,
  occurred,
  ProblemError,
  Written,
  written,
  type Caller,
} from '@assent/http';
import { Policies } from '@assent/policy';
import { sendings } from './facts.js';
import { Prospects } from './prospects.service.js';
import { SolicitationDesk } from './solicitation-desk.service.js';
import { ReversalDto, SolicitationDto, SolicitationWritten } from './solicitations.dto.js';

/** Commercial approaches: asked for before, reported after, given back when they did not arrive (seeds K11). */
@ApiTags('prospects')
@ApiBearerAuth()
@Controller('v1/solicitations')
@Needs('solicitations')
export class SolicitationsController {
  private readonly logger = new Logger('solicitations');

  constructor(
    private readonly desk: SolicitationDesk,
    private readonly prospects: Prospects,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Ask whether a solicitation may be sent, or report that it was' })
  @ApiCreatedResponse({ type: SolicitationWritten })
  @ApiOkResponse({ type: SolicitationWritten, description: 'Known under this id; counted once.' })
  async take(
    @Body() body: SolicitationDto,
    @By() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SolicitationWritten> {
    const answered = await this.desk.take(caller, body);
    reply.status(answered.status);
    return answered.body;
  }

  @Post('batch')
  @HttpCode(200)
  @ApiOperation({ summary: 'The same, any number, answered line by line' })
  @ApiConsumes('application/x-ndjson')
  @ApiProduces('application/x-ndjson')
  @ApiBody({ type: SolicitationDto })
  @ApiOkResponse({ type: SolicitationWritten, description: 'One per line, with `line` and `status`.' })
  batch(@Req() request: FastifyRequest, @By() { tenant, actor, commandId }: Caller): StreamableFile {
    if (!isNdjson(request.headers['content-type'])) {
      throw new ProblemError('unsupported-media-type', 'Send application/x-ndjson, one solicitation a line.');
    }
    const work = async (body: SolicitationDto, line: number) => {
      const caller = { tenant, actor, commandId: commandId === null ? null : `${commandId} ${line}` };
      const answered = await this.desk.take(caller, body);
      return { status: answered.status, solicitationId: body.solicitationId, ...answered.body };
    };
    const source = (request.body ?? request.raw) as AsyncIterable<Uint8Array>;
    const answers = answerLines(source, SolicitationDto, work, (error) => this.logger.error(error));
    return new StreamableFile(answers, { type: 'application/x-ndjson' });
  }

  @Post('reverse')
  @ApiOperation({ summary: 'Give back a solicitation that bounced or was not sent' })
  @ApiCreatedResponse({ type: Written })
  @ApiOkResponse({ type: Written, description: 'Given back before.' })
  async reverse(
    @Body() { subject, solicitationId, reason, occurredAt }: ReversalDto,
    @By() { tenant, actor, commandId }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Written> {
    const at = occurred(this.policies, this.clock, tenant, occurredAt);
    const { subjectId, registration } = await this.prospects.find(tenant, subject);
    const command = { type: 'reverse', registration, at, solicitationId, reason } as const;
    const sent = await this.prospects.send(tenant, subjectId, command, at, { actor, commandId });
    if (sent.refusal) throw new ProblemError(sent.refusal.refused, sent.refusal.detail);
    reply.status(sent.events.length > 0 ? 201 : 200);
    return written(sent.events, subjectId, sent.version, sendings(sent.state).get(solicitationId)?.by);
  }
}
