/** Webhooks v3: HMAC-SHA-256 over method, address, body and time. They name a contact's number, and no address. */
import {
  decoded,
  eventsIn,
  fresh,
  hmac,
  isSigned,
  millis,
  option,
  textOf,
  type Members,
} from '@assent/integration-kit';
import type { Inbound, InboundFact, IntegrationSettings } from '@assent/ports';

const ALL = 'hs_email_optout';

export function inbound(settings: IntegrationSettings): Inbound | undefined {
  const secret = option(settings, 'clientSecret');
  if (secret === undefined) return undefined;
  return {
    verify(request) {
      const { url, headers, body } = request;
      const timestamp = headers['x-hubspot-request-timestamp'] ?? '';
      const at = millis(timestamp);
      const given = decoded(headers['x-hubspot-signature-v3'], 'base64');
      const expected = hmac('sha256', secret, 'POST', url, body, timestamp);
      return at !== null && isSigned([given], expected) ? fresh(at, request) : 'forged';
    },
    read: (body) => eventsIn(body).flatMap(factsOf),
  };
}

/** Only the address is asked for. Somebody back in there is seen by the nightly comparison. */
function factsOf(event: Members): InboundFact[] {
  const name = textOf(event['propertyName']);
  const changed = /(?:^|\.)propertyChange$/.test(textOf(event['subscriptionType']));
  if (!changed || !/^hs_email_optout(?:_\d+)?$/.test(name) || textOf(event['propertyValue']) !== 'true')
    return [];
  const at = millis(event['occurredAt']);
  // The number of an event alone is not unique there.
  const id = [event['eventId'], event['objectId'], name, event['occurredAt']].map(textOf).join(' ');
  const targets = name === ALL ? ('*' as const) : [name.slice(ALL.length + 1)];
  return [{ what: 'changed', id, contact: textOf(event['objectId']), targets, at }];
}
