import { Injectable } from '@nestjs/common';
import type { Integration } from '@assent/policy';
import type { DeliveryRow } from '@assent/ports';
import { Acceptances } from './acceptances.service.js';
import type { AuditSummary } from './audit.js';
import { Audits } from './audits.service.js';
import type { AuditDto, BackfillDto, ExceptionDto, StandDto } from './audits.dto.js';

const MOST_SHOWN = 100;

/** How each tool stands to what was before it, and to what it was last seen to do. */
@Injectable()
export class Stands {
  constructor(
    private readonly audits: Audits,
    private readonly acceptances: Acceptances,
  ) {}

  async of(integration: Integration): Promise<StandDto> {
    const audit = await this.audits.latest(integration);
    const backfill = await this.backfill(integration);
    const stage = backfill === null ? 'active' : 'connecting';
    return { stage, backfill, audit: audit === undefined ? null : shown(audit) };
  }

  private async backfill(integration: Integration): Promise<BackfillDto | null> {
    const report = await this.acceptances.report(integration);
    if (report === undefined) return null;
    const { done, pending, exceptions, nameless, accepted } = report;
    return {
      ...{ done, pending, total: done + pending + exceptions.length, nameless },
      exceptions: exceptions.slice(0, MOST_SHOWN).map(exception),
      exceptionCount: exceptions.length,
      accepted: accepted && { ...accepted, at: new Date(accepted.at).toISOString() },
    };
  }
}

const exception = ({ id, addressKey, state, lastOutcome }: DeliveryRow): ExceptionDto => ({
  ...{ delivery: id, addressKey, state, detail: lastOutcome },
});

export const shown = ({ startedAt, finishedAt, ...audit }: AuditSummary): AuditDto => ({
  ...audit,
  startedAt: new Date(startedAt).toISOString(),
  finishedAt: finishedAt === null ? null : new Date(finishedAt).toISOString(),
});
