export {
  isAlive,
  pendingRequest,
  SUBSCRIBED_CHANNEL,
  subscriptionTo,
  withSubscriptions,
} from './in-force.js';
export { newsletter, type NewsletterCommand } from './newsletter.js';
