/** What a system of the tenant posts, by Standard Webhooks. */
import { asJson, type Happening, type Post } from '@assent/integration-kit';
import { secretsOf, sign } from './signature.js';

const TYPES = {
  ...{ left: 'unsubscribed', complained: 'complained', joined: 'subscribed', bounced: 'bounced' },
  moved: 'address-changed',
};

export function posted({ what, address, target, to, at, id }: Happening, secret: string): Post {
  const post = asJson({
    ...{ id, type: TYPES[what], email: address, occurredAt: new Date(at).toISOString() },
    ...(target !== undefined && { purposes: [target] }),
    ...(to !== undefined && { newEmail: to }),
  });
  const seconds = Math.floor(at / 1_000);
  const signature = sign(secretsOf(secret) ?? [], id, seconds, post.body);
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': signature };
  return { ...post, headers: { ...post.headers, ...headers } };
}
