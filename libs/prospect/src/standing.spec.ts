import fc from 'fast-check';
import { recorded } from '@assent/kernel';
import type { ProspectFact } from '@assent/contract';
import { assistanceWeb, paris, presentInfini } from './calendar-spec.js';
import { remember, type Prospect } from './facts.js';
import { nextChange, prospectAt } from './standing.js';

const registered = (at: string, relationship: 'prospect' | 'customer' = 'prospect'): ProspectFact => ({
  ...{ type: 'ProspectRegistered', at: paris(at), relationship },
});
const did = (
  at: string,
  kind: 'click' | 'reply' | 'form' | 'order' | 'open' = 'form',
  restarts = kind !== 'open',
): ProspectFact => ({ type: 'ProspectResponded', at: paris(at), kind, restarts });
const sent = (
  at: string,
  campaign: string,
  more: { channel?: 'email' | 'sms'; id?: string; counts?: boolean } = {},
): ProspectFact => ({
  type: 'SolicitationDelivered',
  at: paris(at),
  solicitationId: more.id ?? campaign,
  campaign,
  channel: more.channel ?? 'email',
  purpose: 'prospecting',
  counts: more.counts ?? true,
  code: 'allowed',
});
const permitted = (at: string, campaign: string, id = campaign): ProspectFact => ({
  ...{ type: 'SolicitationReserved', at: paris(at), solicitationId: id, campaign, channel: 'email' },
  ...{ purpose: 'prospecting', counts: true, expiresAt: paris(at) + 72 * 3_600_000 },
});
const reversed = (
  at: string,
  solicitationId: string,
  reason: 'bounced' | 'not-sent' | 'permit-expired' = 'bounced',
): ProspectFact => ({ type: 'SolicitationReversed', at: paris(at), solicitationId, reason });
const returned = (at: string, by: 'collection' | 'opt-in' = 'collection'): ProspectFact => ({
  ...{ type: 'ProspectReturned', at: paris(at), by },
});
const became = (at: string): ProspectFact => ({ type: 'BecameCustomer', at: paris(at) });
const ended = (at: string): ProspectFact => ({ type: 'RelationshipEnded', at: paris(at) });

const history = (...facts: readonly ProspectFact[]): Prospect =>
  recorded(facts).reduce(remember, { facts: [] });
const s2 = presentInfini();
const at = (instant: string, facts: readonly ProspectFact[], rules = s2) =>
  prospectAt(history(...facts), rules, paris(instant));
const status = (instant: string, facts: readonly ProspectFact[], rules = s2) => at(instant, facts, rules).status;

const lastContact = (instant: string): ProspectFact[] => [registered(instant), did(instant)];
const twice = [...lastContact('2026-03-10'), sent('2026-04-01', 'spring'), sent('2026-05-01 09:00', 'may')];

describe('The year without contact', () => {
  it('G-01 allows the last second of the last allowed day (S2-23)', () =>
    expect(status('2027-03-09 23:59:59', lastContact('2026-03-10'))).toBe('active'));

  it('G-02 ends at its end itself (S2-23)', () =>
    expect(at('2027-03-10', lastContact('2026-03-10'))).toMatchObject({
      status: 'dropped-out',
      droppedOutAt: paris('2027-03-10'),
      dropOutReason: 'inactivity',
    }));

  it('G-03 keeps the clock time (S2-23)', () => {
    const facts = lastContact('2026-03-10 14:30');
    expect(status('2027-03-10 14:29:59', facts)).toBe('active');
    expect(status('2027-03-10 14:30:00', facts)).toBe('dropped-out');
  });

  it('G-04 ends on the 28th when the 29th of February does not exist (S2-23)', () => {
    const facts = lastContact('2028-02-29 09:00');
    expect(status('2029-02-28 08:59:59', facts)).toBe('active');
    expect(status('2029-02-28 09:00', facts)).toBe('dropped-out');
  });

  it('G-05 counts from the 28th, not from the end of February (S2-23)', () =>
    expect(status('2028-02-28 12:00', lastContact('2027-02-28 12:00'))).toBe('dropped-out'));

  it('G-23 runs from the collection when the person was never in contact (S2-23, A2-2)', () => {
    const facts = [registered('2026-05-31')];
    expect(status('2027-05-30', facts)).toBe('active');
    expect(status('2027-05-31', facts)).toBe('dropped-out');
  });

  it('is not ended by a late act, since what counts is when it happened (K12)', () => {
    const facts = lastContact('2026-03-10');
    expect(status('2027-04-01', [...facts, did('2027-03-10')])).toBe('dropped-out');
    expect(status('2027-04-01', [...facts, did('2027-03-09 23:59:59')])).toBe('active');
  });

  it('is no drop-out from a file in which the person was not yet', () => {
    const imported = [did('2020-01-01', 'reply'), registered('2026-05-31')];
    expect(status('2026-06-01', imported, assistanceWeb)).toBe('active');
    expect(at('2026-06-01', imported)).toMatchObject({
      status: 'dropped-out',
      droppedOutAt: paris('2026-05-31'),
    });
  });
});

describe('Three years without contact', () => {
  it('G-28 end at midnight (S0-62)', () => {
    const facts = [registered('2023-05-20')];
    expect(status('2026-05-19 23:59:59', facts, assistanceWeb)).toBe('active');
    expect(status('2026-05-20 00:00', facts, assistanceWeb)).toBe('dropped-out');
  });

  it('G-29 run from the reply, on 29 February to 28 February (S0-62)', () => {
    const facts = [registered('2023-05-20'), did('2024-02-29 08:00', 'reply')];
    expect(status('2027-02-28 07:59:59', facts, assistanceWeb)).toBe('active');
    expect(status('2027-02-28 08:00', facts, assistanceWeb)).toBe('dropped-out');
  });

  it('G-30 know no limit of unanswered solicitations (S0-62)', () => {
    const facts = [registered('2023-05-20'), sent('2024-03-01', 'a'), sent('2024-09-01', 'b')];
    expect(status('2025-01-10', facts, assistanceWeb)).toBe('active');
  });

  it('G-31 run from the last act of a customer whose contract has ended (S0-57)', () => {
    const facts = [registered('2020-01-01', 'customer'), did('2025-11-15 10:00', 'order'), ended('2026-01-01')];
    expect(status('2028-11-15 09:59:59', facts, assistanceWeb)).toBe('active');
    expect(status('2028-11-15 10:00', facts, assistanceWeb)).toBe('dropped-out');
  });

  it('G-32 are over at the end of the contract when the last act is older (S0-57, A0-4)', () => {
    const facts = [registered('2020-01-01', 'customer'), did('2021-06-01', 'order'), ended('2026-01-01')];
    expect(at('2025-12-31', facts, assistanceWeb)).toMatchObject({ relationship: 'customer', status: 'active' });
    expect(at('2026-01-01', facts, assistanceWeb)).toMatchObject({
      relationship: 'former-customer',
      status: 'dropped-out',
      droppedOutAt: paris('2026-01-01'),
    });
  });
});

describe('The counter of unanswered solicitations', () => {
  it('G-06 stops after two without an answer (S2-24)', () =>
    expect(at('2026-05-02', twice)).toMatchObject({ status: 'limit-reached', counted: 2 }));

  it('G-07 begins afresh with a click, and so does the year (S2-25)', () => {
    const facts = [...twice, did('2026-05-03 11:00', 'click')];
    expect(at('2026-05-04', facts)).toMatchObject({
      status: 'active',
      counted: 0,
      dropsOutAt: paris('2027-05-03 11:00'),
    });
  });

  it('G-08 takes no open and no scanner for an answer (S2-24, K9)', () => {
    const facts = [...twice, did('2026-05-02', 'open'), did('2026-05-02 10:00', 'click', false)];
    expect(at('2026-05-04', facts)).toMatchObject({ status: 'limit-reached', lastActOfPerson: paris('2026-03-10') });
  });

  it('G-09 gives back what bounced (S2-24, K11)', () =>
    expect(at('2026-05-10', [...twice, reversed('2026-05-01 10:05', 'may')])).toMatchObject({
      status: 'active',
      counted: 1,
    }));

  it('G-10 counts a permit without outcome (S2-24, K11)', () => {
    const facts = [...twice.slice(0, 3), permitted('2026-05-01 09:00', 'may')];
    expect(status('2026-05-01 09:01', facts)).toBe('limit-reached');
    expect(status('2026-05-04 08:59:59', facts)).toBe('limit-reached');
    expect(status('2026-05-04 09:00', facts)).toBe('active');
  });

  it('G-11 counts one campaign on two channels once (S2-24, K11)', () => {
    const facts = [
      ...lastContact('2026-03-10'),
      sent('2026-04-01', 'spring', { id: 'mail' }),
      sent('2026-04-01', 'spring', { id: 'text', channel: 'sms' }),
    ];
    expect(at('2026-05-01', facts)).toMatchObject({ status: 'active', counted: 1 });
  });

  it('counts one campaign twice that went out twice on one channel', () => {
    const facts = [registered('2026-03-10'), sent('2026-04-01', 'spring'), sent('2026-04-08', 'spring', { id: 'again' })];
    expect(at('2026-05-01', facts).counted).toBe(2);
  });

  it('counts a permit and its delivery once', () => {
    const facts = [registered('2026-03-10'), permitted('2026-04-01', 'spring'), sent('2026-04-01 00:05', 'spring')];
    expect(at('2026-04-02', facts)).toMatchObject({ counted: 1, unanswered: [{ state: 'delivered' }] });
  });

  it('counts what was sent under a permit though it was told after the permit was over', () => {
    const facts = [
      registered('2026-03-10'),
      permitted('2026-04-01', 'spring'),
      reversed('2026-04-04', 'spring', 'permit-expired'),
      sent('2026-04-01 00:05', 'spring'),
    ];
    expect(at('2026-04-10', facts).counted).toBe(1);
  });

  it('counts again what was sent after all', () => {
    const facts = [
      registered('2026-03-10'),
      permitted('2026-04-01', 'spring'),
      reversed('2026-04-02', 'spring', 'not-sent'),
      sent('2026-04-03', 'spring'),
    ];
    expect(at('2026-04-02', facts).counted).toBe(0);
    expect(at('2026-04-10', facts).counted).toBe(1);
  });

  it('does not count editions (K10, A2-4)', () =>
    expect(at('2026-05-02', [registered('2026-03-10'), sent('2026-04-01', 'letter', { counts: false })]).counted).toBe(0));

  it('takes an act for the answer to what was sent at the same instant, not to what was sent later', () => {
    expect(at('2026-05-02', [...twice, did('2026-05-01 09:00', 'click')]).counted).toBe(0);
    expect(at('2026-05-02', [...twice, did('2026-05-01 08:59', 'click')]).counted).toBe(1);
  });

  it('leaves a solicitation out that asks about itself', () =>
    expect(prospectAt(history(...twice), s2, paris('2026-05-02'), 'may').status).toBe('active'));

  it('is off while the person is a customer, and begins at zero when the relation ends (A2-9)', () => {
    const facts = [...twice, became('2026-05-10'), sent('2026-06-01', 'a'), sent('2026-06-02', 'b')];
    expect(at('2026-06-03', facts)).toMatchObject({ relationship: 'customer', status: 'active', counted: 0 });
    expect(at('2026-07-02', [...facts, ended('2026-07-01')])).toMatchObject({
      relationship: 'former-customer',
      customerSince: paris('2026-05-10'),
      customerUntil: paris('2026-07-01'),
      counted: 0,
    });
  });
});

describe('The time to answer', () => {
  const rules = presentInfini('P30D');

  it('G-24 ends the prospect when it passes without a word (S2-24, A2-3)', () => {
    expect(at('2026-05-31 08:59:59', twice, rules)).toMatchObject({
      status: 'limit-reached',
      dropsOutAt: paris('2026-05-31 09:00'),
    });
    expect(at('2026-05-31 09:00', twice, rules)).toMatchObject({
      status: 'dropped-out',
      droppedOutAt: paris('2026-05-31 09:00'),
      dropOutReason: 'no-answer',
    });
  });

  it('G-24 takes a reply in time for an answer, however late it is told (S2-25, K12)', () =>
    expect(at('2026-06-15', [...twice, did('2026-05-30 20:00', 'reply')], rules)).toMatchObject({
      status: 'active',
      counted: 0,
    }));

  it('includes its last instant, and not the next (K4)', () => {
    expect(status('2026-06-01', [...twice, did('2026-05-31 09:00', 'reply')], rules)).toBe('active');
    expect(status('2026-06-01', [...twice, did('2026-05-31 09:00:00.001', 'reply')], rules)).toBe('dropped-out');
  });

  it('runs from the solicitation that reached the limit, whatever was sent against the rules afterwards', () =>
    expect(at('2026-05-20', [...twice, sent('2026-05-15', 'june')], rules).dropsOutAt).toBe(
      paris('2026-05-31 09:00'),
    ));

  it('is stopped by a bounce', () =>
    expect(status('2026-06-15', [...twice, reversed('2026-05-30', 'may')], rules)).toBe('active'));

  it('does not run for a permit alone', () =>
    expect(
      status('2026-06-10', [...twice.slice(0, 3), permitted('2026-05-01 09:00', 'may')], rules),
    ).toBe('active'));
});

describe('A prospect who dropped out', () => {
  const gone = [...lastContact('2025-03-10'), did('2026-03-11', 'click')];

  it('is not brought back by a late click', () => expect(status('2026-03-12', gone)).toBe('dropped-out'));

  it('comes back by a new collection, with a fresh clock (A2-9)', () =>
    expect(at('2026-04-02', [...gone, returned('2026-04-01')])).toMatchObject({
      status: 'active',
      collectedAt: paris('2026-04-01'),
      dropsOutAt: paris('2027-04-01'),
    }));

  it('comes back by an opt-in of the own hand', () =>
    expect(status('2026-04-02', [...gone, returned('2026-04-01', 'opt-in')])).toBe('active'));

  it('comes back as a customer', () => expect(status('2026-04-02', [...gone, became('2026-04-01')])).toBe('active'));
});

describe('A customer', () => {
  it('S2-20 is one until the instant at which the relation ends', () => {
    const facts = [registered('2026-01-15', 'customer'), ended('2026-09-30 18:00')];
    expect(at('2026-09-30 17:59:59', facts).relationship).toBe('customer');
    expect(at('2026-09-30 18:00', facts).relationship).toBe('former-customer');
  });

  it('is a former one when the end was told before the registration', () =>
    expect(at('2026-09-30', [ended('2026-01-01'), registered('2026-02-01', 'customer')])).toMatchObject({
      relationship: 'former-customer',
      customerUntil: paris('2026-01-01'),
    }));
});

describe('The next change', () => {
  const next = (instant: string, facts: readonly ProspectFact[], rules = s2) =>
    nextChange(history(...facts), rules, paris(instant));

  it('is the drop-out', () =>
    expect(next('2026-05-02', twice)).toEqual({ at: paris('2027-03-10'), to: 'dropped-out' }));

  it('is the end of a permit that nobody used', () => {
    const facts = [...twice.slice(0, 3), permitted('2026-05-01 09:00', 'may')];
    expect(next('2026-05-02', facts)).toEqual({ at: paris('2026-05-04 09:00'), to: 'active' });
  });

  it('does not come for a customer, nor for who has dropped out', () => {
    expect(next('2026-05-02', [...twice, became('2026-05-01 10:00')])).toBeNull();
    expect(next('2027-05-02', twice)).toBeNull();
  });
});

describe('A standing', () => {
  const instant = fc.integer({ min: 0, max: 40 }).map((day) => paris('2026-03-01') + day * 15 * 86_400_000);
  const id = fc.constantFrom('a', 'b', 'c', 'd');
  const channel = fc.constantFrom('email' as const, 'sms' as const);
  const sending = { at: instant, solicitationId: id, campaign: id, channel };
  const fact: fc.Arbitrary<ProspectFact> = fc.oneof(
    fc.record(sending).map(
      (of): ProspectFact => ({
        ...{ type: 'SolicitationReserved', ...of, purpose: 'prospecting', counts: true },
        expiresAt: of.at + 72 * 3_600_000,
      }),
    ),
    fc.record(sending).map(
      (of): ProspectFact => ({
        ...{ type: 'SolicitationDelivered', ...of, purpose: 'prospecting', counts: true, code: 'allowed' },
      }),
    ),
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
    fc.record({ type: fc.constantFrom('BecameCustomer' as const, 'RelationshipEnded' as const), at: instant }),
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
        const [one, other] = [facts, otherwise].map((each) => each.reduce(remember, { facts: [] } as Prospect));
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
