import { Module } from '@nestjs/common';
import { OppositionListModule } from '@assent/opposition';
import { ProspectsModule } from '@assent/prospect';
import { Acceptances } from './acceptances.service.js';
import { AuditsController } from './audits.controller.js';
import { Audits } from './audits.service.js';
import { Backfills } from './backfills.service.js';
import { BouncesController } from './bounces.controller.js';
import { Bounces } from './bounces.service.js';
import { DeliveriesController } from './deliveries.controller.js';
import { Drifts } from './drifts.service.js';
import { Forgotten } from './forgotten.service.js';
import { FromTools } from './from-tools.service.js';
import { HooksController } from './hooks.controller.js';
import { Hooks } from './hooks.service.js';
import { Inbox } from './inbox.service.js';
import { MovesAndBounces } from './moves-and-bounces.service.js';
import { Poller } from './poller.service.js';
import { RecipientsModule } from './recipients.module.js';
import { Refusals } from './refusals.service.js';
import { SendChecksController } from './send-checks.controller.js';
import { SendChecks } from './send-checks.service.js';
import { StopClock } from './stop-clock.service.js';
import { Stands } from './stands.service.js';
import { DeliveryWorker } from './worker.service.js';

/**
 * Needs beside the ports, `Policies`, `PublicUrl`, `Gate`, `Subjects`, `SubjectDirectory` and `Standings`: `CONNECTOR_KINDS`; and, if wanted, `DeliveryMetrics`
 * and `DELIVERY_SETTINGS`. Nothing runs before the app calls `DeliveryWorker.start()`.
 */
@Module({
  imports: [RecipientsModule, OppositionListModule, ProspectsModule],
  controllers: [
    DeliveriesController,
    AuditsController,
    HooksController,
    SendChecksController,
    BouncesController,
  ],
  providers: [
    Acceptances,
    Audits,
    Backfills,
    Bounces,
    Drifts,
    DeliveryWorker,
    Forgotten,
    FromTools,
    Hooks,
    Inbox,
    MovesAndBounces,
    Poller,
    Refusals,
    SendChecks,
    Stands,
    StopClock,
  ],
  exports: [DeliveryWorker],
})
export class DeliveryModule {}
