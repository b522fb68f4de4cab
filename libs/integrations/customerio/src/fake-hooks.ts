/** What Customer.io posts. */
import { asJson, hmac, type Happening, type Post } from '@assent/integration-kit';

const METRICS = {
  left: 'unsubscribed',
  complained: 'spammed',
  joined: 'subscribed',
  bounced: 'bounced',
  moved: undefined,
};

export function posted({ what, address, target, at, id }: Happening, key: string): Post | undefined {
  const topics = target !== undefined && (what === 'left' || what === 'joined');
  const metric = topics ? 'cio_subscription_preferences_changed' : METRICS[what];
  if (metric === undefined) return undefined;
  const content = topics && { content: JSON.stringify({ topics: { [target]: what === 'joined' } }) };
  const data = { identifiers: { id: 'p1', email: address, cio_id: 'c1' }, ...content };
  const seconds = String(Math.floor(at / 1_000));
  const post = asJson({ event_id: id, object_type: 'customer', metric, timestamp: Number(seconds), data });
  const signature = hmac('sha256', key, `v0:${seconds}:`, post.body).toString('hex');
  return { ...post, headers: { ...post.headers, 'x-cio-timestamp': seconds, 'x-cio-signature': signature } };
}
