import type { Tenant } from '../support/world.js';

/** What happened, each at a local time of Paris; see `paris`. */
export type Act =
  | { readonly at: string; readonly collected: Readonly<Record<string, unknown>> }
  | { readonly at: string; readonly consent: string; readonly by?: 'form' | 'import' }
  | { readonly at: string; readonly response: string; readonly scanner?: boolean }
  | { readonly at: string; readonly solicited: string; readonly channel?: string; readonly id?: string }
  | { readonly at: string; readonly permitted: string }
  | { readonly at: string; readonly bounced: string }
  | { readonly at: string; readonly objection: string; readonly source: string };

export interface Ask {
  readonly at: string;
  readonly purpose: string;
  readonly channel?: string;
  readonly code: string;
}

export interface GoldenCase {
  /** Begins with the id of the golden table. */
  readonly title: string;
  readonly tenant: Tenant;
  /** Acts in the order of their time. */
  readonly acts: readonly Act[];
  readonly asks: readonly Ask[];
}

const s2 = 'presentinfini';
const s0 = 'assistanceweb';
/** A consumer with a valid consent for prospecting, whose last act is at `at`. */
const prospect = (at: string, more: readonly Act[] = []): readonly Act[] => [
  { at, collected: { addresses: 'email' } },
  { at, consent: 'prospecting' },
  { at, response: 'form' },
  ...more,
];
const twice: readonly Act[] = [
  { at: '2026-04-01', solicited: 'spring', id: 'one' },
  { at: '2026-05-01 09:00:00', solicited: 'may', id: 'two' },
];
const solicit = (at: string, code: string): Ask => ({ at, purpose: 'prospecting', code });
const mailing = (at: string, code: string): Ask => ({ at, purpose: 'solicitation', code });
const edition = (at: string, code: string): Ask => ({ at, purpose: 'newsletter', code });
const collectedBySiteB = (at: string): readonly Act[] => [
  { at, collected: { addresses: 'email' } },
  { at, consent: 'solicitation' },
];
const opposedSubscriber: readonly Act[] = [
  { at: '2025-02-03', collected: { addresses: 'email' } },
  { at: '2025-02-03', consent: 'newsletter' },
  { at: '2026-07-01 09:30:00', objection: '*', source: 'letter' },
];

export const GOLDEN: readonly GoldenCase[] = [
  {
    title: 'G-01 the last second of the last allowed day is allowed (S2-23)',
    tenant: s2,
    acts: prospect('2026-03-10'),
    asks: [solicit('2027-03-09 23:59:59', 'allowed')],
  },
  {
    title: 'G-02 the end itself is refused (S2-23)',
    tenant: s2,
    acts: prospect('2026-03-10'),
    asks: [solicit('2027-03-10 00:00:00', 'dropped-out')],
  },
  {
    title: 'G-03 the clock time is kept (S2-23)',
    tenant: s2,
    acts: prospect('2026-03-10 14:30:00'),
    asks: [solicit('2027-03-10 14:29:59', 'allowed'), solicit('2027-03-10 14:30:00', 'dropped-out')],
  },
  {
    title: 'G-04 a year from 29 February ends on the 28th (S2-23)',
    tenant: s2,
    acts: prospect('2028-02-29 09:00:00'),
    asks: [solicit('2029-02-28 08:59:59', 'allowed'), solicit('2029-02-28 09:00:00', 'dropped-out')],
  },
  {
    title: 'G-05 a year from 28 February is not the end of February (S2-23)',
    tenant: s2,
    acts: prospect('2027-02-28 12:00:00'),
    asks: [solicit('2028-02-28 12:00:00', 'dropped-out')],
  },
  {
    title: 'G-06 two solicitations without answer are enough (S2-24)',
    tenant: s2,
    acts: prospect('2026-03-10', twice),
    asks: [solicit('2026-05-02', 'solicitation-limit-reached')],
  },
  {
    title: 'G-07 a human click starts the count and the year afresh (S2-25)',
    tenant: s2,
    acts: prospect('2026-03-10', [...twice, { at: '2026-05-03 11:00:00', response: 'click' }]),
    asks: [
      solicit('2026-05-04', 'allowed'),
      solicit('2027-05-03 10:59:59', 'allowed'),
      solicit('2027-05-03 11:00:00', 'dropped-out'),
    ],
  },
  {
    title: 'G-08 an open is no answer (S2-24)',
    tenant: s2,
    acts: prospect('2026-03-10', [
      ...twice,
      { at: '2026-05-02 08:00:00', response: 'open' },
      { at: '2026-05-02 08:00:01', response: 'click', scanner: true },
    ]),
    asks: [solicit('2026-05-04', 'solicitation-limit-reached')],
  },
  {
    title: 'G-09 a bounce gives the solicitation back (S2-24)',
    tenant: s2,
    acts: prospect('2026-03-10', [...twice, { at: '2026-05-01 10:05:00', bounced: 'two' }]),
    asks: [solicit('2026-05-10', 'allowed')],
  },
  {
    title: 'G-10 a permit without outcome counts at the gate (S2-24)',
    tenant: s2,
    acts: prospect('2026-03-10', [
      { at: '2026-04-01', solicited: 'spring', id: 'one' },
      { at: '2026-05-01 09:00:00', permitted: 'may' },
    ]),
    asks: [solicit('2026-05-01 09:01:00', 'solicitation-limit-reached')],
  },
  {
    title: 'G-11 one campaign on two channels counts once (S2-24)',
    tenant: s2,
    acts: prospect('2026-03-10', [
      { at: '2026-04-01', solicited: 'spring', channel: 'email', id: 'mail' },
      { at: '2026-04-01', solicited: 'spring', channel: 'sms', id: 'text' },
    ]),
    asks: [solicit('2026-05-01', 'allowed')],
  },
  {
    title: 'G-12 an edition asked for is not a solicitation (S2-04, S2-24)',
    tenant: s2,
    acts: [
      { at: '2026-01-05', collected: { addresses: 'email' } },
      { at: '2026-01-05', consent: 'newsletter.x' },
      ...prospect('2026-03-10', twice).slice(1),
    ],
    asks: [
      { at: '2026-05-02', purpose: 'newsletter.x', code: 'allowed' },
      solicit('2026-05-02', 'solicitation-limit-reached'),
    ],
  },
  {
    title: 'G-16 a professional who was offered the refusal may be solicited for the trade (S2-35, S2-36)',
    tenant: s2,
    acts: [{ at: '2026-02-02', collected: { addresses: 'email', context: 'professional', informed: true } }],
    asks: [solicit('2026-02-20', 'allowed')],
  },
  {
    title: 'G-17 without a trace of the chance to object the exception does not hold (S2-36)',
    tenant: s2,
    acts: [{ at: '2026-02-02', collected: { addresses: 'email', context: 'professional' } }],
    asks: [solicit('2026-02-20', 'informed-missing')],
  },
  {
    title: 'G-18 an existing customer may be solicited for a similar product (S2-34, S2-36)',
    tenant: s2,
    acts: [{ at: '2026-01-15', collected: { addresses: 'email', relationship: 'customer', informed: true } }],
    asks: [solicit('2026-06-01', 'allowed')],
  },
  {
    title: 'G-19 an objection on one site of the network holds on all, from that instant (S2-01, S2-32)',
    tenant: s2,
    acts: [...prospect('2026-03-10'), { at: '2026-06-01 10:00:00', objection: '*', source: 'form' }],
    asks: [solicit('2026-06-01 10:00:00', 'objection-in-force')],
  },
  {
    title: 'G-23 never in contact, the year runs from the collection (S2-23)',
    tenant: s2,
    acts: [
      { at: '2026-05-31', collected: { addresses: 'email' } },
      { at: '2026-05-31', consent: 'prospecting' },
    ],
    asks: [solicit('2027-05-30', 'allowed'), solicit('2027-05-31', 'dropped-out')],
  },
  {
    title: 'G-28 three years without contact end at midnight (S0-62)',
    tenant: s0,
    acts: collectedBySiteB('2023-05-20'),
    asks: [mailing('2026-05-19 23:59:59', 'allowed'), mailing('2026-05-20', 'dropped-out')],
  },
  {
    title: 'G-29 a reply on 29 February carries to 28 February (S0-62)',
    tenant: s0,
    acts: [...collectedBySiteB('2023-05-20'), { at: '2024-02-29 08:00:00', response: 'reply' }],
    asks: [mailing('2027-02-28 07:59:59', 'allowed'), mailing('2027-02-28 08:00:00', 'dropped-out')],
  },
  {
    title: 'G-30 a policy without a limit has none (S0-62)',
    tenant: s0,
    acts: [
      ...collectedBySiteB('2023-05-20'),
      { at: '2024-03-01', solicited: 'spring', id: 'one' },
      { at: '2024-09-01', solicited: 'autumn', id: 'two' },
    ],
    asks: [mailing('2025-01-10', 'allowed')],
  },
  {
    title: 'G-33 the end of a prohibition is not a permission (S0-63)',
    tenant: s0,
    acts: opposedSubscriber,
    asks: [
      edition('2029-07-01 09:29:59', 'objection-in-force'),
      edition('2029-07-01 09:30:00', 'no-consent'),
    ],
  },
  {
    title: 'G-34 a second objection is a new entry (S0-63)',
    tenant: s0,
    acts: [...opposedSubscriber, { at: '2028-01-10 15:00:00', objection: '*', source: 'letter' }],
    asks: [
      edition('2031-01-10 14:59:59', 'objection-in-force'),
      edition('2031-01-10 15:00:00', 'no-consent'),
    ],
  },
  {
    title: 'G-35 a blocked attempt to contact is not an entry (S0-63)',
    tenant: s0,
    acts: [...opposedSubscriber, { at: '2028-12-01', permitted: 'blocked' }],
    asks: [
      edition('2029-07-01 09:29:59', 'objection-in-force'),
      edition('2029-07-01 09:30:00', 'no-consent'),
    ],
  },
  {
    title: 'G-36 an import that says "subscribed" lifts nothing (S0-63, S0-78)',
    tenant: s0,
    acts: [...opposedSubscriber, { at: '2027-03-01', consent: 'newsletter', by: 'import' }],
    asks: [edition('2027-03-02', 'objection-in-force'), edition('2029-07-02', 'no-consent')],
  },
  {
    title: 'G-50 an objection by mail stops every tool and no password mail (S1-51, S1-36, S1-37)',
    tenant: 'assistool',
    acts: [
      { at: '2026-01-05', collected: { addresses: 'both', relationship: 'customer', informed: true } },
      { at: '2026-05-05 10:00:00', objection: '*', source: 'letter' },
    ],
    asks: [
      { at: '2026-05-05 10:01:00', purpose: 'marketing', channel: 'email', code: 'objection-in-force' },
      { at: '2026-05-05 10:01:00', purpose: 'marketing', channel: 'sms', code: 'objection-in-force' },
      { at: '2026-05-05 10:01:00', purpose: 'marketing', channel: 'inapp', code: 'objection-in-force' },
      { at: '2026-05-05 10:01:00', purpose: 'customer', channel: 'email', code: 'allowed' },
    ],
  },
  {
    title: 'G-54 a policy without a marketing purpose allows none (S3-06)',
    tenant: 'prestamicro',
    acts: [{ at: '2026-01-05', collected: { addresses: 'email', relationship: 'customer', informed: true } }],
    asks: [{ at: '2026-06-01', purpose: 'promotion', code: 'purpose-unknown' }],
  },
];
