import fc from 'fast-check';
import { recorded } from '@assent/kernel';
import type { ProspectFact } from '@assent/contract';
import { paris, presentInfini } from './calendar-spec.js';
import { remember, type Prospect } from './facts.js';
import { nextChange, prospectAt } from './standing.js';
import { registered } from './history-spec.js';

describe('A standing', () => {
  const instant = fc.integer({ min: 0, max: 40 }).map((day) => paris('2026-03-01') + day * 15 * 86_400_000);
  const id = fc.constantFrom('a', 'b', 'c', 'd');
  const channel = fc.constantFrom('email' as const, 'sms' as const);
  const sending = { at: instant, solicitationId: id, campaign: id, channel };
  const fact: fc.Arbitrary<ProspectFact> = fc.oneof(
    fc.record(sending).map((of): ProspectFact => ({
      ...{ type: 'SolicitationReserved', ...of, purpose: 'prospecting', counts: true },
      expiresAt: of.at + 72 * 3_600_000,
    })),
    fc.record(sending).map((of): ProspectFact => ({
      ...{ type: 'SolicitationDelivered', ...of, purpose: 'prospecting', counts: true, code: 'allowed' },
    })),
    fc.record({
      type: fc.constant('SolicitationReversed' as const),
      at: instant,
      solicitationId: id,
      reason: fc.constantFrom('bounced' as const, 'not-sent' as const, 'permit-expired' as const),
    }),
    fc.record({
      type: fc.constant('ProspectResponded' as const),
      at: instant,
      kind: fc.constantFrom('click' as const, 'open' as const),
      restarts: fc.boolean(),
    }),
    fc.record({
      type: fc.constant('ProspectReturned' as const),
      at: instant,
      by: fc.constantFrom('collection' as const, 'opt-in' as const),
    }),
    fc.record({
      type: fc.constantFrom('BecameCustomer' as const, 'RelationshipEnded' as const),
      at: instant,
    }),
  );
  const story = fc
    .array(fact, { maxLength: 14 })
    .map((facts) => recorded([registered('2026-03-05'), ...facts]));

  it('K12 is the same in whatever order the facts arrive', () => {
    const shuffled = story.chain((facts) =>
      fc.tuple(
        fc.constant(facts),
        fc.shuffledSubarray(facts, { minLength: facts.length, maxLength: facts.length }),
        instant,
      ),
    );
    fc.assert(
      fc.property(shuffled, ([facts, otherwise, when]) => {
        const rules = presentInfini('P30D');
        const [one, other] = [facts, otherwise].map((each) =>
          each.reduce(remember, { facts: [] } as Prospect),
        );
        expect(other).toEqual(one);
        expect(prospectAt(other as Prospect, rules, when)).toEqual(prospectAt(one as Prospect, rules, when));
      }),
    );
  });

  it('changes by time alone exactly when it says so', () => {
    fc.assert(
      fc.property(story, instant, fc.integer({ min: 0, max: 400 }), (facts, when, days) => {
        const rules = presentInfini('P30D');
        const known = facts.filter((one) => one.at <= when).reduce(remember, { facts: [] } as Prospect);
        const later = when + days * 86_400_000;
        const change = nextChange(known, rules, when);
        if (change === null || later < change.at) {
          expect(prospectAt(known, rules, later).status).toBe(prospectAt(known, rules, when).status);
        } else {
          expect(prospectAt(known, rules, change.at).status).toBe(change.to);
          expect(prospectAt(known, rules, change.at - 1).status).toBe(prospectAt(known, rules, when).status);
        }
      }),
    );
  });
});
