/** What Brevo posts. */
import { asJson, type Happening, type Post } from '@assent/integration-kit';

const EVENTS = {
  ...{
    left: 'unsubscribe',
    complained: 'spam',
    joined: 'list_addition',
    bounced: 'hard_bounce',
    moved: undefined,
  },
};

export function posted({ what, address, target, at, byCall }: Happening, token: string): Post | undefined {
  const event = EVENTS[what];
  // What a call has changed is told of contacts coming in only.
  if (event === undefined || (byCall === true && what === 'left')) return undefined;
  const lists = target === undefined ? [] : [Number(target)];
  return asJson(
    { id: 1, event, email: address, ts_epoch: at, list_id: lists },
    { authorization: `Bearer ${token}` },
  );
}
