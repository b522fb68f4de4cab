/** What Mailjet posts. */
import { asJson, type Happening, type Post } from '@assent/integration-kit';

const EVENTS = { left: 'unsub', complained: 'spam', joined: undefined, bounced: 'bounce', moved: undefined };

export function posted({ what, address, target, at }: Happening): Post | undefined {
  const event = EVENTS[what];
  if (event === undefined) return undefined;
  const said = { event, time: Math.floor(at / 1_000), email: address, mj_contact_id: 1 };
  return asJson([
    { ...said, mj_list_id: Number(target ?? 0), ...(what === 'bounced' && { hard_bounce: 'true' }) },
  ]);
}
