import { Module, type DynamicModule } from '@nestjs/common';
import { ConsentModule } from '@assent/consent';
import { DeliveryModule } from '@assent/delivery';
import { EligibilityModule } from '@assent/eligibility';
import { OperationsController } from '@assent/http';
import { NewsletterModule } from '@assent/newsletter';
import { OppositionModule } from '@assent/opposition';
import { PreferencesModule } from '@assent/preferences';
import { ProspectModule } from '@assent/prospect';
import { SubjectModule } from '@assent/subject';
import { Due } from './due.js';
import { MailboxModule } from './mailbox.controller.js';
import type { Shutdown } from './shutdown.js';
import { PortsModule, type Parts } from './ports.module.js';
import { TestClockController } from './test-clock.controller.js';

const LIBRARIES = [
  SubjectModule,
  ConsentModule,
  NewsletterModule,
  OppositionModule,
  ProspectModule,
  EligibilityModule,
  PreferencesModule,
  DeliveryModule,
];

/** All libraries in one process. */
@Module({})
export class AppModule {
  static with(parts: Parts, due: Due, shutdown: Shutdown, testClock: boolean): DynamicModule {
    return {
      module: AppModule,
      imports: [PortsModule.with(parts), ...LIBRARIES, ...MailboxModule.with(parts.mailbox)],
      controllers: [OperationsController, ...(testClock ? [TestClockController] : [])],
      providers: [
        { provide: Due, useValue: due },
        { provide: 'shutdown', useValue: shutdown },
      ],
    };
  }
}
