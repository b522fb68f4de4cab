/** What Mandrill posts. */
import { asForm, hmac, type Happening, type Post } from '@assent/integration-kit';

const EVENTS = {
  left: 'unsub',
  complained: 'spam',
  joined: undefined,
  bounced: 'hard_bounce',
  moved: undefined,
};

export function posted(
  { what, address, target, at, id }: Happening,
  url: string,
  key: string,
): Post | undefined {
  const event = EVENTS[what];
  const ts = Math.floor(at / 1_000);
  const subaccount = target === '*' ? undefined : target;
  const reject = { email: address, reason: 'unsub', subaccount };
  const said =
    event === undefined
      ? { type: 'blacklist', action: 'remove', reject, ts }
      : { event, _id: id, ts, msg: { _id: id, email: address, subaccount } };
  if (what === 'moved') return undefined;
  const events = JSON.stringify([said]);
  const post = asForm({ mandrill_events: events });
  const signature = hmac('sha1', key, url, 'mandrill_events', events).toString('base64');
  return { ...post, headers: { ...post.headers, 'x-mandrill-signature': signature } };
}
