/** What HubSpot posts: the number of a contact, and no address. */
import { asJson, hmac, type Happening, type Post } from '@assent/integration-kit';

export function posted(
  { what, target, at, id }: Happening,
  { url, secret, contact }: { readonly url: string; readonly secret: string; readonly contact: string },
): Post | undefined {
  if (what !== 'left' && what !== 'joined') return undefined;
  const propertyName = target === undefined ? 'hs_email_optout' : `hs_email_optout_${target}`;
  const event = { eventId: id, subscriptionType: 'contact.propertyChange', propertyName, attemptNumber: 0 };
  const post = asJson([
    { ...event, propertyValue: String(what === 'left'), objectId: Number(contact), occurredAt: at },
  ]);
  const signature = hmac('sha256', secret, 'POST', url, post.body, String(at)).toString('base64');
  const headers = { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': String(at) };
  return { ...post, headers: { ...post.headers, ...headers } };
}
