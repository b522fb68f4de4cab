import { CanaryModule } from '@assent/canary';
import { ConsentModule, ConsentWaker } from '@assent/consent';
import { DeliveryModule } from '@assent/delivery';
import { EligibilityModule } from '@assent/eligibility';
import { ImportsModule } from '@assent/imports';
import { NewsletterModule, NewsletterWaker } from '@assent/newsletter';
import { OppositionModule, OppositionWaker, SubscriptionEndModule } from '@assent/opposition';
import { PreferencesModule } from '@assent/preferences';
import type { Service } from '@assent/profile';
import { ProspectModule, ProspectWaker } from '@assent/prospect';
import { SubjectModule, SubjectWaker } from '@assent/subject';
import { MailboxModule } from './mailbox.controller.js';

/** All libraries in one process. */
export const STANDALONE: Service = {
  name: 'standalone',
  modules: ({ mailbox }) => [
    SubjectModule,
    ConsentModule,
    NewsletterModule,
    OppositionModule,
    SubscriptionEndModule,
    ProspectModule,
    EligibilityModule,
    PreferencesModule,
    ImportsModule,
    DeliveryModule,
    CanaryModule,
    ...MailboxModule.with(mailbox),
  ],
  wakers: [SubjectWaker, ConsentWaker, NewsletterWaker, OppositionWaker, ProspectWaker],
  delivers: true,
  indexes: true,
};
