/** Notifications: HMAC-SHA-1 over the body with the client secret of the app. */
import {
  decoded,
  email,
  hmac,
  isMembers,
  isSigned,
  jsonIn,
  option,
  rowsOf,
  seconds,
  textOf,
  type Members,
} from '@assent/integration-kit';
import type { Inbound, InboundFact, InboundTargets, IntegrationSettings } from '@assent/ports';

export function inbound(settings: IntegrationSettings): Inbound | undefined {
  const secret = option(settings, 'clientSecret');
  const app = option(settings, 'appId');
  if (secret === undefined) return undefined;
  return {
    verify({ headers, body }) {
      const [, given] = /^sha1=([0-9a-f]{40})$/i.exec(headers['x-hub-signature'] ?? '') ?? [];
      if (!isSigned([decoded(given, 'hex')], hmac('sha1', secret, body))) return 'forged';
      const json = jsonIn(body);
      return app === undefined || (isMembers(json) && json['app_id'] === app) ? 'genuine' : 'forged';
    },
    read: (body) => factsOf(jsonIn(body)),
  };
}

function factsOf(json: unknown): InboundFact[] {
  if (!isMembers(json) || !isMembers(json['data']) || !isMembers(json['data']['item'])) return [];
  const { item } = json['data'];
  const contact = isMembers(item['contact']) ? item['contact'] : item;
  const id = textOf(json['id']);
  const named = { ...(id !== '' && { id }), who: email(contact['email']), at: seconds(json['created_at']) };
  switch (json['topic']) {
    case 'contact.unsubscribed':
      return [{ what: 'left', targets: targetsOf(item, contact), ...named }];
    case 'contact.subscribed':
      return [{ what: 'joined', targets: targetsOf(item, contact), ...named }];
    default:
      // A new e-mail address comes without the old one, a deletion without any: the nightly comparison sees them.
      return [];
  }
}

/** The types that it names; all marketing when it names none, or the contact has left everything. */
function targetsOf(item: Members, contact: Members): InboundTargets {
  const named = item['subscription_types'] ?? item['subscription_type'] ?? contact['subscription_types'];
  const all = isMembers(named) && Array.isArray(named['data']) ? named['data'] : named;
  const types = rowsOf(isMembers(all) ? [all] : all).map((type) => textOf(type['id']));
  const left = contact['unsubscribed_from_emails'] === true;
  return left || types.length === 0 || types.includes('') ? '*' : types;
}
