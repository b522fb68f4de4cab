import { Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { leaveBodiesUnread, PagesModule } from '@assent/pages';
import { KeepOnErasure } from './keep-on-erasure.reaction.js';
import { LinksController } from './links.controller.js';
import { ObjectionsController } from './objections.controller.js';
import { OppositionListModule } from './opposition-list.module.js';
import { OpenOnOptIn } from './open-on-opt-in.reaction.js';
import { RecordDeclined } from './record-declined.reaction.js';
import { SpreadToAddresses } from './spread-to-addresses.reaction.js';
import { UnsubscribeController } from './unsubscribe.controller.js';
import { OppositionWaker } from './waker.service.js';

/** The doors, the reactions and what time changes. Needs the ports, `Policies`, `Clock` and `PublicUrl` from the application. */
@Module({
  imports: [PagesModule, OppositionListModule],
  controllers: [
    ObjectionsController,
    LinksController,
    UnsubscribeController,
    SpreadToAddresses,
    RecordDeclined,
    KeepOnErasure,
    OpenOnOptIn,
  ],
  providers: [OppositionWaker],
  exports: [OppositionWaker],
})
export class OppositionModule implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    leaveBodiesUnread(this.host, /^\/u\//);
  }
}
