import { createHash } from 'node:crypto';
import { cell, FetchOutgoing, wanted, type Fault, type Wish } from '@assent/integration-kit';
import type { Connector, Desired, IntegrationSettings } from '@assent/ports';
import { everyTool } from './every-tool.js';
import type { StandIn } from './stand-in.js';

const PURPOSES = ['newsletter', 'offers'] as const;
type Purpose = (typeof PURPOSES)[number];
/** Acts of all people at all tools together; each is told twice, in any order. */
const ACTS = 10_000;
const PEOPLE = 200;
const ADDRESSES = Array.from(
  { length: PEOPLE },
  (_, i) => [`ada${i}@example.org`, `bob+${i}@example.net`, `o'hara${i}@example.org`][i % 3] ?? '',
);
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

/** What a person did, and when. */
interface Act {
  readonly address: string;
  readonly at: number;
  readonly what: 'refuse everything' | 'refuse' | 'agree';
  readonly purpose: Purpose;
}

/** What is known of one person, and since when they were out of each target, as the engine remembers it. */
interface Person {
  readonly known: Map<number, Act>;
  outSince: Record<string, number>;
  /** Seen to be silent there. */
  readonly silent: Set<Purpose>;
  /** A stop of all marketing was told and its answer lost: it may have arrived, and nobody knows that it is ours. */
  lost: boolean;
}

// Those that keep contacts.
const tools = everyTool().filter(({ kind }) => !['plivo', 'webhook'].includes(kind));
const each = Math.ceil(ACTS / tools.length);

describe.each(tools.map((tool, i) => [tool.kind, tool, i] as const))('%s', (kind, tool, seed) => {
  beforeAll(() => tool.start());
  afterAll(() => tool.stop());

  it('ends as everybody wants it, through ten thousand acts shuffled and told twice, faults and repetitions', async () => {
    const roll = dice(20260601 + seed);
    const connector = connectorOf(tool);
    const people = new Map<string, Person>(ADDRESSES.map((address) => [address, fresh()]));
    for (const address of ADDRESSES) tool.seed(address);
    const acts = Array.from({ length: each }, (_, i) => actAt((i + 1) * 10, roll));
    for (const act of shuffled([...acts, ...acts], roll)) {
      const person = people.get(act.address) ?? fresh();
      person.known.set(act.at, act);
      if (roll(8) === 0) tool.fail(FAULTS[roll(FAULTS.length)] ?? {});
      // Level-triggered: what comes meanwhile is told with the next.
      if (roll(3) === 0) await carry(connector, tool.targets, act.address, person);
      tool.mend();
      stayedSilent(tool, act.address, person);
    }
    for (const [address, person] of people) {
      await carry(connector, tool.targets, address, person);
      await carry(connector, tool.targets, address, person);
      const { match } = await connector.lookup(desired(address, person));
      if (match === 'stricter' && person.lost) {
        // Whoever came back before it was told again stays stopped, which is said; a stop is never lifted on a guess.
        expect((await connector.apply(desired(address, person))).class).toBe('refused');
        expect([0, 1].map((i) => tool.mails(address, i as 0 | 1))).toEqual([false, false]);
        continue;
      }
      expect([address, asked(kind, match)]).toEqual([address, 'equal']);
      for (const [i, purpose] of PURPOSES.entries()) {
        const wish = standing(person).wishes[purpose];
        if (wish === 'untouched' || (kind === 'mailchimp' && wish === 'in')) continue;
        expect([address, purpose, tool.mails(address, i as 0 | 1)]).toEqual([
          address,
          purpose,
          wish === 'in',
        ]);
      }
    }
    expect(tool.violations()).toEqual([]);
  }, 180_000);
});

/** Mailchimp asks whoever comes back itself, and mails them when they have answered. */
const asked = (kind: string, match: string): string =>
  kind === 'mailchimp' && match === 'stricter' ? 'equal' : match;

const fresh = (): Person => ({ known: new Map(), outSince: {}, silent: new Set(), lost: false });

function actAt(at: number, roll: (faces: number) => number): Act {
  const address = ADDRESSES[roll(PEOPLE)] ?? '';
  const what = (['refuse everything', 'refuse', 'agree', 'agree'] as const)[roll(4)] ?? 'refuse';
  return { address, at, what, purpose: PURPOSES[roll(2)] ?? 'newsletter' };
}

function shuffled<T>(all: T[], roll: (faces: number) => number): T[] {
  for (let i = all.length - 1; i > 0; i--) {
    const j = roll(i + 1);
    [all[i], all[j]] = [all[j] as T, all[i] as T];
  }
  return all;
}

interface Stands {
  readonly wishes: Readonly<Record<Purpose, Wish>>;
  readonly since: Readonly<Record<Purpose, number>>;
  readonly objectedToAll: boolean;
}

/** What the acts that are known come to: by their instants, whenever they were told. */
function standing({ known }: Person): Stands {
  const wishes: Record<Purpose, Wish> = { newsletter: 'untouched', offers: 'untouched' };
  const since: Record<Purpose, number> = { newsletter: 0, offers: 0 };
  let objectedToAll = false;
  for (const { at, what, purpose } of [...known.values()].sort((a, b) => a.at - b.at)) {
    objectedToAll ||= what === 'refuse everything';
    for (const one of what === 'refuse everything' ? PURPOSES : [purpose]) {
      wishes[one] = what === 'agree' ? 'in' : 'out';
      since[one] = at;
    }
  }
  return { wishes, since, objectedToAll };
}

/** Whoever was silent and still refuses was loosened at no moment. */
function stayedSilent(tool: StandIn, address: string, person: Person): void {
  const { wishes } = standing(person);
  for (const [i, purpose] of PURPOSES.entries()) {
    const mailed = tool.mails(address, i as 0 | 1);
    if (wishes[purpose] !== 'out') person.silent.delete(purpose);
    else if (person.silent.has(purpose))
      expect([address, purpose, mailed]).toEqual([address, purpose, false]);
    else if (!mailed) person.silent.add(purpose);
  }
}

/** As the engine does: the stop first, without the opt-ins that wait behind it; what closed is remembered. */
async function carry(
  connector: Connector,
  targets: readonly string[],
  address: string,
  person: Person,
): Promise<void> {
  const { wishes, since } = standing(person);
  const whole = desired(address, person);
  const outs = PURPOSES.filter((purpose) => wishes[purpose] === 'out');
  /** The newest act that closed what lives there; for all marketing, the oldest: that one was about everything. */
  const closedSince = (target: string): number => {
    const own = outs.filter((purpose) => targets[PURPOSES.indexOf(purpose)] === target);
    const acts = (own.length > 0 ? own : outs).map((purpose) => since[purpose]);
    return target === '*' ? Math.min(...acts) : Math.max(...acts);
  };
  const waiting = Object.fromEntries(
    PURPOSES.map((purpose) => [purpose, wishes[purpose] === 'in' ? 'open' : wishes[purpose]]),
  );
  for (const told of [{ ...whole, state: { ...whole.state, purposes: cellsOf(waiting, since) } }, whole]) {
    const { class: kind, closed = [] } = await connector.apply({ ...told, outSince: person.outSince });
    for (const target of closed)
      person.outSince[target] = Math.max(person.outSince[target] ?? 0, closedSince(target));
    if (kind === 'done' || kind === 'not-applicable') continue;
    person.lost ||= outs.length > 0;
    return;
  }
}

const cellsOf = (
  wishes: Readonly<Record<string, Wish>>,
  since: Readonly<Record<Purpose, number>>,
): Desired['state']['purposes'] =>
  Object.fromEntries(
    PURPOSES.map((purpose) => [purpose, { email: cell(wishes[purpose] ?? 'untouched', since[purpose]) }]),
  );

function desired(value: string, person: Person): Desired {
  const { wishes, since, objectedToAll } = standing(person);
  return wanted(wishes, {
    ...{ address: { kind: 'email', value }, outSince: person.outSince, revision: person.known.size + 1 },
    addressKey: createHash('sha256').update(value).digest('hex').slice(0, 32),
    state: { objectedToAll, purposes: cellsOf(wishes, since) },
  });
}

function connectorOf(tool: StandIn): Connector {
  const { id, kind, role, purposes, ...options } = tool.entry(...PURPOSES) as unknown as IntegrationSettings &
    IntegrationSettings['options'];
  const settings: IntegrationSettings = {
    ...{ id, kind, role, purposes, tenant: 't', unknownContact: 'skip' },
    options: options,
  };
  return tool.connector.create(settings, new FetchOutgoing());
}
