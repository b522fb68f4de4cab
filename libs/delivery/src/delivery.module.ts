import { Global, Module } from '@nestjs/common';
import { Recipients } from '@assent/ports';
import { DeliveriesController } from './deliveries.controller.js';
import { Integrations } from './integrations.service.js';
import { People } from './people.js';
import { StandingPeople } from './people.service.js';
import { ToldRecipients } from './recipients.service.js';
import { Planner } from './planner.service.js';
import { DeliveryWorker } from './worker.service.js';

/**
 * Global: an erasure asks who was told. Needs beside the ports, `Policies`, `Subjects` and `Standings`: `CONNECTOR_KINDS`; and, if wanted, `DeliveryMetrics`
 * and `DELIVERY_SETTINGS`. Nothing runs before the app calls `DeliveryWorker.start()`.
 */
@Global()
@Module({
  controllers: [DeliveriesController],
  providers: [
    Integrations,
    { provide: People, useClass: StandingPeople },
    Planner,
    DeliveryWorker,
    { provide: Recipients, useClass: ToldRecipients },
  ],
  exports: [Integrations, Planner, DeliveryWorker, Recipients],
})
export class DeliveryModule {}
