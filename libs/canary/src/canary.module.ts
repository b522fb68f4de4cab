import { Module } from '@nestjs/common';
import { Consents } from '@assent/consent';
import { DeliveryModule } from '@assent/delivery';
import { PagesModule } from '@assent/pages';
import { Canaries } from './canaries.service.js';

/** Goes with `DeliveryModule`, in the process that delivers. Needs `CANARY` beside what that needs. */
@Module({
  imports: [DeliveryModule, PagesModule],
  providers: [Canaries, Consents],
  exports: [Canaries],
})
export class CanaryModule {}
