import { given } from '@assent/kernel';
import type { OppositionFact } from '@assent/contract';
import { opposition, type OppositionCommand } from './opposition.js';
import { coveringObjection } from './questions.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const T = Date.parse('2026-06-01T10:00:00+02:00');
const rules = { keptUntil: (since: number) => since + 3 * 365 * DAY };
const list = { purpose: 'newsletter.weekly', channel: 'email' };
const all = { purpose: '*', channel: '*' };
const person = given(opposition, rules);

const objected = (at = T, scope = list, source: 'click' | 'letter' = 'click') =>
  ({ type: 'ObjectionRecorded', at, scope, source, evidence: null, origin: null }) as const;
const object = (at: number): OppositionCommand => ({
  type: 'object',
  at,
  scope: list,
  source: 'click',
  evidence: null,
});
const stops = (state: Parameters<typeof coveringObjection>[0], at: number, purpose: string) =>
  coveringObjection(state, rules, purpose, 'email', at) !== undefined;

describe('A click', () => {
  const undo = (at: number): OppositionCommand => ({ type: 'undo', at, scope: list });
  const undone = (at: number, entry = 'e1'): OppositionFact => ({
    type: 'ObjectionLifted',
    at,
    entry,
    scope: list,
    opens: null,
    proof: null,
    undo: true,
    origin: null,
  });

  it('is taken back within a quarter of an hour, its end included (K4)', () => {
    person(objected())
      .when(undo(T + 15 * MINUTE))
      .then(undone(T + 15 * MINUTE));
    person(objected())
      .when(undo(T + 15 * MINUTE + 1))
      .thenRefused('undo-expired');
    const { state } = person(objected(), undone(T + MINUTE));
    expect(state).toMatchObject({ entries: [], undone: [{ id: 'e1', at: T + MINUTE }] });
  });

  it('is taken back once, however often it is asked', () => {
    person(objected(), undone(T + MINUTE))
      .when(undo(T + 2 * MINUTE))
      .thenNothing();
    person(objected(), undone(T + MINUTE))
      .when(undo(T + 20 * MINUTE))
      .thenRefused('undo-expired');
  });

  it('that is taken back leaves the older refusal in force', () => {
    const older = objected(T - 300 * DAY);
    person(older, objected())
      .when(undo(T + MINUTE))
      .then(undone(T + MINUTE, 'e2'));
    expect(stops(person(older, objected(), undone(T + MINUTE, 'e2')).state, T + MINUTE, list.purpose)).toBe(
      true,
    );
  });

  it('does not take back what was said otherwise', () => {
    person(objected(T, list, 'letter'))
      .when(undo(T + MINUTE))
      .thenRefused('undo-expired');
    person(objected(T, all))
      .when(undo(T + MINUTE))
      .thenRefused('undo-expired');
  });

  it('after it was taken back is a new objection', () =>
    person(objected(), undone(T + MINUTE))
      .when(object(T + 2 * MINUTE))
      .then(objected(T + 2 * MINUTE)));
});
