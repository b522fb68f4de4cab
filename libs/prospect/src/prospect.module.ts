import { Module } from '@nestjs/common';
import { AnswerOnOptIn } from './answer-on-opt-in.reaction.js';
import { ProspectWaker } from './prospect-waker.service.js';
import { ProspectController } from './prospect.controller.js';
import { Prospects } from './prospects.service.js';
import { RegisterOnSubject } from './register-on-subject.reaction.js';
import { SolicitationDesk } from './solicitation-desk.service.js';
import { SolicitationsController } from './solicitations.controller.js';

@Module({
  controllers: [SolicitationsController, ProspectController, RegisterOnSubject, AnswerOnOptIn],
  providers: [Prospects, SolicitationDesk, ProspectWaker],
  exports: [ProspectWaker],
})
export class ProspectModule {}
