/** System webhooks: HMAC-SHA-256 over the body and the time, in hex. Only for some plans of the tool. */
import {
  decoded,
  email,
  fresh,
  HOUR_MS,
  hmac,
  iso,
  isMembers,
  isSigned,
  jsonIn,
  millis,
  option,
  phone,
  rowsOf,
  seconds,
  textOf,
  type Members,
} from '@assent/integration-kit';
import type { Inbound, InboundFact, IntegrationSettings } from '@assent/ports';

export function inbound(settings: IntegrationSettings): Inbound | undefined {
  const secret = option(settings, 'webhookSecret');
  if (secret === undefined) return undefined;
  return {
    verify(request) {
      const timestamp = request.headers['klaviyo-timestamp'] ?? '';
      const given = decoded(request.headers['klaviyo-signature'], 'hex');
      if (!isSigned([given], hmac('sha256', secret, request.body, timestamp))) return 'forged';
      // Seconds, or a date: whichever it is was signed.
      const at = seconds(timestamp) ?? iso(timestamp);
      return at === null ? 'forged' : fresh(at > 1e14 ? at / 1_000 : at, request, 25 * HOUR_MS);
    },
    read(body) {
      const json = jsonIn(body);
      return isMembers(json) ? rowsOf(json['data']).flatMap(factsOf) : [];
    },
  };
}

function factsOf({ external_id, topic, payload }: Members): InboundFact[] {
  if (!isMembers(payload)) return [];
  const data = isMembers(payload['data']) ? payload['data'] : payload;
  const event = isMembers(data['attributes']) ? data['attributes'] : data;
  const properties = isMembers(event['event_properties']) ? event['event_properties'] : {};
  const id = textOf(external_id);
  const said = { ...(id !== '' && { id }), at: iso(event['datetime']) ?? millis(event['timestamp']) };
  const profile = profileIn(payload, data, properties);
  const named = { ...said, who: email(profile['email']) };
  const called = { ...said, who: phone(profile['phone_number']) };
  const list = textOf(properties['List ID'] ?? properties['list_id']);
  const lists = list === '' ? ('*' as const) : [list];
  switch (textOf(topic).replace(/^event:klaviyo\./, '')) {
    case 'unsubscribed_from_email_marketing':
      return [{ what: 'left', targets: '*', ...named }];
    case 'unsubscribed_from_list':
      return [{ what: 'left', targets: lists, ...named }];
    case 'unsubscribed_from_sms_marketing':
      return [{ what: 'left', targets: '*', ...called }];
    case 'marked_email_as_spam':
      return [{ what: 'complained', targets: '*', ...named }];
    case 'bounced_email':
      return [{ what: 'bounced', hard: /hard/i.test(textOf(properties['Bounce Type'])), ...named }];
    case 'subscribed_to_email_marketing':
      return [{ what: 'joined', targets: '*', ...named }];
    case 'subscribed_to_list':
      return [{ what: 'joined', targets: lists, ...named }];
    default:
      return [];
  }
}

/** The person stands in what is included, in the event, or beside it. */
function profileIn(payload: Members, data: Members, properties: Members): Members {
  const included = rowsOf(payload['included']).find(({ type }) => type === 'profile');
  const all = [included?.['attributes'], payload['profile'], data['profile'], data['attributes'], properties];
  return all.filter(isMembers).find((one) => 'email' in one || 'phone_number' in one) ?? {};
}
