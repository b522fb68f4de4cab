import fc from 'fast-check';
import { ulid, type Recorded } from '@assent/kernel';
import type { OppositionFact, OppositionState } from '@assent/contract';
import { rootOf } from './entries.js';
import { opposition, type OppositionCommand } from './opposition.js';
import { coveringObjection } from './questions.js';

const HOUR = 3_600_000;
const T = Date.parse('2026-06-01T08:00:00Z');
const END = T + 1000 * HOUR;
const rules = { keptUntil: (since: number) => since + 1000 * HOUR };
const scopes = [
  { purpose: 'newsletter', channel: 'email' },
  { purpose: 'newsletter.weekly', channel: 'email' },
  { purpose: '*', channel: '*' },
];

const stateOf = (facts: readonly Recorded<OppositionFact>[]): OppositionState =>
  facts.reduce((state, fact) => opposition.evolve(state, fact), opposition.initial);

/** One person's addresses, each with its stream. */
class Addresses {
  readonly facts: Recorded<OppositionFact>[][];
  private clock = T;

  constructor(count: number) {
    this.facts = Array.from({ length: count }, () => []);
  }
  states(): OppositionState[] {
    return this.facts.map((facts) => stateOf(facts));
  }
  send(index: number, command: OppositionCommand): number {
    const outcome = opposition.decide(this.states()[index] ?? opposition.initial, command, rules);
    if ('refused' in outcome) return 0;
    const stamped = outcome.map((fact) => ({ ...fact, id: ulid(this.clock), recordedAt: this.clock++ }));
    this.facts[index]?.push(...stamped);
    return outcome.length;
  }
  /** What the reaction does: brings one address level with another. */
  merge(from: number, to: number): number {
    const state = this.states()[from] ?? opposition.initial;
    return this.send(to, { type: 'merge', at: T + 100 * HOUR, from: state });
  }
  level(): number {
    let rounds = 0;
    for (let changed = 1; changed > 0; rounds++) {
      changed = 0;
      for (const from of this.facts.keys())
        for (const to of this.facts.keys()) changed += this.merge(from, to);
    }
    return rounds;
  }
}

const offset = fc.integer({ min: 0, max: 72 }).map((hours) => T + hours * HOUR);
const scope = fc.constantFrom(...scopes);
const command: fc.Arbitrary<OppositionCommand> = fc.oneof(
  fc
    .tuple(offset, scope, fc.constantFrom<'click' | 'letter'>('click', 'letter'))
    .map(([at, where, source]): OppositionCommand => ({
      type: 'object',
      at,
      scope: where,
      source,
      evidence: null,
    })),
  fc
    .tuple(offset, fc.constantFrom(...scopes.slice(0, 2)))
    .map(([at, where]): OppositionCommand => ({ type: 'open', scope: where, proof: { id: `c${at}`, at } })),
  scope.map((where): OppositionCommand => ({ type: 'undo', at: T, scope: where })),
);
type Step = { readonly at: number; readonly command?: OppositionCommand; readonly to?: number };
const step = (count: number): fc.Arbitrary<Step> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.record({ at: fc.nat(count - 1), command }) },
    { weight: 1, arbitrary: fc.record({ at: fc.nat(count - 1), to: fc.nat(count - 1) }) },
  );

const play = (count: number, steps: readonly Step[]): Addresses => {
  const addresses = new Addresses(count);
  for (const { at, command: act, to } of steps) {
    if (act !== undefined) addresses.send(at, act);
    else if (to !== undefined) addresses.merge(at, to);
  }
  return addresses;
};

describe('The list of one address', () => {
  it('is the same in whatever order, and however often, its facts are told', () => {
    const histories = fc
      .array(step(2), { maxLength: 14 })
      .map((steps) => play(2, steps))
      .map((addresses) => {
        addresses.send(0, { type: 'wake', at: END + 24 * HOUR });
        return addresses.facts[0] ?? [];
      })
      .chain((facts) =>
        fc.record({
          told: fc.constant(facts),
          shuffled: fc.shuffledSubarray(facts, { minLength: facts.length }),
          again: fc.subarray(facts),
        }),
      );
    fc.assert(
      fc.property(histories, ({ told, shuffled, again }) => {
        expect(stateOf([...shuffled, ...again])).toEqual(stateOf(told));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('The lists of one person', () => {
  it('come level whatever happened in between, and stay so', () => {
    fc.assert(
      fc.property(fc.array(step(3), { maxLength: 16 }), (steps) => {
        const addresses = play(3, steps);
        expect(addresses.level()).toBeLessThanOrEqual(4);
        const told = addresses.states().map(({ entries }) =>
          entries
            .map((entry) => ({
              root: rootOf(entry),
              since: entry.since,
              scope: entry.scope,
              except: entry.except,
            }))
            .sort((a, b) => a.since - b.since || (a.root < b.root ? -1 : 1)),
        );
        expect(told[1]).toEqual(told[0]);
        expect(told[2]).toEqual(told[0]);
      }),
      { numRuns: 300 },
    );
  });

  it('deny together, before any copy is made, what they deny after', () => {
    fc.assert(
      fc.property(fc.array(step(3), { maxLength: 16 }), (steps) => {
        const addresses = play(3, steps);
        const denied = () =>
          scopes
            .slice(0, 2)
            .map(({ purpose, channel }) =>
              addresses
                .states()
                .some(
                  (state) => coveringObjection(state, rules, purpose, channel, T + 100 * HOUR) !== undefined,
                ),
            );
        const before = denied();
        addresses.level();
        denied().forEach((after, index) => expect(after && !before[index]).toBe(false));
      }),
      { numRuns: 300 },
    );
  });
});
