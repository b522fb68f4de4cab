import { Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { leaveBodiesUnread, PagesModule } from '@assent/pages';
import { ConfirmationController } from './confirmation.controller.js';
import { ConfirmationMails } from './confirmation-mails.service.js';
import { EndOnStop } from './end-on-stop.reaction.js';
import { Fetches } from './fetches.service.js';
import { NewsletterWaker } from './newsletter-waker.service.js';
import { SendConfirmation } from './send-confirmation.reaction.js';
import { SignUpController } from './sign-up.controller.js';
import { SubscriptionsController } from './subscriptions.controller.js';
import { SubscriptionsModule } from './subscriptions.module.js';

/** The doors, the reactions and what time changes. Needs the ports (with `Gate`, `Subjects`, `Mailer`), `Policies`, `Clock` and `PublicUrl` from the application. */
@Module({
  imports: [PagesModule, SubscriptionsModule],
  controllers: [
    SubscriptionsController,
    SignUpController,
    ConfirmationController,
    EndOnStop,
    SendConfirmation,
  ],
  providers: [ConfirmationMails, Fetches, NewsletterWaker],
  exports: [NewsletterWaker],
})
export class NewsletterModule implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    leaveBodiesUnread(this.host, /^\/c\//);
  }
}
