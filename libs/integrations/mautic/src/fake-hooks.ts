/** What Mautic posts: when `silent`, nothing of a change but whose it is, as it did for years. */
import { asJson, hmac, type Happening, type Post } from '@assent/integration-kit';

const EVENT = 'mautic.lead_channel_subscription_changed';
const STATES = {
  left: 'unsubscribed',
  complained: undefined,
  joined: 'contactable',
  bounced: 'bounced',
  moved: undefined,
};

export function posted(
  { what, address, target, at, byCall }: Happening,
  {
    secret,
    contact,
    silent,
  }: { readonly secret: string; readonly contact: string; readonly silent: boolean },
): Post | undefined {
  const state = STATES[what];
  // Leaving a segment is told by another event.
  if (state === undefined || (byCall === true && target !== 'e-mail')) return undefined;
  const named = { id: Number(contact), fields: { core: { email: { value: address } } } };
  const said = {
    contact: silent ? { id: named.id } : named,
    channel: 'email',
    timestamp: new Date(at).toISOString(),
  };
  const change = silent ? said : { ...said, old_status: 'contactable', new_status: state };
  const post = asJson({ [EVENT]: [change] });
  const signature = hmac('sha256', secret, post.body).toString('base64');
  return { ...post, headers: { ...post.headers, 'webhook-signature': signature } };
}
