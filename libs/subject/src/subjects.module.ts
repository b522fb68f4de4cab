import { Global, Module } from '@nestjs/common';
import { Subjects } from '@assent/ports';
import { SubjectDirectory } from './subject-directory.service.js';

/** Who people are, for every service: `Subjects` without doors. Needs the ports, `Policies` and `Clock`. */
@Global()
@Module({
  providers: [SubjectDirectory, { provide: Subjects, useExisting: SubjectDirectory }],
  exports: [SubjectDirectory, Subjects],
})
export class SubjectsModule {}
