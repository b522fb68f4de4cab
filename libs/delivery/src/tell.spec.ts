import type { DesiredCell } from '@assent/contract';
import type { DeliveryRow } from '@assent/ports';
import { planned } from './plan.js';
import { KEY, T0, TENANT } from './stand-ins/stores.js';
import { causeOf, outSinceAfter, stateToTell } from './tell.js';

const cell = (more: Partial<DesiredCell>): DesiredCell => ({
  verdict: 'stopped',
  code: 'objection-in-force',
  tri: 'out',
  since: T0,
  eventId: null,
  ...more,
});
const rowWith = (cells: Readonly<Record<string, Partial<DesiredCell>>>, erase = false): DeliveryRow => {
  const purposes = Object.fromEntries(Object.entries(cells).map(([name, of]) => [name, { email: cell(of) }]));
  const desired = { kind: 'email', purposes, allMarketing: 'stopped', objectedToAll: false, erase } as const;
  const owed = { tenant: TENANT, integration: 'mail', addressKey: KEY, subjectId: null };
  const row = planned(undefined, desired, owed, false, { rule: T0, real: T0 });
  if (row === undefined) throw new Error('nothing was planned');
  return row;
};
const MAPPING = { newsletter: { list: 'n1' }, offers: { list: 'o1' } };

describe('What a tool is told', () => {
  const row = rowWith({ offers: {}, newsletter: { tri: 'in' } }, true);

  it('in the step of a stop is only what closes', () =>
    expect(stateToTell(row, false, {})).toMatchObject({
      erase: false,
      purposes: { offers: { email: { tri: 'out' } }, newsletter: { email: { tri: 'untouched' } } },
    }));

  it('is everything in a later step, and always for a webhook', () => {
    expect(stateToTell({ ...row, todo: ['erase'] }, false, {})).toEqual(row.desired);
    expect(stateToTell(row, true, {})).toBe(row.desired);
  });

  it('S0-68 names the newest act', () => {
    const acts = { offers: { eventId: 'old', since: 1 }, newsletter: { eventId: 'new', since: 2 } };
    expect(causeOf(rowWith(acts))).toBe('new');
    expect(causeOf(rowWith({ offers: {} }))).toBeNull();
  });
});

describe('Since when a target is closed', () => {
  it('is the newest act that closed it', () => {
    const row = rowWith({
      offers: { since: 10 },
      newsletter: { since: 20 },
      'newsletter.weekly': { since: 30 },
    });
    expect(outSinceAfter(row, ['o1', 'n1'], MAPPING, T0)).toEqual({ o1: 10, n1: 30 });
  });

  it('is the newest of all acts for a target that no purpose is mapped to', () => {
    const row = rowWith({ offers: { since: 10 }, newsletter: { since: 20 } });
    expect(outSinceAfter(row, ['other-list'], MAPPING, T0)).toEqual({ 'other-list': 20 });
  });

  it('is the oldest of all acts for the switch of all marketing: an opt-in told late may be older than a newer stop', () => {
    const row = rowWith({ offers: { since: 10 }, newsletter: { since: 20 } });
    expect(outSinceAfter(row, ['*'], MAPPING, T0)).toEqual({ '*': 10 });
  });

  it('never goes back, and keeps what is known of other targets', () => {
    const row = { ...rowWith({ offers: { since: 10 } }), outSince: { o1: 15, n1: 5 } };
    expect(outSinceAfter(row, ['o1'], MAPPING, T0)).toEqual({ o1: 15, n1: 5 });
  });

  it('is now when no act has an instant', () =>
    expect(outSinceAfter(rowWith({ offers: { since: null } }), ['o1'], MAPPING, T0)).toEqual({ o1: T0 }));
});
