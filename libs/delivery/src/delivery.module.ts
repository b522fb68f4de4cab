import { Module } from '@nestjs/common';
import { DeliveriesController } from './deliveries.controller.js';
import { Integrations } from './integrations.service.js';
import { People } from './people.js';
import { StandingPeople } from './people.service.js';
import { Planner } from './planner.service.js';
import { DeliveryWorker } from './worker.service.js';

/**
 * Needs beside the ports, `Policies`, `Subjects` and `Standings`: `CONNECTOR_KINDS`; and, if wanted, `DeliveryMetrics`
 * and `DELIVERY_SETTINGS`. Nothing runs before the app calls `DeliveryWorker.start()`.
 */
@Module({
  controllers: [DeliveriesController],
  providers: [Integrations, { provide: People, useClass: StandingPeople }, Planner, DeliveryWorker],
  exports: [Integrations, Planner, DeliveryWorker],
})
export class DeliveryModule {}
