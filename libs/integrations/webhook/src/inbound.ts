/**
 * A system of the tenant tells us by the same standard by which it is told (Standard Webhooks), with the same secret:
 * `{ "type": "unsubscribed", "email": "…", "purposes": ["newsletter"], "occurredAt": "…" }`, one or a list.
 */
import {
  email,
  eventsIn,
  fresh,
  iso,
  phone,
  seconds,
  textIn,
  textOf,
  type Members,
} from '@assent/integration-kit';
import type { Inbound, InboundFact, InboundPerson, IntegrationSettings } from '@assent/ports';
import { receiverOf } from './settings.js';
import { verifies } from './signature.js';

export function inbound(settings: IntegrationSettings): Inbound | undefined {
  const { keys } = receiverOf(settings);
  if (keys.length === 0) return undefined;
  return {
    verify(request) {
      const { headers, body } = request;
      const id = headers['webhook-id'] ?? '';
      const at = seconds(headers['webhook-timestamp']);
      const signatures = headers['webhook-signature'] ?? '';
      if (id === '' || at === null) return 'forged';
      const fits = verifies(keys, id, Number(headers['webhook-timestamp']), textIn(body), signatures);
      return fits ? fresh(at, request) : 'forged';
    },
    read: (body) => eventsIn(body).flatMap(factsOf),
  };
}

function factsOf(event: Members): InboundFact[] {
  const who = personOf(event);
  if (who === undefined) return [];
  const id = textOf(event['id']);
  const named = { ...(id !== '' && { id }), who, at: iso(event['occurredAt']) };
  const purposes = event['purposes'];
  const targets = Array.isArray(purposes)
    ? { purposes: (purposes as unknown[]).map(textOf) }
    : ('*' as const);
  switch (event['type']) {
    case 'unsubscribed':
      return [{ what: 'left', targets, ...named }];
    case 'complained':
      return [{ what: 'complained', targets, ...named }];
    case 'subscribed':
      return [{ what: 'joined', targets, ...named }];
    case 'bounced':
      return [{ what: 'bounced', hard: event['hard'] !== false, ...named }];
    case 'address-changed': {
      const to = personOf({ email: event['newEmail'], phone: event['newPhone'] });
      return to === undefined ? [] : [{ what: 'moved', to, ...named }];
    }
    default:
      return [];
  }
}

function personOf({ email: mail, phone: number, addressKey }: Members): InboundPerson | undefined {
  if (typeof mail === 'string') return email(mail);
  if (typeof number === 'string') return phone(number);
  return typeof addressKey === 'string' && /^[0-9a-f]{32}$/.test(addressKey)
    ? { key: addressKey }
    : undefined;
}
