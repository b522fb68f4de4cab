/** What Intercom posts. */
import { asJson, hmac, type Happening, type Post } from '@assent/integration-kit';

export function posted({ what, address, target, at, id }: Happening, secret: string): Post | undefined {
  if (what !== 'left' && what !== 'joined') return undefined;
  const types = target === undefined ? undefined : { type: 'list', data: [{ id: target }] };
  const all = target === undefined && what === 'left';
  const post = asJson({
    ...{ type: 'notification_event', app_id: 'fakeapp', id, created_at: Math.floor(at / 1_000) },
    topic: what === 'left' ? 'contact.unsubscribed' : 'contact.subscribed',
    data: {
      item: { type: 'contact', email: address, unsubscribed_from_emails: all, subscription_types: types },
    },
  });
  const signature = `sha1=${hmac('sha1', secret, post.body).toString('hex')}`;
  return { ...post, headers: { ...post.headers, 'x-hub-signature': signature } };
}
