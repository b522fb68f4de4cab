/** Marketing webhooks: no signature; a bearer token in the header can be set beside the secret address. */
import { email, eventsIn, millis, option, textOf, unsigned, type Members } from '@assent/integration-kit';
import type { Inbound, InboundFact, IntegrationSettings } from '@assent/ports';

export function inbound(settings: IntegrationSettings): Inbound {
  const token = option(settings, 'webhookToken');
  return unsigned(
    (body) => {
      const events = eventsIn(body);
      return events.length > 0 && events.every(({ event }) => typeof event === 'string');
    },
    (body) => eventsIn(body).flatMap(factsOf),
    token === undefined ? undefined : { name: 'authorization', value: `Bearer ${token}` },
  );
}

/** The names in bodies differ from those in the API: both are known. */
function factsOf({ event, email: address, ts_epoch, list_id }: Members): InboundFact[] {
  const named = { who: email(address), at: millis(ts_epoch) };
  switch (textOf(event).toLowerCase()) {
    case 'unsubscribe':
    case 'unsubscribed':
      // The tool blocks such a contact for every campaign, whatever list it was in.
      return [{ what: 'left', targets: '*', ...named }];
    case 'spam':
    case 'complaint':
      return [{ what: 'complained', targets: '*', ...named }];
    case 'hard_bounce':
    case 'hardbounce':
    case 'soft_bounce':
    case 'softbounce':
      return [{ what: 'bounced', hard: textOf(event).toLowerCase().startsWith('hard'), ...named }];
    case 'list_addition':
    case 'listaddition':
      return [{ what: 'joined', targets: listsOf(list_id), ...named }];
    default:
      return [];
  }
}

const listsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? (value as unknown[]) : [value]).map(textOf).filter((list) => list !== '');
