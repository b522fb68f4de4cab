import { Global, Module } from '@nestjs/common';
import { Subjects } from '@assent/ports';
import { RegistrationDesk } from './registration-desk.service.js';
import { SubjectDirectory } from './subject-directory.service.js';
import { SubjectsController } from './subjects.controller.js';

/** Needs the ports, `Policies` and `Clock` from the application; gives everyone `Subjects`. */
@Global()
@Module({
  controllers: [SubjectsController],
  providers: [SubjectDirectory, { provide: Subjects, useExisting: SubjectDirectory }, RegistrationDesk],
  exports: [SubjectDirectory, Subjects],
})
export class SubjectModule {}
