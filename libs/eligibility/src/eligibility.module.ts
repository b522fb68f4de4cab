import { Global, Module } from '@nestjs/common';
import { Gate } from '@assent/ports';
import { BatchDesk } from './batch-desk.service.js';
import { BatchController } from './batch.controller.js';
import { EligibilityController } from './eligibility.controller.js';
import { EligibilityGate } from './gate.service.js';
import { Standings } from './standings.service.js';

/** Global: permits ask the `Gate`, deliveries read `Standings`. Needs the ports, `Policies`, `Subjects` and `Clock`. */
@Global()
@Module({
  controllers: [EligibilityController, BatchController],
  providers: [Standings, BatchDesk, EligibilityGate, { provide: Gate, useExisting: EligibilityGate }],
  exports: [Standings, Gate],
})
export class EligibilityModule {}
