import { Module } from '@nestjs/common';
import { ErasureController } from './erasure.controller.js';
import { Erasures } from './erasures.service.js';
import { RegistrationDesk } from './registration-desk.service.js';
import { SubjectWaker } from './subject-waker.service.js';
import { SubjectsController } from './subjects.controller.js';
import { SubjectsModule } from './subjects.module.js';

/** The doors, and the course of erasures. Needs the ports, `Policies`, `Clock` and `Recipients` from the application. */
@Module({
  imports: [SubjectsModule],
  controllers: [SubjectsController, ErasureController],
  providers: [RegistrationDesk, Erasures, SubjectWaker],
  exports: [SubjectWaker, RegistrationDesk, Erasures],
})
export class SubjectModule {}
