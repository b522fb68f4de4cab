import { Module } from '@nestjs/common';
import { DeliveriesController } from './deliveries.controller.js';
import { Forgotten } from './forgotten.service.js';
import { RecipientsModule } from './recipients.module.js';
import { DeliveryWorker } from './worker.service.js';

/**
 * Needs beside the ports, `Policies`, `Subjects` and `Standings`: `CONNECTOR_KINDS`; and, if wanted, `DeliveryMetrics`
 * and `DELIVERY_SETTINGS`. Nothing runs before the app calls `DeliveryWorker.start()`.
 */
@Module({
  imports: [RecipientsModule],
  controllers: [DeliveriesController],
  providers: [DeliveryWorker, Forgotten],
  exports: [DeliveryWorker],
})
export class DeliveryModule {}
