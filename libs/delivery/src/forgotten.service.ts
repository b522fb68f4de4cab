import { Injectable } from '@nestjs/common';
import type { SubjectState } from '@assent/contract';
import { streamOf } from '@assent/kernel';
import { Agenda, EventLog } from '@assent/ports';
import { DeliveryWorker } from './worker.service.js';

/** A tool that has forgotten the last address of an erased person wakes the person's stream. */
@Injectable()
export class Forgotten {
  constructor(
    private readonly log: EventLog,
    private readonly agenda: Agenda,
    worker: DeliveryWorker,
  ) {
    worker.onForgotten((tenant, subjectId) => this.wake(tenant, subjectId));
  }

  /** By the agenda, so that the end of an erasure does not hang on this process, nor on this service. */
  private async wake(tenant: string, subjectId: string): Promise<void> {
    const stream = streamOf('subject', tenant, subjectId);
    const head = await this.log.head<SubjectState>(stream);
    if (head === undefined || head.state.erasedAt === null) return;
    if ((head.state.erasureCompletedAt ?? null) === null)
      await this.agenda.plan(stream, head.version, head.state.erasedAt);
  }
}
