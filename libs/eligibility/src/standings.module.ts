import { Global, Module } from '@nestjs/common';
import { Gate } from '@assent/ports';
import { EligibilityGate } from './gate.service.js';
import { Standings } from './standings.service.js';

/**
 * Decisions without doors, for every service: permits ask the `Gate`, deliveries read `Standings`. Needs the ports,
 * `Policies`, `Subjects` and `Clock`.
 */
@Global()
@Module({
  providers: [Standings, EligibilityGate, { provide: Gate, useExisting: EligibilityGate }],
  exports: [Standings, EligibilityGate, Gate],
})
export class StandingsModule {}
