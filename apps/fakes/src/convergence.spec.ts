import { cell, FetchOutgoing, wanted, type Fault, type Wish } from '@assent/integration-kit';
import type { Connector, Desired, IntegrationSettings } from '@assent/ports';
import { everyTool } from './every-tool.js';
import type { StandIn } from './stand-in.js';

const PURPOSES = ['newsletter', 'offers'] as const;
const ADDRESSES = ['ada@example.org', 'bob+x@example.net', "o'hara@example.org"];
const FAULTS: readonly Fault[] = [
  { status: 503, times: 1 },
  { status: 429, retryAfter: '1', times: 1 },
  { reset: 'before', times: 1 },
  { reset: 'after', times: 2 },
  { body: '<html>', times: 1 },
];

/** The same numbers each time, so that a failure can be looked at. */
function dice(seed: number): (faces: number) => number {
  let state = seed;
  return (faces) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * faces);
  };
}

/** What one person wants, and since when they were out of each target, as the engine remembers it. */
interface Person {
  wishes: Record<(typeof PURPOSES)[number], Wish>;
  objectedToAll: boolean;
  outSince: Record<string, number>;
  at: number;
}

// Whoever comes back to Mailchimp is asked by it first; the others keep no contacts.
const tools = everyTool().filter(({ kind }) => !['mailchimp', 'plivo', 'webhook'].includes(kind));

describe.each(tools.map((tool) => [tool.kind, tool] as const))('%s', (_, tool) => {
  beforeAll(() => tool.start());
  afterAll(() => tool.stop());

  it('ends as everybody wants it, through any order of stops and opt-ins, faults and repetitions', async () => {
    const roll = dice(20260601);
    const connector = connectorOf(tool);
    const people = new Map(ADDRESSES.map((address) => [address, fresh()]));
    for (const address of ADDRESSES) tool.seed(address);
    for (let step = 1; step <= 60; step++) {
      const address = ADDRESSES[roll(ADDRESSES.length)] ?? '';
      const person = people.get(address) ?? fresh();
      change(person, step * 10, roll);
      if (roll(3) === 0) tool.fail(FAULTS[roll(FAULTS.length)] ?? {});
      if (roll(4) > 0) await carry(connector, address, person);
      tool.mend();
    }
    for (const [address, person] of people) {
      await carry(connector, address, person);
      await carry(connector, address, person);
      const { match } = await connector.lookup(desired(address, person));
      expect([address, match]).toEqual([address, 'equal']);
      for (const [i, purpose] of PURPOSES.entries()) {
        const wish = person.wishes[purpose];
        if (wish !== 'untouched') {
          expect([address, purpose, tool.mails(address, i as 0 | 1)]).toEqual([
            address,
            purpose,
            wish === 'in',
          ]);
        }
      }
    }
    expect(tool.violations()).toEqual([]);
  }, 60_000);
});

const fresh = (): Person => ({
  ...{ wishes: { newsletter: 'untouched', offers: 'untouched' }, objectedToAll: false, outSince: {}, at: 0 },
});

/** One act at `at`: a stop of one purpose, of everything, or an opt-in to one. */
function change(person: Person, at: number, roll: (faces: number) => number): void {
  const purpose = PURPOSES[roll(2)] ?? 'newsletter';
  const act = roll(4);
  person.at = at;
  if (act === 0) {
    person.objectedToAll = true;
    person.wishes = { newsletter: 'out', offers: 'out' };
  } else person.wishes[purpose] = act === 1 ? 'out' : 'in';
}

/** As the engine does: the stop first, without the opt-ins that wait behind it; what closed is remembered. */
async function carry(connector: Connector, address: string, person: Person): Promise<void> {
  const whole = desired(address, person);
  const waiting = Object.fromEntries(
    PURPOSES.map((purpose) => [purpose, person.wishes[purpose] === 'in' ? 'open' : person.wishes[purpose]]),
  );
  for (const told of [
    { ...whole, state: { ...whole.state, purposes: cellsOf(waiting, person.at) } },
    whole,
  ]) {
    const { class: kind, closed = [] } = await connector.apply({ ...told, outSince: person.outSince });
    // An opt-in that is told with a stop is newer than it: the stop was made before.
    for (const target of closed)
      person.outSince[target] = Math.max(person.outSince[target] ?? 0, person.at - 1);
    if (kind !== 'done' && kind !== 'not-applicable') return;
  }
}

const cellsOf = (wishes: Readonly<Record<string, Wish>>, at: number): Desired['state']['purposes'] =>
  Object.fromEntries(Object.entries(wishes).map(([purpose, wish]) => [purpose, { email: cell(wish, at) }]));

const desired = (value: string, { wishes, objectedToAll, outSince, at }: Person): Desired =>
  wanted(wishes, {
    ...{ address: { kind: 'email', value }, outSince },
    state: { objectedToAll, purposes: cellsOf(wishes, at) },
  });

function connectorOf(tool: StandIn): Connector {
  const { id, kind, role, purposes, ...options } = tool.entry(...PURPOSES) as unknown as IntegrationSettings &
    IntegrationSettings['options'];
  const settings: IntegrationSettings = {
    ...{ id, kind, role, purposes, tenant: 't', unknownContact: 'skip' },
    options: options,
  };
  return tool.connector.create(settings, new FetchOutgoing());
}
