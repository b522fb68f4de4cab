import fc from 'fast-check';
import type { ConsentFact, OppositionFact, ProspectFact } from '@assent/contract';
import type { Policy } from '@assent/policy';
import { compile, pairOf, pairsOf } from './compiled.js';
import { decide } from './decide.js';
import { acted, permitted } from './facts-spec.js';
import { at, ending, given, objected, policyOf, sent, standingOf, withdrawn } from './person-spec.js';
import { allows, ASK, dayOf, MOST_PAIRS } from './verdict-table.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = at('2026-05-20 15:30');

describe('The pairs of a policy', () => {
  it('are its purposes on their channels, except what makes no message', () => {
    const policy = policyOf('presentinfini');
    expect(pairsOf(policy).map(({ purpose, channel }) => `${purpose} ${channel}`)).toEqual([
      'newsletter email',
      'prospecting email',
      'customer email',
      'customer post',
      'customer voice',
      'loyalty email',
    ]);
    expect(pairOf(policy, 'loyalty', 'email')).toBe(5);
    expect(pairOf(policy, 'loyalty', 'sms')).toBeUndefined();
    expect(pairOf(policy, 'newsletter.x', 'email')).toBeUndefined();
  });

  it('beyond those that a verdict has room for are not in it', () => {
    const [one] = policyOf('presentinfini').purposes;
    const purposes = Array.from({ length: 60 }, (_, index) => ({ ...one, declared: `p${index}` }));
    const policy = { ...policyOf('presentinfini'), purposes } as Policy;
    expect(pairsOf(policy)).toHaveLength(MOST_PAIRS);
    expect(pairOf(policy, 'p43', 'email')).toBe(43);
    expect(pairOf(policy, 'p44', 'email')).toBeUndefined();
  });
});

describe('A compiled verdict', () => {
  const when = fc
    .integer({ min: 0, max: 60 * 24 })
    .map((hours) => new Date(NOW - hours * HOUR).toISOString().slice(0, 16).replace('T', ' '));
  const purpose = fc.constantFrom('prospecting', 'newsletter', '*');
  const told = fc.record({
    subject: fc.record({
      context: fc.constantFrom('consumer' as const, 'professional' as const),
      relationship: fc.constantFrom('prospect' as const, 'customer' as const),
      informedAt: fc.constantFrom(null, at('2026-04-01'), at('2026-05-20')),
      declined: fc
        .boolean()
        .map((left) => (left ? [{ purpose: 'prospecting', since: at('2026-01-01'), eventId: 'e' }] : [])),
    }),
    consents: fc.array(
      fc.oneof(
        fc
          .tuple(
            when,
            fc.constantFrom('prospecting', 'newsletter'),
            fc.constantFrom('form' as const, 'import' as const),
          )
          .map(([time, of, method]): ConsentFact => given(time, of, { method })),
        fc
          .tuple(when, fc.constantFrom('prospecting', 'newsletter'))
          .map(([time, of]): ConsentFact => withdrawn(time, of)),
      ),
      { maxLength: 3 },
    ),
    objections: fc.array(
      fc.tuple(when, purpose).map(([time, of]): OppositionFact => objected(time, of)),
      { maxLength: 2 },
    ),
    prospect: fc.array(
      fc.oneof(
        when.map((time): ProspectFact => permitted(time, `p ${time}`)),
        when.map((time): ProspectFact => sent(time, `c ${time}`)),
        when.map((time): ProspectFact => acted(time, 'click')),
      ),
      { maxLength: 3 },
    ),
  });
  const policies: fc.Arbitrary<Policy> = fc.constantFrom(
    policyOf('presentinfini'),
    { ...policyOf('presentinfini'), ...ending((since) => since + 70 * DAY) },
    { ...policyOf('presentinfini'), nextVersionAt: NOW + 9 * DAY },
    {
      ...policyOf('presentinfini'),
      opposition: { ...policyOf('presentinfini').opposition, keptUntil: (since) => since + 65 * DAY },
    },
  );
  const later = [
    1,
    HOUR,
    71 * HOUR,
    72 * HOUR,
    ...[4, 8, 10, 15, 20, 40, 60, 66, 71, 100, 366, 1097].map((days) => days * DAY),
  ];

  it('is what decide says for every pair, now and at every instant before its last day', () => {
    fc.assert(
      fc.property(told, policies, (facts, policy) => {
        const standing = standingOf(facts);
        const word = compile(standing, policy, NOW);
        const wrong = [0, ...later].flatMap((after) =>
          pairsOf(policy).flatMap(({ purpose: asked, channel }, bit) => {
            const then = NOW + after;
            const said = allows(word, bit, dayOf(then));
            if (said === undefined) return [];
            const over = policy.nextVersionAt !== undefined && then >= policy.nextVersionAt;
            const { allowed } = decide(standing, policy, asked, channel, then);
            return !over && said === allowed ? [] : [{ asked, channel, after, said }];
          }),
        );
        expect(wrong).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('says nothing of a person of whom something later is told', () => {
    const standing = { ...standingOf({}), newest: NOW + 1 };
    expect(compile(standing, policyOf('presentinfini'), NOW)).toBe(ASK);
  });
});
