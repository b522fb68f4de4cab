import { Module } from '@nestjs/common';
import { Consents, ImportedConsents } from '@assent/consent';
import { SubjectModule } from '@assent/subject';
import { ImportDesk } from './import-desk.service.js';
import { ImportJournal } from './import-journal.service.js';
import { ImportsController } from './imports.controller.js';
import { UndoDesk } from './undo-desk.service.js';

/** Needs the ports, `Policies`, `Clock`, `Recipients` and `Standings` from the application. */
@Module({
  imports: [SubjectModule],
  controllers: [ImportsController],
  providers: [Consents, ImportedConsents, ImportDesk, ImportJournal, UndoDesk],
})
export class ImportsModule {}
