import type { DesiredCell, DesiredState } from '@assent/contract';
import type { DeliveryRow } from '@assent/ports';
import { HEAD_START_MS, planned, requeued } from './plan.js';
import { HOUR, KEY, T0, TENANT } from './stand-ins/stores.js';

const NOW = { rule: T0, real: T0 };
const OWED = { tenant: TENANT, integration: 'mail', addressKey: KEY, subjectId: 'sub_1' };
const OUT: Partial<DesiredCell> = { tri: 'out', code: 'objection-in-force', since: T0 - 1, eventId: 'o1' };
const IN: Partial<DesiredCell> = {
  tri: 'in',
  code: 'allowed',
  verdict: 'allowed',
  since: T0 - 1,
  eventId: 'c1',
};

const cell = (more: Partial<DesiredCell>): DesiredCell => ({
  verdict: 'stopped',
  code: 'no-consent',
  tri: 'untouched',
  since: null,
  eventId: null,
  ...more,
});
const wanted = (
  cells: Readonly<Record<string, Partial<DesiredCell>>>,
  more: Partial<DesiredState> = {},
): DesiredState => ({
  kind: 'email',
  purposes: Object.fromEntries(Object.entries(cells).map(([name, of]) => [name, { email: cell(of) }])),
  allMarketing: 'stopped',
  objectedToAll: false,
  erase: false,
  ...more,
});
const plan = (before: DeliveryRow | undefined, after: DesiredState, whole = false, now = NOW) =>
  planned(before, after, OWED, whole, now);
const first = (desired: DesiredState, whole = false): DeliveryRow => {
  const row = plan(undefined, desired, whole);
  if (row === undefined) throw new Error('nothing was planned');
  return row;
};
const verified = (row: DeliveryRow): DeliveryRow => ({
  ...row,
  todo: [],
  state: 'verified',
  dueAt: null,
  dueAtReal: null,
  appliedRevision: row.revision,
  verifiedAt: T0,
});

describe('A first delivery row', () => {
  it('of somebody who refused is a stop, due now', () =>
    expect(first(wanted({ offers: OUT }))).toMatchObject({
      id: `mail:${KEY}`,
      revision: 1,
      appliedRevision: 0,
      state: 'queued',
      lane: 'stop',
      todo: ['stop'],
      dueAt: T0 - HEAD_START_MS,
      dueAtReal: T0 - HEAD_START_MS,
      firstDueAt: T0,
    }));

  it('of somebody who was dropped out is a stop too, without the head start of whoever refuses', () =>
    expect(first(wanted({ offers: { ...OUT, code: 'dropped-out' } }))).toMatchObject({
      ...{ lane: 'stop', dueAt: T0, dueAtReal: T0, firstDueAt: T0 },
    }));

  it('of somebody who never agreed to anything is no work for a mailing tool', () =>
    expect(first(wanted({ offers: {} }))).toMatchObject({ state: 'not-applicable', dueAt: null, todo: [] }));

  it('of the same person is told to a webhook', () =>
    expect(first(wanted({ offers: {} }), true)).toMatchObject({
      state: 'queued',
      lane: 'opt-in',
      dueAt: T0,
    }));

  it('without any purpose is told to nobody', () =>
    expect(first(wanted({}), true)).toMatchObject({ state: 'not-applicable', dueAt: null }));

  it('of somebody erased stops first and erases then', () =>
    expect(first(wanted({ offers: OUT }, { erase: true })).todo).toEqual(['stop', 'erase']));

  it('with stops and opt-ins does the stops first', () =>
    expect(first(wanted({ offers: OUT, newsletter: IN })).todo).toEqual(['stop', 'opt-in']));
});

describe('A delivery row', () => {
  const open = verified(first(wanted({ offers: IN, newsletter: IN })));
  const closed = verified(first(wanted({ offers: OUT, newsletter: IN })));

  it('stays as it is when the same is wanted again', () =>
    expect(plan(open, wanted({ newsletter: IN, offers: IN }))).toBeUndefined());

  it('stays as it is when only a copy of the same act is named', () =>
    expect(plan(closed, wanted({ offers: { ...OUT, eventId: 'copy' }, newsletter: IN }))).toBeUndefined());

  it('notes whose address it is without telling the tool anything', () => {
    const row = planned(open, open.desired, { ...OWED, subjectId: 'sub_2' }, false, NOW);
    expect(row).toMatchObject({ subjectId: 'sub_2', revision: 1, dueAt: null });
  });

  it('becomes a stop when anything closes, and leaves proven opt-ins alone', () =>
    expect(plan(open, wanted({ offers: OUT, newsletter: IN }))).toMatchObject({
      revision: 2,
      appliedRevision: 1,
      lane: 'stop',
      todo: ['stop'],
      state: 'queued',
      verifiedAt: null,
      attempts: 0,
    }));

  it('becomes a stop again when the person refuses again', () =>
    expect(plan(closed, wanted({ offers: { ...OUT, since: T0 }, newsletter: IN }))?.todo).toEqual(['stop']));

  it('does nothing when an older refusal remains after a newer one was undone', () =>
    expect(plan(closed, wanted({ offers: { ...OUT, since: T0 - 9 }, newsletter: IN }))).toMatchObject({
      revision: 2,
      appliedRevision: 2,
      state: 'verified',
      dueAt: null,
    }));

  it('becomes an opt-in when the person agrees after a proven stop', () =>
    expect(plan(closed, wanted({ offers: IN, newsletter: IN }))).toMatchObject({
      lane: 'opt-in',
      todo: ['opt-in'],
    }));

  it('keeps an unproven stop before an opt-in of another purpose, and its age', () => {
    const waiting = first(wanted({ offers: OUT }));
    const later = { rule: T0 + HOUR, real: T0 + HOUR };
    expect(plan(waiting, wanted({ offers: OUT, newsletter: IN }), false, later)).toMatchObject({
      todo: ['stop', 'opt-in'],
      lane: 'stop',
      firstDueAt: T0,
    });
  });

  it('keeps an unproven stop when a further one comes, and its age', () => {
    const waiting = first(wanted({ offers: OUT }));
    const later = { rule: T0 + HOUR, real: T0 + HOUR };
    const both = wanted({ offers: OUT, newsletter: { ...OUT, since: T0 } });
    expect(plan(waiting, both, false, later)).toMatchObject({ todo: ['stop'], firstDueAt: T0 });
  });

  it('ends as superseded when what was owed is owed no more', () =>
    expect(plan(first(wanted({ offers: OUT })), wanted({ offers: {} }))).toMatchObject({
      state: 'superseded',
      todo: [],
      dueAt: null,
    }));

  it('goes on with its work when only a word of it changes', () => {
    const waiting = first(wanted({ offers: OUT, newsletter: {} }));
    const row = plan(waiting, wanted({ offers: OUT, newsletter: { code: 'confirmation-pending' } }));
    expect(row).toMatchObject({ revision: 2, todo: ['stop'], dueAt: T0 - HEAD_START_MS, state: 'queued' });
  });

  it('closes every route when everything is refused', () =>
    expect(plan(open, wanted({ offers: IN, newsletter: IN }, { objectedToAll: true }))?.lane).toBe('stop'));

  it('erases after what is closed already', () =>
    expect(
      plan(closed, wanted({ offers: OUT, newsletter: { ...OUT, code: 'erased' } }, { erase: true }))?.todo,
    ).toEqual(['stop', 'erase']));

  it('tells a webhook every difference, in the lane of what closes', () => {
    const before = verified(first(wanted({ offers: { verdict: 'allowed', code: 'allowed' } }), true));
    expect(plan(before, wanted({ offers: { code: 'informed-missing' } }), true)?.lane).toBe('stop');
    expect(plan(before, wanted({ offers: IN }), true)?.lane).toBe('opt-in');
    expect(
      plan(before, wanted({ offers: { verdict: 'allowed', code: 'allowed' } }, { erase: true }), true)?.lane,
    ).toBe('erase');
  });

  it('is made due with everything it owes when an operator asks', () => {
    expect(requeued(closed, false, NOW)).toMatchObject({
      todo: ['stop', 'opt-in'],
      revision: 1,
      state: 'queued',
      dueAt: T0 - HEAD_START_MS,
    });
    expect(requeued(verified(first(wanted({ offers: {} }))), false, NOW)).toBeUndefined();
  });
});
