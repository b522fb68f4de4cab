import { Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { leaveBodiesUnread, PagesModule } from '@assent/pages';
import { KeepOnErasure } from './keep-on-erasure.reaction.js';
import { LinksController } from './links.controller.js';
import { ObjectionsController } from './objections.controller.js';
import { ObjectionDesk } from './objection-desk.service.js';
import { OpenOnOptIn } from './open-on-opt-in.reaction.js';
import { OppositionList } from './opposition-list.service.js';
import { OptIns } from './opt-ins.service.js';
import { RecordDeclined } from './record-declined.reaction.js';
import { SubscriptionEndController } from './subscription-end.controller.js';
import { SpreadToAddresses } from './spread-to-addresses.reaction.js';
import { UnsubscribeController } from './unsubscribe.controller.js';
import { OppositionWaker } from './waker.service.js';

/** Needs the ports, `Policies`, `Clock` and `PublicUrl` from the application. */
@Module({
  imports: [PagesModule],
  controllers: [
    ObjectionsController,
    SubscriptionEndController,
    LinksController,
    UnsubscribeController,
    SpreadToAddresses,
    RecordDeclined,
    KeepOnErasure,
    OpenOnOptIn,
  ],
  providers: [OppositionList, ObjectionDesk, OptIns, OppositionWaker],
  exports: [OppositionList, OppositionWaker],
})
export class OppositionModule implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    leaveBodiesUnread(this.host, /^\/u\//);
  }
}
