import fc from 'fast-check';
import { recorded } from '@assent/kernel';
import type { Channel, ConsentFact, EvidenceMethod } from '@assent/contract';
import { consent } from './consent.js';
import { person, by, gave, noted, withdrew, ended, holds } from './acts-spec.js';

describe('A consent with a second step', () => {
  it('goes on counting where the policy asks for one, when the person says yes again without it', () => {
    const { state } = person(gave(100, { confirmedAt: 110 }), gave(200));
    expect(holds(state, { confirmed: true })).toBe(100);
    expect(holds(state)).toBe(200);
    expect(holds(state, { confirmed: true, after: 100 })).toBeUndefined();
  });

  it('counts from the second step on', () => {
    const { state } = person(gave(100, { confirmedAt: 110 }));
    expect(holds(state, { confirmed: true, at: 109 })).toBeUndefined();
    expect(holds(state, { confirmed: true, at: 110 })).toBe(100);
    expect(holds(state, { at: 99 })).toBeUndefined();
    expect(state.consents[0]).not.toHaveProperty('confirmed');
  });
});

describe('A consent for a purpose above', () => {
  it('covers the lists below only where each list need not be confirmed', () => {
    const { state } = person(gave(100, { purpose: 'newsletter' }));
    const list = { purpose: 'newsletter.weekly' };
    expect(holds(state, { ...list, exact: false })).toBe(100);
    expect(holds(state, { ...list, exact: true })).toBeUndefined();
    expect(holds(state, { purpose: 'news', exact: false })).toBeUndefined();
  });
});

describe('The consents of a person', () => {
  const at = fc.integer({ min: 0, max: 20 });
  const purpose = fc.constantFrom('offers', 'newsletter', 'newsletter.weekly');
  const on = fc.constantFrom<Channel[]>(['email'], ['sms'], ['email', 'sms']);
  const cause = fc.constantFrom('o1', 'o2', 'o3');
  const method = fc.constantFrom<EvidenceMethod>('form', 'import');
  const confirmedAt = fc.option(at);
  const fact: fc.Arbitrary<ConsentFact> = fc.oneof(
    fc
      .record({
        at,
        purpose,
        channels: on,
        confirmedAt,
        restores: fc.option(cause),
        evidence: method.map(by),
      })
      .map((more) => gave(0, more)),
    fc
      .record({ at, purpose, channels: on, confirmedAt, evidence: method.map(by) })
      .map((more) => noted(0, 'objection-newer', more)),
    fc.record({ at, purpose, channels: on }).map((more) => withdrew(0, more)),
    fc
      .record({ at, cause, purpose: fc.constantFrom('*', 'newsletter') })
      .map((one) => ended(one.at, one.cause, { purpose: one.purpose, channel: '*' })),
  );

  it('K12 are the same in whatever order they are told', () => {
    const stories = fc.array(fact, { maxLength: 12 }).map(recorded);
    const pairs = stories.chain((facts) =>
      fc.tuple(
        fc.constant(facts),
        fc.shuffledSubarray(facts, { minLength: facts.length, maxLength: facts.length }),
      ),
    );
    fc.assert(
      fc.property(pairs, ([facts, otherwise]) => {
        const [one, other] = [facts, otherwise].map((each) =>
          each.reduce((state, event) => consent.evolve(state, event), consent.initial),
        );
        expect(other).toEqual(one);
      }),
      { numRuns: 500 },
    );
  });
});
