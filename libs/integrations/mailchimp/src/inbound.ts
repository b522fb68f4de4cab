/** Webhooks of an audience: form bodies without a signature; register them with `sources.api` off. */
import { email, formIn, iso, unsigned } from '@assent/integration-kit';
import type { Inbound, InboundFact } from '@assent/ports';

const SHAPES = ['subscribe', 'unsubscribe', 'profile', 'cleaned', 'upemail', 'campaign'];

export const inbound = (): Inbound => unsigned(hasShape, (body) => factsIn(formIn(body)));

function hasShape(body: Uint8Array): boolean {
  const form = formIn(body);
  const type = form.get('type') ?? '';
  const named =
    type === 'upemail' ? form.has('data[new_email]') : type === 'campaign' || form.has('data[email]');
  return SHAPES.includes(type) && form.has('data[list_id]') && named;
}

function factsIn(form: URLSearchParams): InboundFact[] {
  const at = iso(`${(form.get('fired_at') ?? '').replace(' ', 'T')}Z`);
  const who = email(form.get('data[email]'));
  const targets = [form.get('data[list_id]') ?? ''];
  const reason = form.get('data[reason]');
  switch (form.get('type')) {
    case 'unsubscribe':
      // Somebody at the tool deleted the contact: the person refused nothing.
      if (form.get('data[action]') === 'delete') return [];
      return [{ what: reason === 'abuse' ? 'complained' : 'left', who, targets, at }];
    case 'cleaned':
      return reason === 'abuse'
        ? [{ what: 'complained', who, targets, at }]
        : [{ what: 'bounced', who, hard: true, at }];
    case 'subscribe':
      return [{ what: 'joined', who, targets, at }];
    case 'upemail':
      return [
        {
          what: 'moved',
          who: email(form.get('data[old_email]')),
          to: email(form.get('data[new_email]')),
          at,
        },
      ];
    default:
      return [];
  }
}
