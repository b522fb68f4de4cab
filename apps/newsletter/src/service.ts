import { NewsletterModule, NewsletterWaker } from '@assent/newsletter';
import { SubscriptionEndModule } from '@assent/opposition';
import type { Service } from '@assent/profile';

/** Subscriptions: the public form, confirmation pages and mails, lapse and end. */
export const NEWSLETTER: Service = {
  name: 'newsletter',
  modules: () => [NewsletterModule, SubscriptionEndModule],
  wakers: [NewsletterWaker],
  mails: true,
};
