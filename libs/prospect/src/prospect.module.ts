import { Module } from '@nestjs/common';
import { AnswerOnOptIn } from './answer-on-opt-in.reaction.js';
import { ProspectWaker } from './prospect-waker.service.js';
import { PermitsController } from './permits.controller.js';
import { ProspectController } from './prospect.controller.js';
import { ProspectsModule } from './prospects.module.js';
import { RegisterOnSubject } from './register-on-subject.reaction.js';
import { SolicitationDesk } from './solicitation-desk.service.js';
import { SolicitationsController } from './solicitations.controller.js';

@Module({
  imports: [ProspectsModule],
  controllers: [
    SolicitationsController,
    PermitsController,
    ProspectController,
    RegisterOnSubject,
    AnswerOnOptIn,
  ],
  providers: [SolicitationDesk, ProspectWaker],
  exports: [ProspectWaker],
})
export class ProspectModule {}
