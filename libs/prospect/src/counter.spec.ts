import { paris } from './calendar-spec.js';
import { prospectAt } from './standing.js';
import {
  registered,
  did,
  sent,
  permitted,
  reversed,
  became,
  ended,
  history,
  s2,
  at,
  status,
  lastContact,
  twice,
} from './history-spec.js';

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
    expect(at('2026-05-04', facts)).toMatchObject({
      status: 'limit-reached',
      lastActOfPerson: paris('2026-03-10'),
    });
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
    const facts = [
      registered('2026-03-10'),
      sent('2026-04-01', 'spring'),
      sent('2026-04-08', 'spring', { id: 'again' }),
    ];
    expect(at('2026-05-01', facts).counted).toBe(2);
  });

  it('counts a permit and its delivery once', () => {
    const facts = [
      registered('2026-03-10'),
      permitted('2026-04-01', 'spring'),
      sent('2026-04-01 00:05', 'spring'),
    ];
    expect(at('2026-04-02', facts)).toMatchObject({ counted: 1, unanswered: [{ state: 'delivered' }] });
  });

  it('counts what was sent, also when its permit is told to be later', () => {
    const facts = [
      registered('2026-03-10'),
      sent('2026-04-01', 'spring'),
      permitted('2026-04-01 00:05', 'spring'),
    ];
    expect(at('2026-04-10', facts)).toMatchObject({ counted: 1, unanswered: [{ state: 'delivered' }] });
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
    expect(
      at('2026-05-02', [registered('2026-03-10'), sent('2026-04-01', 'letter', { counts: false })]).counted,
    ).toBe(0));

  it('takes an act for the answer to what was told before it of the same instant, not to what was sent or told later (K12)', () => {
    expect(at('2026-05-02', [...twice, did('2026-05-01 09:00', 'click')]).counted).toBe(0);
    expect(at('2026-05-02', [...twice, did('2026-05-01 08:59', 'click')]).counted).toBe(1);
    const told = [registered('2026-03-10'), did('2026-04-01', 'click'), sent('2026-04-01', 'spring')];
    expect(at('2026-05-02', told).counted).toBe(1);
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
