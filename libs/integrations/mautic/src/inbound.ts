/** Webhooks: HMAC-SHA-256 over the body, in base64. For years they did not say what had changed: then the contact is asked. */
import {
  decoded,
  email,
  hmac,
  iso,
  isMembers,
  isSigned,
  jsonIn,
  membersOf,
  option,
  phone,
  rowsOf,
  textOf,
  type Members,
} from '@assent/integration-kit';
import type { Inbound, InboundFact, IntegrationSettings } from '@assent/ports';

const EVENT = 'mautic.lead_channel_subscription_changed';

export function inbound(settings: IntegrationSettings): Inbound | undefined {
  const secret = option(settings, 'webhookSecret');
  if (secret === undefined) return undefined;
  return {
    verify: ({ headers, body }) => {
      const given = decoded(headers['webhook-signature'], 'base64');
      return isSigned([given], hmac('sha256', secret, body)) ? 'genuine' : 'forged';
    },
    read(body) {
      const changed = membersOf(jsonIn(body))[EVENT];
      return rowsOf(isMembers(changed) ? [changed] : changed).flatMap(factsOf);
    },
  };
}

function factsOf(event: Members): InboundFact[] {
  const contact = membersOf(event['contact'] ?? event['lead']);
  const core = membersOf(membersOf(contact['fields'])['core']);
  const field = (name: string): string => textOf(membersOf(core[name])['value'] ?? contact[name]);
  const at = iso(event['timestamp']);
  const isSms = event['channel'] === 'sms';
  const who = isSms ? phone(field('mobile')) : email(field('email'));
  const status = textOf(event['new_status']);
  if (status === '' || who.value.length < 2) {
    const id = textOf(contact['id']);
    return id === '' ? [] : [{ what: 'changed', contact: id, at }];
  }
  switch (status) {
    case 'unsubscribed':
    case 'manual':
      return [{ what: 'left', who, targets: '*', at }];
    case 'bounced':
      return [{ what: 'bounced', who, hard: true, at }];
    default:
      return [{ what: 'joined', who, targets: '*', at }];
  }
}
