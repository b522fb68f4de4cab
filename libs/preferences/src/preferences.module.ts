import { Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { SubscriptionsModule } from '@assent/newsletter';
import { OppositionListModule } from '@assent/opposition';
import { leaveBodiesUnread, PagesModule } from '@assent/pages';
import { CentreController } from './centre.controller.js';
import { Centres } from './centre.service.js';
import { PreferencesController } from './preferences.controller.js';

/** Needs the ports, `Policies`, `Subjects`, `Clock`, `PublicUrl`, and the providers of eligibility. */
@Module({
  imports: [PagesModule, OppositionListModule, SubscriptionsModule],
  controllers: [PreferencesController, CentreController],
  providers: [Centres],
})
export class PreferencesModule implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    leaveBodiesUnread(this.host, /^\/p\//);
  }
}
