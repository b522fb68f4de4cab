import { given, recorded } from '@assent/kernel';
import type { OppositionFact } from '@assent/contract';
import { opposition, type OppositionCommand } from './opposition.js';
import { coveringObjection, lastStop, listed } from './questions.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const instant = (text: string) => Date.parse(text);
/** Three calendar years, as site B keeps the list (S0-63). */
const rules = {
  keptUntil: (since: number) => {
    const end = new Date(since);
    end.setUTCFullYear(end.getUTCFullYear() + 3);
    return end.getTime();
  },
};
const T = instant('2026-06-01T10:00:00+02:00');
const list = { purpose: 'newsletter.weekly', channel: 'email' };
const all = { purpose: '*', channel: '*' };
const offers = { purpose: 'offers', channel: 'email' };
const person = given(opposition, rules);

const objected = (at = T, scope = list, source: 'click' | 'letter' = 'click') =>
  ({ type: 'ObjectionRecorded', at, scope, source, evidence: null, origin: null }) as const;
const object = (at: number, scope = list): OppositionCommand => ({
  type: 'object',
  at,
  scope,
  source: 'click',
  evidence: null,
});
const opened = (at: number, scope: typeof list, entryScope = scope, entry = 'e1'): OppositionFact => ({
  type: 'ObjectionLifted',
  at,
  entry,
  scope: entryScope,
  opens: scope === entryScope ? null : scope,
  proof: 'c1',
  undo: false,
});
const stops = (state: Parameters<typeof listed>[0][number], at: number, purpose: string, channel = 'email') =>
  coveringObjection(state, rules, purpose, channel, at) !== undefined;

describe('An objection', () => {
  it('is recorded without a reason (S1-51, S2-32)', () => person().when(object(T)).then(objected()));

  it('is recorded once, however often the link is clicked within a day', () => {
    person(objected())
      .when(object(T + 1))
      .thenNothing();
    person(objected())
      .when(object(T + DAY - 1))
      .thenNothing();
    person(objected())
      .when(object(T - DAY + 1))
      .thenNothing();
  });

  it('G-34 is a new entry when the person repeats it later, and its end moves (S0-63)', () => {
    const first = objected(instant('2026-07-01T09:30:00+02:00'), all, 'letter');
    const again = objected(instant('2028-01-10T15:00:00+01:00'), all);
    person(first).when(object(again.at, all)).then(again);
    const { state } = person(first, again);
    expect(listed([state], rules, again.at)).toMatchObject([
      { since: again.at, until: instant('2031-01-10T15:00:00+01:00') },
    ]);
  });

  it('that is told late is recorded and does not move the end back', () => {
    const late = objected(T - 90 * DAY, list, 'letter');
    person(objected())
      .when({ ...object(late.at), source: 'letter' } as OppositionCommand)
      .then(late);
    expect(listed([person(objected(), late).state], rules, T)).toMatchObject([
      { eventId: 'e1', until: rules.keptUntil(T) },
    ]);
  });

  it('G-19 holds from that instant, at the instant itself (S2-01, S2-32)', () => {
    const { state } = person(objected(T, all));
    expect(stops(state, T, 'prospecting')).toBe(true);
    expect(stops(state, T - 1, 'prospecting')).toBe(false);
  });

  it('on one list covers that list and those below it only (S0-60, S0-78)', () => {
    const { state } = person(objected());
    expect(stops(state, T, 'newsletter.weekly')).toBe(true);
    expect(stops(state, T, 'newsletter.weekly.paris')).toBe(true);
    expect(stops(state, T, 'newsletter')).toBe(false);
    expect(stops(state, T, 'newsletter.weekly', 'sms')).toBe(false);
  });
});

describe('The opposition list', () => {
  const entered = instant('2026-07-01T09:30:00+02:00');
  const end = instant('2029-07-01T09:30:00+02:00');
  const entry = objected(entered, all, 'letter');

  it('G-33 keeps an entry until its end, and not at the end itself (S0-63)', () => {
    const { state } = person(entry);
    expect([stops(state, end - 1, 'newsletter'), stops(state, end, 'newsletter')]).toEqual([true, false]);
    person(entry).wakesAt(end);
    person(entry)
      .when({ type: 'wake', at: end - 1 })
      .thenNothing();
    person(entry)
      .when({ type: 'wake', at: end + DAY })
      .then({ type: 'ObjectionExpired', at: end, entry: 'e1', scope: all });
    expect(
      person(entry, { type: 'ObjectionExpired', at: end, entry: 'e1', scope: all }).state.entries,
    ).toEqual([]);
  });

  it('G-35 has the end of an entry moved by nothing but a new objection (S0-63)', () => {
    const list = person(entry);
    list.when({ type: 'wake', at: end - 1 }).thenNothing();
    list.when({ type: 'undo', at: entered + DAY, scope: all }).thenRefused('undo-expired');
    list.when({ type: 'lift', scope: offers, proof: undefined }).thenRefused('proof-missing');
    list.wakesAt(end);
  });

  it('remembers the last stop past its end while the entry is there: a ground must be newer (K14)', () =>
    expect(lastStop(person(entry).state, 'newsletter', 'email', end + DAY)?.since).toBe(entered));

  it('takes each entry off by itself', () => {
    const again = objected(entered + 400 * DAY, all);
    person(entry, again).wakesAt(end);
    person(entry, again)
      .when({ type: 'wake', at: end })
      .then({ type: 'ObjectionExpired', at: end, entry: 'e1', scope: all });
  });

  it('wants no waking when it is empty', () => person().wakesAt('never'));
});

describe('An opt-in of the person', () => {
  const proof = { id: 'c1', at: T + HOUR };
  const lift = (scope = list, act = proof): OppositionCommand => ({
    type: 'lift',
    scope,
    proof: act,
  });

  it('lifts the objection to that purpose (K15)', () => {
    person(objected()).when(lift()).then(opened(proof.at, list));
    expect(person(objected(), opened(proof.at, list)).state.entries).toEqual([]);
  });

  it('opens that one purpose of a general objection and leaves it in force for all others (K15)', () => {
    person(objected(T, all))
      .when(lift(offers))
      .then(opened(proof.at, offers, all));
    const { state } = person(objected(T, all), opened(proof.at, offers, all));
    expect(stops(state, proof.at, 'offers')).toBe(false);
    expect(stops(state, proof.at - 1, 'offers')).toBe(true);
    expect(stops(state, proof.at, 'offers', 'sms')).toBe(true);
    expect(stops(state, proof.at, 'newsletter')).toBe(true);
    expect(listed([state], rules, proof.at)).toMatchObject([
      { purpose: '*', except: [{ ...offers, since: proof.at, proof: 'c1' }] },
    ]);
  });

  it('that is missing lifts nothing', () =>
    person(objected()).when({ type: 'lift', scope: list, proof: undefined }).thenRefused('proof-missing'));

  it('that is older, or of the same instant, lifts nothing (K12)', () => {
    for (const at of [T - 1, T]) {
      person(objected())
        .when(lift(list, { id: 'c1', at }))
        .thenRefused('proof-older-than-objection');
      person(objected())
        .when({ type: 'open', scope: list, proof: { id: 'c1', at } })
        .thenNothing();
    }
  });

  it('changes nothing where nothing stands against it', () => {
    person().when(lift()).thenNothing();
    person(objected(T, all), opened(proof.at, offers, all))
      .when(lift(offers))
      .thenNothing();
  });

  it('is closed again by a new objection, also within a day', () => {
    const again = objected(T + 2 * HOUR, all);
    person(objected(T, all), opened(proof.at, offers, all))
      .when(object(again.at, all))
      .then(again);
    expect(
      stops(person(objected(T, all), opened(proof.at, offers, all), again).state, again.at, 'offers'),
    ).toBe(true);
  });

  it('makes the next objection a new one, though the opening was not yet written down', () => {
    const again = objected(T + 2 * HOUR);
    person(objected())
      .when({ ...object(again.at), consentedAt: T + HOUR } as OppositionCommand)
      .then(again);
    person(objected())
      .when({ ...object(again.at), consentedAt: T } as OppositionCommand)
      .thenNothing();
  });

  it('wins over an older objection that is told after it', () => {
    const { state } = person(
      objected(T, all),
      opened(proof.at, offers, all),
      objected(T - 30 * DAY, all, 'letter'),
    );
    expect(stops(state, proof.at, 'offers')).toBe(false);
  });

  it('opens what is older although something newer stands', () => {
    const newer = objected(T + 2 * DAY);
    person(objected(), newer).when(lift()).thenRefused('proof-older-than-objection');
    person(objected(), newer).when({ type: 'open', scope: list, proof }).then(opened(proof.at, list));
  });
});

describe('The state of the list', () => {
  it('does not carry an entry whose end or undo was told before it', () => {
    const facts = recorded<OppositionFact>([
      objected(),
      { type: 'ObjectionExpired', at: rules.keptUntil(T), entry: 'e1', scope: list },
    ]);
    const backwards = [...facts].reverse();
    const state = backwards.reduce((before, fact) => opposition.evolve(before, fact), opposition.initial);
    expect(state.entries).toEqual([]);
  });
});
