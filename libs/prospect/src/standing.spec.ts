import type { ProspectFact } from '@assent/contract';
import type { Anchors } from '@assent/policy';
import { assistanceWeb, paris, presentInfini } from './calendar-spec.js';
import { nextChange } from './standing.js';
import {
  registered,
  did,
  sent,
  permitted,
  reversed,
  returned,
  became,
  ended,
  history,
  s2,
  at,
  status,
  lastContact,
  twice,
} from './history-spec.js';

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
    const facts = [
      registered('2020-01-01', 'customer'),
      did('2025-11-15 10:00', 'order'),
      ended('2026-01-01'),
    ];
    expect(status('2028-11-15 09:59:59', facts, assistanceWeb)).toBe('active');
    expect(status('2028-11-15 10:00', facts, assistanceWeb)).toBe('dropped-out');
  });

  it('G-32 are over at the end of the contract when the last act is older (S0-57, A0-4)', () => {
    const facts = [registered('2020-01-01', 'customer'), did('2021-06-01', 'order'), ended('2026-01-01')];
    expect(at('2025-12-31', facts, assistanceWeb)).toMatchObject({
      relationship: 'customer',
      status: 'active',
    });
    expect(at('2026-01-01', facts, assistanceWeb)).toMatchObject({
      relationship: 'former-customer',
      status: 'dropped-out',
      droppedOutAt: paris('2026-01-01'),
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
    expect(status('2026-06-01', [...twice, did('2026-05-31 09:00:00.001', 'reply')], rules)).toBe(
      'dropped-out',
    );
  });

  it('runs from the solicitation that reached the limit, whatever was sent against the rules afterwards', () =>
    expect(at('2026-05-20', [...twice, sent('2026-05-15', 'june')], rules).dropsOutAt).toBe(
      paris('2026-05-31 09:00'),
    ));

  it('counts for nothing when the year ends first', () => {
    const late = [...lastContact('2026-03-10'), sent('2027-02-01', 'a'), sent('2027-02-20', 'b')];
    expect(at('2027-04-01', late, rules)).toMatchObject({
      droppedOutAt: paris('2027-03-10'),
      dropOutReason: 'inactivity',
    });
  });

  it('is stopped by a bounce', () =>
    expect(status('2026-06-15', [...twice, reversed('2026-05-30', 'may')], rules)).toBe('active'));

  it('does not run for a permit alone', () =>
    expect(status('2026-06-10', [...twice.slice(0, 3), permitted('2026-05-01 09:00', 'may')], rules)).toBe(
      'active',
    ));
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

  it('comes back by an opt-in also where only a collection starts the clock', () => {
    const rules = {
      ...s2,
      inactivityEndsAt: ({ collection }: Anchors) =>
        s2.inactivityEndsAt(collection === undefined ? {} : { collection }),
    };
    const facts = [registered('2025-03-10'), returned('2026-04-01', 'opt-in')];
    expect(at('2026-04-02', facts, rules)).toMatchObject({
      status: 'active',
      dropsOutAt: paris('2027-04-01'),
    });
  });

  it('comes back as a customer', () =>
    expect(status('2026-04-02', [...gone, became('2026-04-01')])).toBe('active'));
});

describe('A customer', () => {
  it('is one since the beginning, however often it is told', () =>
    expect(
      at('2026-09-30', [registered('2026-01-15'), became('2026-02-01'), became('2026-03-01')]),
    ).toMatchObject({
      customerSince: paris('2026-02-01'),
      customerUntil: null,
    }));

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
