import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { By, Needs, ProblemError, type Caller } from '@assent/http';
import type { Integration } from '@assent/policy';
import { Acceptances } from './acceptances.service.js';
import { AcceptDto, AuditDto, AuditPageDto, ListFindingsDto, StandDto } from './audits.dto.js';
import { Audits } from './audits.service.js';
import type { ActiveIntegration } from './connectors.js';
import { Integrations } from './integrations.service.js';
import { shown, Stands } from './stands.service.js';

const EARLIER = 30;

/** Whether a tool does what it was told: asked for by an operator, beside every night. */
@ApiTags('Deliveries and integrations')
@ApiBearerAuth()
@Needs('deliveries')
@Controller('v1/integrations/:id')
export class AuditsController {
  constructor(
    private readonly audits: Audits,
    private readonly acceptances: Acceptances,
    private readonly stands: Stands,
    private readonly integrations: Integrations,
  ) {}

  @Post('audit')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Compares everybody with a tool now',
    description:
      'Who is out and would be mailed there is told again; who has left there unknown to us is refused here; who was ' +
      'erased and is there again is stopped and erased again.',
  })
  @ApiResponse({ status: 202, type: AuditDto, description: 'It has begun.' })
  @ApiResponse({ status: 200, type: AuditDto, description: 'One is on already: this is that one.' })
  @ApiResponse({ status: 409, description: 'Nothing may be sent to the integration now.' })
  async begin(
    @By() { tenant }: Caller,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AuditDto> {
    const { audit, joined } = await this.audits.begin(this.active(tenant, id));
    if (joined) reply.status(200);
    return shown(audit);
  }

  @Get('audit')
  @ApiOperation({ summary: 'Shows the comparison that is on, or the last one, with what it found' })
  @ApiOkResponse({ type: AuditPageDto })
  @ApiResponse({ status: 404, description: 'There is no such integration, or it was never compared.' })
  async show(
    @By() { tenant }: Caller,
    @Param('id') id: string,
    @Query() { limit = 100, cursor = '' }: ListFindingsDto,
  ): Promise<AuditPageDto> {
    const integration = this.integration(tenant, id);
    const audit = await this.audits.latest(integration);
    if (audit === undefined) throw new ProblemError('not-found', 'It was never compared.');
    const all = await this.audits.findings(integration, audit.id);
    const left = all.filter(({ addressKey }) => (addressKey ?? LAST) > cursor);
    const items = left.slice(0, limit);
    const runs = (await this.audits.runs(integration)).filter((run) => run.id !== audit.id);
    return {
      ...shown(audit),
      items: items.map((finding) => ({ ...finding, at: new Date(finding.at).toISOString() })),
      next: left.length > limit ? (items.at(-1)?.addressKey ?? null) : null,
      earlier: runs.slice(0, EARLIER).map(shown),
    };
  }

  @Post('accept')
  @HttpCode(201)
  @ApiOperation({
    summary: 'Takes the stops that a tool does not take upon a named operator',
    description:
      'Of an integration that is connecting: the exceptions of now, no later ones. Each of those deliveries gets a receipt ' +
      'that names the acceptance.',
  })
  @ApiResponse({ status: 201, type: StandDto, description: 'Accepted.' })
  @ApiResponse({ status: 200, type: StandDto, description: 'There was nothing to accept.' })
  async accept(
    @By() { tenant, actor }: Caller,
    @Param('id') id: string,
    @Body() { operator, reason }: AcceptDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StandDto> {
    const active = this.active(tenant, id);
    const count = await this.acceptances.accept(active, { operator, reason, actor });
    if (count === 0) reply.status(200);
    return this.stands.of(active.integration);
  }

  private active(tenant: string, id: string): ActiveIntegration {
    const { code, detail } = this.integrations.inactive(this.integration(tenant, id)) ?? {};
    const active = this.integrations.find(tenant, id);
    if (active === undefined) throw new ProblemError('integration-inactive', `${code}: ${detail}`);
    return active;
  }

  private integration(tenant: string, id: string): Integration {
    const found = this.integrations.all(tenant).find((one) => one.id === id);
    if (found === undefined) throw new ProblemError('not-found', 'There is no such integration.');
    return found;
  }
}

/** Behind every key. */
const LAST = 'listing';
