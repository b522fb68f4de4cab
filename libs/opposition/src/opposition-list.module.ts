import { Module } from '@nestjs/common';
import { ObjectionDesk } from './objection-desk.service.js';
import { OppositionList } from './opposition-list.service.js';
import { OptIns } from './opt-ins.service.js';

/** The list without doors and reactions, for whoever records an objection. Needs the ports, `Policies` and `Clock`. */
@Module({
  providers: [OppositionList, ObjectionDesk, OptIns],
  exports: [OppositionList, ObjectionDesk, OptIns],
})
export class OppositionListModule {}
