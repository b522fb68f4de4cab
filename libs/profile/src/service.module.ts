import { Module, type DynamicModule } from '@nestjs/common';
import { StandingsModule } from '@assent/eligibility';
import { OperationsController } from '@assent/http';
import { SubjectsModule } from '@assent/subject';
import { Due } from './due.js';
import { PortsModule, type Parts } from './ports.module.js';
import type { Service } from './service.js';
import type { Shutdown } from './shutdown.js';
import { TestClockController } from './test-clock.controller.js';

/** The libraries of one service, on what all services have. */
@Module({})
export class ServiceModule {
  static with(
    service: Service,
    parts: Parts,
    due: Due,
    shutdown: Shutdown,
    testClock: boolean,
  ): DynamicModule {
    return {
      module: ServiceModule,
      imports: [PortsModule.with(parts), SubjectsModule, StandingsModule, ...service.modules(parts)],
      controllers: [OperationsController, ...(testClock ? [TestClockController] : [])],
      providers: [
        { provide: Due, useValue: due },
        { provide: 'shutdown', useValue: shutdown },
      ],
    };
  }
}
