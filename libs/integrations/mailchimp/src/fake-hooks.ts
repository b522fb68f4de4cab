/** What Mailchimp posts of an audience. */
import { asForm, type Happening, type Post } from '@assent/integration-kit';

export function postedOf(list: string, { what, address, to, at }: Happening): Post {
  const fired = {
    fired_at: new Date(at).toISOString().slice(0, 19).replace('T', ' '),
    'data[list_id]': list,
  };
  const person = { ...fired, 'data[email]': address, 'data[id]': '8a25ff1d98' };
  switch (what) {
    case 'left':
      return asForm({ type: 'unsubscribe', ...person, 'data[action]': 'unsub', 'data[reason]': 'manual' });
    case 'complained':
      return asForm({ type: 'unsubscribe', ...person, 'data[action]': 'unsub', 'data[reason]': 'abuse' });
    case 'bounced':
      return asForm({ type: 'cleaned', ...fired, 'data[email]': address, 'data[reason]': 'hard' });
    case 'joined':
      return asForm({ type: 'subscribe', ...person });
    case 'moved':
      return asForm({
        ...{ type: 'upemail', ...fired, 'data[old_email]': address, 'data[new_email]': to ?? '' },
      });
  }
}
