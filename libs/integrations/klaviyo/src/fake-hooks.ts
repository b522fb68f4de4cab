/** What Klaviyo posts. */
import { asJson, hmac, type Happening, type Post } from '@assent/integration-kit';

const topicOf = (what: Happening['what'], list: boolean): string | undefined =>
  ({
    left: list ? 'unsubscribed_from_list' : 'unsubscribed_from_email_marketing',
    joined: list ? 'subscribed_to_list' : 'subscribed_to_email_marketing',
    ...{ complained: 'marked_email_as_spam', bounced: 'bounced_email', moved: undefined },
  })[what];

export function posted({ what, address, target, at, id }: Happening, secret: string): Post | undefined {
  const topic = topicOf(what, target !== undefined);
  if (topic === undefined) return undefined;
  const attributes = {
    datetime: new Date(at).toISOString(),
    event_properties: { 'List ID': target, 'Bounce Type': what === 'bounced' ? 'Hard' : undefined },
  };
  const included = [{ type: 'profile', id: 'p1', attributes: { email: address } }];
  const payload = { data: { type: 'event', id, attributes }, included };
  const post = asJson({ data: [{ external_id: id, topic: `event:klaviyo.${topic}`, payload }], meta: {} });
  const timestamp = String(Math.floor(at / 1_000));
  const signature = hmac('sha256', secret, post.body, timestamp).toString('hex');
  return {
    ...post,
    headers: { ...post.headers, 'klaviyo-timestamp': timestamp, 'klaviyo-signature': signature },
  };
}
