import { Module } from '@nestjs/common';
import { AnswerDesk } from './answer-desk.service.js';
import { BatchDesk } from './batch-desk.service.js';
import { BatchController } from './batch.controller.js';
import { EligibilityController } from './eligibility.controller.js';
import { IndexKeeper } from './index-keeper.service.js';
import { People } from './people.service.js';
import { StandingsModule } from './standings.module.js';
import { VerdictIndex } from './verdict-index.service.js';

/**
 * The doors, and the index that answers whole audiences. Needs the ports, `Policies`, `Subjects`, `Clock`, and an
 * `EventLog` that tells the `VerdictIndex` of its writes (`IndexedLog`).
 */
@Module({
  imports: [StandingsModule],
  controllers: [EligibilityController, BatchController],
  providers: [AnswerDesk, People, VerdictIndex, IndexKeeper, BatchDesk],
  exports: [AnswerDesk, VerdictIndex, IndexKeeper],
})
export class EligibilityModule {}
