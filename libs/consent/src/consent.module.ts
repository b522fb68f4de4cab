import { Module } from '@nestjs/common';
import { ConsentWaker } from './consent-waker.service.js';
import { ConsentsController } from './consents.controller.js';
import { Consents } from './consents.service.js';
import { EndOnObjection } from './end-on-objection.reaction.js';
import { HistoryController } from './history.controller.js';

@Module({
  controllers: [ConsentsController, HistoryController, EndOnObjection],
  providers: [Consents, ConsentWaker],
  exports: [ConsentWaker],
})
export class ConsentModule {}
