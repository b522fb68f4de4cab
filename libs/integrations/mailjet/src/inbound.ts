/** Event callbacks: no signature. A list of events, or one alone where they are not grouped. */
import { email, eventsIn, seconds, textOf, truthOf, unsigned, type Members } from '@assent/integration-kit';
import type { Inbound, InboundFact } from '@assent/ports';

export const inbound = (): Inbound =>
  unsigned(
    (body) => {
      const events = eventsIn(body);
      return events.length > 0 && events.every(({ event }) => typeof event === 'string');
    },
    (body) => eventsIn(body).flatMap(factsOf),
  );

function factsOf({ event, email: address, time, mj_list_id, hard_bounce }: Members): InboundFact[] {
  const named = { who: email(address), at: seconds(time) };
  const list = textOf(mj_list_id);
  switch (event) {
    case 'unsub':
      return [{ what: 'left', targets: list === '' || list === '0' ? '*' : [list], ...named }];
    case 'spam':
      return [{ what: 'complained', targets: '*', ...named }];
    case 'bounce':
      return [{ what: 'bounced', hard: truthOf(hard_bounce), ...named }];
    default:
      // `blocked`: the tool did not send; nobody refused anything.
      return [];
  }
}
