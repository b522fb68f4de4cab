/** What SendGrid posts. */
import { sign, type KeyObject } from 'node:crypto';
import { asJson, type Happening, type Post } from '@assent/integration-kit';

const eventOf = (what: Happening['what'], group: boolean): string | undefined =>
  ({
    left: group ? 'group_unsubscribe' : 'unsubscribe',
    joined: group ? 'group_resubscribe' : undefined,
    ...{ complained: 'spamreport', bounced: 'bounce', moved: undefined },
  })[what];

export function posted({ what, address, target, at, id }: Happening, key: KeyObject): Post | undefined {
  const event = eventOf(what, target !== undefined);
  if (event === undefined) return undefined;
  const timestamp = String(Math.floor(at / 1_000));
  const said = { email: address, timestamp: Number(timestamp), event, sg_event_id: id };
  const post = asJson([
    {
      ...{ ...said, ...(target !== undefined && { asm_group_id: Number(target) }) },
      ...(what === 'bounced' && { type: 'bounce' }),
    },
  ]);
  const signature = sign('sha256', Buffer.from(timestamp + post.body), key).toString('base64');
  const header = 'x-twilio-email-event-webhook';
  return {
    ...post,
    headers: { ...post.headers, [`${header}-timestamp`]: timestamp, [`${header}-signature`]: signature },
  };
}
