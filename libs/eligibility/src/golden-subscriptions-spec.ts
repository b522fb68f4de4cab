/** Golden cases of subscriptions: of their table (see golden-table-spec). */
import { acted, confirmed, given, objected, signedUp } from './facts-spec.js';
import type { Act, Golden } from './golden-table-spec.js';

const by = (concept: Act[0], ...facts: readonly Act[1][]): Act[] => facts.map((fact) => [concept, fact]);
const s0 = { tenant: 'assistanceweb' };
const since2020 = by('newsletter', confirmed('2020-01-15', 'newsletter'));

export const SUBSCRIPTIONS: readonly Golden[] = [
  {
    title: 'G-13 a sign-up that is not confirmed opens nothing (S2-04)',
    ...{ collected: '2026-06-01 10:00', purpose: 'newsletter.x' },
    acts: by('newsletter', signedUp('2026-06-01 10:00', 'newsletter.x')),
    asks: [
      ['2026-06-02', 'confirmation-pending'],
      ['2026-06-08 09:59:59', 'confirmation-pending'],
      ['2026-06-08 10:00', 'no-consent'],
    ],
  },
  {
    title: 'G-15 each list is confirmed by itself (S2-04)',
    ...{ collected: '2026-01-05', purpose: 'newsletter.y' },
    acts: by('newsletter', confirmed('2026-01-05', 'newsletter.x'), signedUp('2026-06-01', 'newsletter.y')),
    asks: [
      ['2026-06-02', 'confirmation-pending'],
      ['2026-06-02', 'allowed', { purpose: 'newsletter.x' }],
    ],
  },
  {
    title: 'G-26 a subscription has no end before the person ends it (S0-60)',
    ...{ collected: '2020-01-15', person: s0, purpose: 'newsletter', acts: since2020 },
    asks: [['2026-06-01', 'allowed']],
  },
  {
    title: 'G-27 an unsubscribe from a list covers that list only (S0-60, S0-78, S0-54)',
    ...{ collected: '2020-01-15', person: s0, purpose: 'newsletter' },
    acts: [
      ...since2020,
      ...by('consent', given('2026-01-05', 'solicitation')),
      ...by('prospect', acted('2026-01-05', 'form')),
      ...by('opposition', objected('2026-06-02 10:00', 'newsletter')),
    ],
    asks: [
      ['2026-06-02 09:59:59', 'allowed'],
      ['2026-06-02 10:00', 'objection-in-force'],
      ['2026-06-02 10:00:01', 'allowed', { purpose: 'solicitation' }],
    ],
  },
];
