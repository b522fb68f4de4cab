/** Reporting webhooks: HMAC-SHA-256 over version, time and body. What is not wanted is acknowledged: a refusal holds up the rest. */
import {
  decoded,
  email,
  fresh,
  hmac,
  HOUR_MS,
  isMembers,
  isSigned,
  jsonIn,
  membersOf,
  option,
  seconds,
  textOf,
} from '@assent/integration-kit';
import type { Inbound, InboundFact, IntegrationSettings } from '@assent/ports';

/** It tries again for seven days. */
const RETRIED_MS = 8 * 24 * HOUR_MS;

export function inbound(settings: IntegrationSettings): Inbound | undefined {
  const key = option(settings, 'webhookKey');
  if (key === undefined) return undefined;
  return {
    verify(request) {
      const timestamp = request.headers['x-cio-timestamp'] ?? '';
      const at = seconds(timestamp);
      const given = decoded(request.headers['x-cio-signature'], 'hex');
      const expected = hmac('sha256', key, `v0:${timestamp}:`, request.body);
      return at !== null && isSigned([given], expected) ? fresh(at, request, RETRIED_MS) : 'forged';
    },
    read: (body) => factsOf(jsonIn(body)),
  };
}

function factsOf(json: unknown): InboundFact[] {
  if (!isMembers(json) || !isMembers(json['data'])) return [];
  const { data } = json;
  const address = membersOf(data['identifiers'])['email'] ?? data['email_address'] ?? data['recipient'];
  const id = textOf(json['event_id']);
  const named = { ...(id !== '' && { id }), who: email(address), at: seconds(json['timestamp']) };
  switch (json['metric']) {
    case 'unsubscribed':
      return [{ what: 'left', targets: '*', ...named }];
    case 'subscribed':
      return [{ what: 'joined', targets: '*', ...named }];
    case 'spammed':
      return [{ what: 'complained', targets: '*', ...named }];
    case 'bounced':
      return [{ what: 'bounced', hard: true, ...named }];
    case 'cio_subscription_preferences_changed': {
      const topics = Object.entries(topicsIn(data['content']));
      const left = topics.flatMap(([topic, mailed]) => (mailed === false ? [topic] : []));
      const joined = topics.flatMap(([topic, mailed]) => (mailed === true ? [topic] : []));
      return [
        ...(left.length > 0 ? [{ what: 'left', targets: left, ...named } as const] : []),
        ...(joined.length > 0 ? [{ what: 'joined', targets: joined, ...named } as const] : []),
      ];
    }
    default:
      return [];
  }
}

/** A JSON text, only there when the webhook was set up to carry the content. */
function topicsIn(content: unknown): Readonly<Record<string, unknown>> {
  const read = typeof content === 'string' ? jsonIn(Buffer.from(content)) : content;
  return membersOf(membersOf(read)['topics']);
}
