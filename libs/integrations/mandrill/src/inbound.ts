/** Webhooks: HMAC-SHA-1 over the address and the sorted fields of the form, in base64. */
import {
  decoded,
  email,
  formIn,
  hmac,
  isMembers,
  isSigned,
  option,
  rowsOf,
  seconds,
  textOf,
  type Members,
} from '@assent/integration-kit';
import type { Inbound, InboundFact, InboundTargets, IntegrationSettings } from '@assent/ports';

export function inbound(settings: IntegrationSettings): Inbound | undefined {
  const key = option(settings, 'webhookKey');
  if (key === undefined) return undefined;
  return {
    verify({ url, headers, body }) {
      const fields = [...formIn(body)].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      const expected = hmac('sha1', key, url, ...fields.flat());
      const given = decoded(headers['x-mandrill-signature'], 'base64');
      return isSigned([given], expected) ? 'genuine' : 'forged';
    },
    read: (body) => eventsOf(body).flatMap(factsOf),
  };
}

function eventsOf(body: Uint8Array): Members[] {
  try {
    return rowsOf(JSON.parse(formIn(body).get('mandrill_events') ?? '[]'));
  } catch {
    return [];
  }
}

function factsOf(event: Members): InboundFact[] {
  const { msg, reject, _id: id, ts } = event;
  const at = seconds(ts);
  if (event['type'] === 'blacklist' && isMembers(reject)) {
    const who = email(reject['email']);
    const named = { who, at: at ?? null };
    const [added, reason] = [event['action'] === 'add', textOf(reject['reason'])];
    if (reason === 'hard-bounce' || reason === 'soft-bounce') {
      return added ? [{ what: 'bounced', hard: reason === 'hard-bounce', ...named }] : [];
    }
    const what = !added ? 'joined' : reason === 'spam' ? 'complained' : 'left';
    return [{ what, targets: targetsOf(reject['subaccount']), ...named }];
  }
  if (!isMembers(msg)) return [];
  const named = { id: `${textOf(id)} ${textOf(event['event'])}`, who: email(msg['email']), at };
  const targets = targetsOf(msg['subaccount']);
  switch (event['event']) {
    case 'unsub':
      return [{ what: 'left', targets, ...named }];
    case 'spam':
      return [{ what: 'complained', targets, ...named }];
    case 'hard_bounce':
    case 'soft_bounce':
      return [{ what: 'bounced', hard: event['event'] === 'hard_bounce', ...named }];
    default:
      return [];
  }
}

/** Without a subaccount, it was the whole account that sent. */
const targetsOf = (subaccount: unknown): InboundTargets =>
  typeof subaccount === 'string' && subaccount !== '' ? [subaccount] : '*';
