/** The golden table at the level of decisions: what the doors leave in the streams, and what is asked then. */
import type { Fact } from '@assent/kernel';
import type { Channel } from '@assent/contract';
import {
  acted,
  bounced,
  confirmed,
  given,
  imported,
  leaves,
  objected,
  permitted,
  sent,
} from './facts-spec.js';
import { SUBSCRIPTIONS } from './golden-subscriptions-spec.js';
import type { PersonOptions } from './world-spec.js';

type Concept = 'consent' | 'newsletter' | 'prospect' | 'opposition';
export type Act = readonly [Concept, Fact];
type Ask = readonly [when: string, code: string, question?: { purpose?: string; channel?: Channel }];
export interface Golden {
  readonly title: string;
  readonly collected: string;
  readonly person?: PersonOptions;
  readonly acts?: readonly Act[];
  readonly purpose: string;
  readonly asks: readonly Ask[];
}

const by = (concept: Concept, ...facts: readonly Fact[]): Act[] => facts.map((fact) => [concept, fact]);
const s2 = ({ title }: { title: string }, last: string, acts: readonly Act[], ...asks: Ask[]): Golden => ({
  ...{ title, collected: last, purpose: 'prospecting', asks },
  acts: [...by('consent', given(last, 'prospecting')), ...by('prospect', acted(last, 'form')), ...acts],
});
const s0 = { tenant: 'assistanceweb' };
const twice = by('prospect', sent('2026-04-01', 'spring'), sent('2026-05-01', 'may'));
const general = by('opposition', objected('2026-07-01 09:30', '*'));
const subscriber = by('consent', given('2025-02-03', 'newsletter'));
const mailing = { purpose: 'solicitation', collected: '2023-05-20', person: s0 };
const consented = by('consent', given('2023-05-20', 'solicitation'));

export const GOLDEN: readonly Golden[] = [
  ...SUBSCRIPTIONS,
  s2(
    { title: 'G-01 the last second of the last allowed day is allowed (S2-23)' },
    '2026-03-10',
    [],
    ['2027-03-09 23:59:59', 'allowed'],
  ),
  s2({ title: 'G-02 the end itself is refused (S2-23)' }, '2026-03-10', [], ['2027-03-10', 'dropped-out']),
  s2(
    { title: 'G-03 the clock time is kept (S2-23)' },
    '2026-03-10 14:30',
    [],
    ['2027-03-10 14:29:59', 'allowed'],
    ['2027-03-10 14:30', 'dropped-out'],
  ),
  s2(
    { title: 'G-04 a year from 29 February ends on the 28th (S2-23)' },
    '2028-02-29 09:00',
    [],
    ['2029-02-28 08:59:59', 'allowed'],
    ['2029-02-28 09:00', 'dropped-out'],
  ),
  s2(
    { title: 'G-05 a year from 28 February is not the end of February (S2-23)' },
    '2027-02-28 12:00',
    [],
    ['2028-02-28 12:00', 'dropped-out'],
  ),
  s2({ title: 'G-06 two solicitations without answer are enough (S2-24)' }, '2026-03-10', twice, [
    '2026-05-02',
    'solicitation-limit-reached',
  ]),
  s2(
    { title: 'G-07 a human click starts the count and the year afresh (S2-25)' },
    '2026-03-10',
    [...twice, ...by('prospect', acted('2026-05-03 11:00', 'click'))],
    ['2026-05-04', 'allowed'],
    ['2027-05-03 10:59:59', 'allowed'],
    ['2027-05-03 11:00', 'dropped-out'],
  ),
  s2(
    { title: 'G-08 an open is no answer (S2-24)' },
    '2026-03-10',
    [...twice, ...by('prospect', acted('2026-05-02', 'open'))],
    ['2026-05-04', 'solicitation-limit-reached'],
  ),
  s2(
    { title: 'G-09 a bounce gives the solicitation back (S2-24)' },
    '2026-03-10',
    [...twice, ...by('prospect', bounced('2026-05-01 10:05', 'may'))],
    ['2026-05-10', 'allowed'],
  ),
  s2(
    { title: 'G-10 a permit without outcome counts at the gate (S2-24)' },
    '2026-03-10',
    by('prospect', sent('2026-04-01', 'spring'), permitted('2026-05-01 09:00', 'may')),
    ['2026-05-01 09:01', 'solicitation-limit-reached'],
  ),
  s2(
    { title: 'G-11 one campaign on two channels counts once (S2-24)' },
    '2026-03-10',
    by('prospect', sent('2026-04-01', 'spring'), sent('2026-04-01', 'spring', 'sms')),
    ['2026-05-01', 'allowed'],
  ),
  s2(
    { title: 'G-12 an edition asked for is not a solicitation (S2-04, S2-24)' },
    '2026-03-10',
    [...by('newsletter', confirmed('2026-03-10', 'newsletter.x')), ...twice],
    ['2026-05-02', 'allowed', { purpose: 'newsletter.x' }],
    ['2026-05-02', 'solicitation-limit-reached'],
  ),
  {
    title: 'G-16 a professional who was offered the refusal may be solicited for the trade (S2-35, S2-36)',
    ...{
      collected: '2026-02-02',
      person: { context: 'professional', informed: true },
      purpose: 'prospecting',
    },
    asks: [['2026-02-20', 'allowed']],
  },
  {
    title: 'G-17 without a trace of the chance to object the exception does not hold (S2-36)',
    ...{ collected: '2026-02-02', person: { context: 'professional' }, purpose: 'prospecting' },
    asks: [['2026-02-20', 'informed-missing']],
  },
  {
    title: 'G-18 an existing customer may be solicited for a similar product (S2-34, S2-36)',
    ...{
      collected: '2026-01-15',
      person: { relationship: 'customer', informed: true },
      purpose: 'prospecting',
    },
    asks: [['2026-06-01', 'allowed']],
  },
  s2(
    { title: 'G-19 an objection on one site of the network holds on all, from that instant (S2-01, S2-32)' },
    '2026-03-10',
    by('opposition', objected('2026-06-01 10:00')),
    ['2026-06-01 09:59:59', 'allowed'],
    ['2026-06-01 10:00', 'objection-in-force'],
  ),
  {
    title: 'G-22 a former customer needs a consent, from the end of the relation itself',
    ...{
      collected: '2026-01-15',
      person: { relationship: 'customer', informed: true },
      purpose: 'prospecting',
    },
    acts: by('prospect', leaves('2026-09-30 18:00')),
    asks: [
      ['2026-09-30 17:59:59', 'allowed'],
      ['2026-09-30 18:00', 'no-consent'],
    ],
  },
  {
    title: 'G-23 never in contact, the year runs from the collection (S2-23)',
    ...{ collected: '2026-05-31', purpose: 'prospecting' },
    acts: by('consent', given('2026-05-31', 'prospecting')),
    asks: [
      ['2027-05-30', 'allowed'],
      ['2027-05-31', 'dropped-out'],
    ],
  },
  {
    title: 'G-28 three years without contact end at midnight (S0-62)',
    ...mailing,
    acts: consented,
    asks: [
      ['2026-05-19 23:59:59', 'allowed'],
      ['2026-05-20', 'dropped-out'],
    ],
  },
  {
    title: 'G-29 a reply on 29 February carries to 28 February (S0-62)',
    ...mailing,
    acts: [...consented, ...by('prospect', acted('2024-02-29 08:00', 'reply'))],
    asks: [
      ['2027-02-28 07:59:59', 'allowed'],
      ['2027-02-28 08:00', 'dropped-out'],
    ],
  },
  {
    title: 'G-30 a policy without a limit has none (S0-62)',
    ...mailing,
    acts: [...consented, ...by('prospect', sent('2024-03-01', 'spring'), sent('2024-09-01', 'autumn'))],
    asks: [['2025-01-10', 'allowed']],
  },
  {
    title: 'G-33 the end of a prohibition is not a permission (S0-63)',
    ...{ collected: '2025-02-03', person: s0, purpose: 'newsletter', acts: [...subscriber, ...general] },
    asks: [
      ['2026-07-01 09:29:59', 'allowed'],
      ['2029-07-01 09:29:59', 'objection-in-force'],
      ['2029-07-01 09:30', 'no-consent'],
    ],
  },
  {
    title: 'G-34 a second objection is a new entry, and moves the end (S0-63)',
    ...{ collected: '2025-02-03', person: s0, purpose: 'newsletter' },
    acts: [...subscriber, ...general, ...by('opposition', objected('2028-01-10 15:00'))],
    asks: [
      ['2029-07-01 09:30', 'objection-in-force'],
      ['2031-01-10 14:59:59', 'objection-in-force'],
      ['2031-01-10 15:00', 'no-consent'],
    ],
  },
  {
    title: 'G-35 a blocked attempt to contact leaves no trace that could move the end (S0-63)',
    ...{ collected: '2025-02-03', person: s0, purpose: 'newsletter', acts: [...subscriber, ...general] },
    asks: [
      ['2028-12-01', 'objection-in-force'],
      ['2029-07-01 09:29:59', 'objection-in-force'],
      ['2029-07-01 09:30', 'no-consent'],
    ],
  },
  {
    title: 'G-36 an import that says "subscribed" lifts nothing (S0-63, S0-78)',
    ...{ collected: '2025-02-03', person: s0, purpose: 'newsletter' },
    acts: [...subscriber, ...general, ...by('consent', imported('2027-03-01', 'newsletter'))],
    asks: [
      ['2027-03-02', 'objection-in-force'],
      ['2029-07-02', 'no-consent'],
    ],
  },
  {
    title: 'G-50 an objection by mail stops every channel and no password mail (S1-51, S1-36, S1-37)',
    collected: '2026-01-05',
    person: {
      ...{ tenant: 'assistool', relationship: 'customer', informed: true },
      addresses: [
        { kind: 'email', value: 'both@example.org' },
        { kind: 'phone', value: '+33612345678' },
      ],
    },
    acts: by('opposition', objected('2026-05-05 10:00')),
    purpose: 'marketing',
    asks: [
      ['2026-05-05 09:59:59', 'allowed', { channel: 'sms' }],
      ['2026-05-05 10:01', 'objection-in-force'],
      ['2026-05-05 10:01', 'objection-in-force', { channel: 'sms' }],
      ['2026-05-05 10:01', 'objection-in-force', { channel: 'inapp' }],
      ['2026-05-05 10:01', 'allowed', { purpose: 'customer' }],
    ],
  },
  {
    title: 'G-54 a policy without a marketing purpose allows none (S3-06)',
    ...{ collected: '2026-01-05', purpose: 'promotion' },
    person: { tenant: 'prestamicro', relationship: 'customer', informed: true },
    asks: [['2026-06-01', 'purpose-unknown']],
  },
];
