export {
  isAlive,
  pendingRequest,
  SUBSCRIBED_CHANNEL,
  subscriptionTo,
  withSubscriptions,
} from './in-force.js';
export { newsletter, type NewsletterCommand } from './newsletter.js';
export { NewsletterModule } from './newsletter.module.js';
export { NewsletterWaker } from './newsletter-waker.service.js';
export { SignUps } from './sign-ups.service.js';
export { Subscriptions, type SignUp } from './subscriptions.service.js';
export { SubscriptionsModule } from './subscriptions.module.js';
