import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { DeliveryFact, DeliveryState, DesiredState, StoredEvent } from '@assent/contract';
import { By, instantOf, iso, Needs, ProblemError, type Caller } from '@assent/http';
import { Clock } from '@assent/kernel';
import { Policies } from '@assent/policy';
import { Deliveries, EventLog, type DeliveryRow } from '@assent/ports';
import {
  DeliveryDto,
  DeliveryPageDto,
  IntegrationDto,
  IntegrationPageDto,
  ListDeliveriesDto,
  type ReceiptDto,
  type RefusedAtSendDto,
} from './deliveries.dto.js';
import { Hooks } from './hooks.service.js';
import { Integrations } from './integrations.service.js';
import type { IntegrationReport } from './metrics.js';
import { Planner } from './planner.service.js';
import { Poller } from './poller.service.js';
import { Stands } from './stands.service.js';
import { ResyncDto, type StandDto } from './audits.dto.js';
import { Receipts } from './receipts.js';
import { DeliveryWorker } from './worker.service.js';

/** What each tool owes each address, and the proof of what was done about it. */
@ApiTags('Deliveries and integrations')
@ApiBearerAuth()
@Needs('deliveries')
@Controller('v1')
export class DeliveriesController {
  private readonly receipts: Receipts;

  constructor(
    private readonly deliveries: Deliveries,
    private readonly planner: Planner,
    private readonly worker: DeliveryWorker,
    private readonly integrations: Integrations,
    private readonly hooks: Hooks,
    private readonly poller: Poller,
    private readonly stands: Stands,
    log: EventLog,
    clock: Clock,
    private readonly policies: Policies,
  ) {
    this.receipts = new Receipts(log, clock, policies);
  }

  @Get('deliveries')
  @ApiOperation({ summary: 'Lists deliveries with their receipts' })
  @ApiOkResponse({ type: DeliveryPageDto })
  async list(@By() { tenant }: Caller, @Query() query: ListDeliveriesDto): Promise<DeliveryPageDto> {
    const { subject, integration, state, limit = 50, cursor } = query;
    const filter = {
      ...(subject !== undefined && { subjectId: subject }),
      ...(integration !== undefined && { integration }),
      ...(state !== undefined && { state }),
    };
    const { items, next } = await this.deliveries.list(tenant, filter, limit, cursor);
    return { items: await Promise.all(items.map((row) => this.shown(row))), next };
  }

  /** Level-triggered: the desired state is derived now; an old payload is never sent again. */
  @Post('deliveries/:id/retry')
  @HttpCode(202)
  @ApiOperation({ summary: 'Re-evaluates one delivery now' })
  @ApiResponse({ status: 202, type: DeliveryDto, description: 'It is due.' })
  @ApiResponse({ status: 200, type: DeliveryDto, description: 'There is nothing to tell the tool.' })
  async retry(
    @By() { tenant }: Caller,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DeliveryDto> {
    const row = await this.deliveries.get(tenant, id);
    if (row === undefined) throw new ProblemError('not-found', 'There is no such delivery.');
    const active = this.integrations.find(tenant, row.integration);
    const due = active && (await this.planner.retry(active, row));
    if (due === undefined) {
      reply.status(200);
      return this.shown((await this.deliveries.get(tenant, id)) ?? row);
    }
    this.worker.reconsider(tenant, row.integration);
    return this.shown(due);
  }

  @Get('integrations')
  @ApiOperation({ summary: 'Says how each integration stands' })
  @ApiOkResponse({ type: IntegrationPageDto })
  async reports(@By() { tenant }: Caller): Promise<IntegrationPageDto> {
    const reports = await this.worker.report(tenant);
    return { items: await Promise.all(reports.map((report) => this.reported(report))), next: null };
  }

  @Post('integrations/:id/resync')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Re-evaluates every delivery of an integration, or those since a day',
    description: 'What is owed now is told in full; an old payload is never sent again.',
  })
  @ApiResponse({ status: 202, type: IntegrationDto, description: 'They become due one by one.' })
  @ApiResponse({ status: 200, type: IntegrationDto, description: 'The integration is not active.' })
  async resync(
    @By() { tenant }: Caller,
    @Param('id') id: string,
    @Body() { since }: ResyncDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IntegrationDto> {
    const from = instantOf(this.policies, tenant, since, '/since', -Infinity);
    const report = (await this.worker.report(tenant)).find((candidate) => candidate.id === id);
    if (report === undefined) throw new ProblemError('not-found', 'There is no such integration.');
    const active = this.integrations.find(tenant, id);
    if (active === undefined) reply.status(200);
    else {
      this.planner.startResync(active, from);
      this.poller.soon(active.integration);
      this.worker.reconsider(tenant, id);
    }
    return this.reported(report);
  }

  private async reported(report: IntegrationReport): Promise<IntegrationDto> {
    const { tenant, id } = report;
    const integration = this.integrations.all(tenant).find((one) => one.id === id);
    if (integration === undefined) throw new ProblemError('not-found', 'There is no such integration.');
    const lastPoll = iso(await this.poller.readAt(integration));
    const hook = this.hooks.path(integration);
    return { ...reported(report), lastPoll, hook, ...(await this.stands.of(integration)) };
  }

  private async shown(row: DeliveryRow): Promise<DeliveryDto> {
    const { id, integration, subjectId, addressKey, state, lane, revision, attempts } = row;
    const refusals = await this.receipts.refusals(row);
    return {
      id,
      integration,
      subjectId,
      addressKey,
      desired: withInstants(row.desired),
      state,
      lane,
      revision,
      // What has a head start is due since it was first due.
      dueAt: iso(row.dueAt === null ? null : Math.max(row.dueAt, row.firstDueAt)),
      attempts,
      firstDueAt: new Date(row.firstDueAt).toISOString(),
      verifiedAt: iso(row.verifiedAt),
      receipts: (await this.receipts.list(row)).map(receipt),
      refusedAtSend: refusals ? refusedAtSend(refusals) : null,
    };
  }
}

const refusedAtSend = ({
  times,
  lastAt,
  lastCode,
}: NonNullable<DeliveryState['refusedAtSend']>): RefusedAtSendDto => ({
  ...{ times, lastCode },
  lastAt: new Date(lastAt).toISOString(),
});

const withInstants = ({ purposes, ...desired }: DesiredState): Record<string, unknown> => ({
  ...desired,
  purposes: mapped(purposes, (cells) => mapped(cells, (cell) => ({ ...cell, since: iso(cell.since) }))),
});

const mapped = <T, U>(record: Record<string, T>, to: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value)]));

function receipt({ id, at, causedBy, fact }: StoredEvent<DeliveryFact>): ReceiptDto {
  const { type, outcome, detail, attempt, revision, connector, observed, cause = null, calls } = fact;
  const when = new Date(at).toISOString();
  return {
    eventId: id,
    type,
    at: when,
    outcome,
    detail,
    attempt,
    revision,
    connector,
    observed,
    causedBy,
    cause,
    calls,
  };
}

function reported(report: IntegrationReport): Omit<IntegrationDto, 'hook' | 'lastPoll' | keyof StandDto> {
  const {
    id,
    kind,
    role,
    inactive,
    pending,
    oldestStop,
    overdue,
    breaker,
    breakerReason,
    lastSuccess,
    lastError,
  } = report;
  return {
    id,
    kind,
    enabled: inactive === null,
    inactive,
    role,
    pending,
    oldestPending: iso(oldestStop),
    overdue,
    breaker,
    breakerReason,
    lastSuccess: iso(lastSuccess),
    lastError: lastError && { at: new Date(lastError.at).toISOString(), detail: lastError.outcome },
  };
}
