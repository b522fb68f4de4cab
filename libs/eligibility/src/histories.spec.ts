import fc from 'fast-check';
import type { ConsentFact, OppositionFact } from '@assent/contract';
import { ask, at, codeOf, given, objected, withdrawn } from './person-spec.js';

const customer = {
  relationship: 'customer',
  informedAt: at('2026-01-15'),
  collectedAt: at('2026-01-15'),
} as const;

describe('Whatever happened', () => {
  const day = fc.integer({ min: 1, max: 28 }).map((n) => `2026-05-${String(n).padStart(2, '0')}`);
  const purpose = fc.constantFrom('prospecting', 'newsletter', '*');
  const acts = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('objected' as const), day, purpose }),
      fc.record({
        kind: fc.constant('given' as const),
        day,
        purpose: fc.constantFrom('prospecting', 'newsletter'),
        method: fc.constantFrom('form' as const, 'import' as const),
      }),
      fc.record({
        kind: fc.constant('withdrawn' as const),
        day,
        purpose: fc.constantFrom('prospecting', 'newsletter'),
      }),
    ),
    { maxLength: 8 },
  );

  it('nobody is contacted against a stop that no newer act of the person opens', () => {
    fc.assert(
      fc.property(acts, fc.boolean(), (told, isCustomer) => {
        const objections: OppositionFact[] = told
          .filter(({ kind }) => kind === 'objected')
          .map(({ day: on, purpose: of }) => objected(on, of));
        const consents = told.flatMap((act): ConsentFact[] =>
          act.kind === 'given'
            ? [given(act.day, act.purpose, { method: act.method })]
            : act.kind === 'withdrawn'
              ? [withdrawn(act.day, act.purpose)]
              : [],
        );
        const subject = isCustomer ? customer : {};
        for (const asked of ['prospecting', 'newsletter']) {
          const { allowed } = ask({ subject, consents, objections }, '2026-06-01', { purpose: asked });
          const stops = told.filter(
            (act) => act.kind !== 'given' && (act.purpose === '*' || act.purpose === asked),
          );
          const lastStop = Math.max(-1, ...stops.map(({ day: on }) => at(on)));
          const opened = told.some(
            (act) => act.kind === 'given' && act.purpose === asked && at(act.day) > lastStop,
          );
          if (lastStop >= 0 && !opened) expect(allowed).toBe(false);
          const lastObjection = Math.max(
            -1,
            ...stops.filter(({ kind }) => kind === 'objected').map(({ day: on }) => at(on)),
          );
          const own = told.some(
            (act) =>
              act.kind === 'given' &&
              act.method === 'form' &&
              act.purpose === asked &&
              at(act.day) > lastObjection,
          );
          if (lastObjection >= 0 && !own) expect(allowed).toBe(false);
        }
      }),
    );
  });

  it('an answer is the same in whatever order the facts were told', () => {
    fc.assert(
      fc.property(acts, (told) => {
        const facts = (list: typeof told) => ({
          objections: list
            .filter(({ kind }) => kind === 'objected')
            .map(({ day: on, purpose: of }) => objected(on, of)),
          consents: list.flatMap((act): ConsentFact[] =>
            act.kind === 'given'
              ? [given(act.day, act.purpose)]
              : act.kind === 'withdrawn'
                ? [withdrawn(act.day, act.purpose)]
                : [],
          ),
        });
        for (const asked of ['prospecting', 'newsletter']) {
          expect(codeOf(facts(told), '2026-06-01', { purpose: asked })).toBe(
            codeOf(facts([...told].reverse()), '2026-06-01', { purpose: asked }),
          );
        }
      }),
    );
  });
});
