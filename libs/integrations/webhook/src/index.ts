export type { WebhookBody } from './body.js';
export { FakeReceiver, type Mood, type ReceivedCall } from './fake-receiver.js';
export { webhookKind } from './webhook.js';
export { posted } from './fake-hooks.js';
