import { Global, Module } from '@nestjs/common';
import { Subjects } from '@assent/ports';
import { ErasureController } from './erasure.controller.js';
import { Erasures } from './erasures.service.js';
import { RegistrationDesk } from './registration-desk.service.js';
import { SubjectDirectory } from './subject-directory.service.js';
import { SubjectWaker } from './subject-waker.service.js';
import { SubjectsController } from './subjects.controller.js';

/** Needs the ports, `Policies`, `Clock` and `Recipients` from the application; gives everyone `Subjects`. */
@Global()
@Module({
  controllers: [SubjectsController, ErasureController],
  providers: [
    SubjectDirectory,
    { provide: Subjects, useExisting: SubjectDirectory },
    RegistrationDesk,
    Erasures,
    SubjectWaker,
  ],
  exports: [SubjectDirectory, Subjects, SubjectWaker],
})
export class SubjectModule {}
