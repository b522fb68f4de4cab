import { Global, Module } from '@nestjs/common';
import { Gate } from '@assent/ports';
import { BatchDesk } from './batch-desk.service.js';
import { BatchController } from './batch.controller.js';
import { EligibilityController } from './eligibility.controller.js';
import { EligibilityGate } from './gate.service.js';
import { IndexKeeper } from './index-keeper.service.js';
import { People } from './people.service.js';
import { Standings } from './standings.service.js';
import { VerdictIndex } from './verdict-index.service.js';

/**
 * Global: permits ask the `Gate`, deliveries read `Standings`. Needs the ports, `Policies`, `Subjects`, `Clock`, and an
 * `EventLog` that tells the `VerdictIndex` of its writes (`IndexedLog`).
 */
@Global()
@Module({
  controllers: [EligibilityController, BatchController],
  providers: [
    Standings,
    People,
    VerdictIndex,
    IndexKeeper,
    BatchDesk,
    EligibilityGate,
    { provide: Gate, useExisting: EligibilityGate },
  ],
  exports: [Standings, VerdictIndex, IndexKeeper, Gate],
})
export class EligibilityModule {}
