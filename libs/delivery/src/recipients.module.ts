import { Global, Module } from '@nestjs/common';
import { Recipients } from '@assent/ports';
import { Integrations } from './integrations.service.js';
import { People } from './people.js';
import { StandingPeople } from './people.service.js';
import { Planner } from './planner.service.js';
import { ToldRecipients } from './recipients.service.js';

/**
 * Plans and tells who was told, without sending: an erasure asks it. Needs beside the ports, `Policies`, `Subjects` and
 * `Standings`: `CONNECTOR_KINDS`.
 */
@Global()
@Module({
  providers: [
    Integrations,
    { provide: People, useClass: StandingPeople },
    Planner,
    { provide: Recipients, useClass: ToldRecipients },
  ],
  exports: [Integrations, Planner, Recipients],
})
export class RecipientsModule {}
