import { given } from '@assent/kernel';
import type { EvidenceRef, NewsletterFact } from '@assent/contract';
import { isAlive, pendingRequest, subscriptionTo } from './in-force.js';
import { newsletter, type NewsletterCommand } from './newsletter.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const T = Date.parse('2026-06-01T08:00:00Z'); // 10:00 in Paris
const KEY = '00112233445566778899aabbccddeeff';
const notice = { id: 'newsletter', version: 1, digest: 'd' };
const proof = (id: string): EvidenceRef => ({ id, digest: 'k', method: 'form', confirmedAt: null });

const requested = (at = T, purpose = 'newsletter.x'): NewsletterFact => ({
  ...{ type: 'SubscriptionRequested', at, purpose, addressKey: KEY, notice },
  ...{ evidence: proof('ev_1'), expiresAt: at + 7 * DAY },
});
const ask = (at: number, over: Partial<Extract<NewsletterCommand, { type: 'request' }>> = {}) => ({
  ...{ type: 'request' as const, at, now: at, purpose: 'newsletter.x', addressKey: KEY, notice },
  ...{ evidence: proof('ev_1'), expiresAt: at + 7 * DAY, stoppedAt: null, ...over },
});
const asked = (id = 'e1', at = T, purpose = 'newsletter.x') => ({
  ...{ id, at, purpose, addressKey: KEY, notice, evidence: proof('ev_1'), expiresAt: at + 7 * DAY },
  lapsed: false,
});
const confirm = (at: number, over: Partial<Extract<NewsletterCommand, { type: 'confirm' }>> = {}) => ({
  ...{ type: 'confirm' as const, at, request: asked(), evidence: proof('ev_2') },
  ...{ verdict: 'human' as const, stoppedAt: null, ...over },
});
const confirmed = (at = T + HOUR, requestedAt = T, purpose = 'newsletter.x'): NewsletterFact => ({
  ...{ type: 'SubscriptionConfirmed', at, purpose, addressKey: KEY, request: 'e1', requestedAt, notice },
  ...{ evidence: proof('ev_2'), verdict: 'human' },
});
const objected = (at: number, cause = 'o1', purpose = 'newsletter.x'): NewsletterFact => ({
  ...{ type: 'SubscriptionEnded', at, scope: { purpose, channel: '*' }, because: 'objection', cause },
});
const end = (at: number, purpose = 'newsletter.x', cause = 'o1') => ({
  ...{ type: 'end' as const, at, scope: { purpose, channel: '*' }, because: 'objection' as const, cause },
});
const history = given(newsletter, undefined);

describe('A sign-up', () => {
  it('G-13 S2-04 is a request until the person confirms it', () => {
    history().when(ask(T)).then(requested());
    const { state } = history(requested());
    expect(subscriptionTo(state, 'newsletter.x')).toBeUndefined();
    expect(pendingRequest(state, 'newsletter.x', T)?.id).toBe('e1');
  });

  it('sends one mail per purpose in 24 hours, however often the form is sent', () => {
    history(requested())
      .when(ask(T + DAY - 1))
      .thenRefused('resend-too-soon');
    history(requested())
      .when(ask(T + DAY))
      .then(requested(T + DAY));
  });

  it('sends three mails a day to one address at most, whatever the lists', () => {
    const three = ['a', 'b', 'c'].map((list, index) => requested(T + index, `newsletter.${list}`));
    history(...three)
      .when(ask(T + HOUR, { purpose: 'newsletter.d' }))
      .thenRefused('resend-too-soon');
    history(...three)
      .when(ask(T + HOUR, { purpose: 'newsletter.d', addressKey: KEY.replace('0', '9') }))
      .then({ ...requested(T + HOUR, 'newsletter.d'), addressKey: KEY.replace('0', '9') } as NewsletterFact);
  });

  it('counts mails by when they were asked for, not by when it is said to have happened', () =>
    history(requested())
      .when(ask(T - 30 * DAY, { now: T + HOUR }))
      .thenRefused('resend-too-soon'));

  it('changes nothing for who is subscribed, unless a stop has come since that is not folded yet', () => {
    history(requested(), confirmed())
      .when(ask(T + 2 * DAY))
      .thenNothing();
    history(requested(), confirmed())
      .when(ask(T + 2 * DAY, { stoppedAt: T + DAY }))
      .then(requested(T + 2 * DAY));
  });

  it('lapses when its link ends', () => {
    history(requested()).wakesAt(T + 7 * DAY);
    history(requested())
      .when({ type: 'wake', at: T + 7 * DAY - 1 })
      .thenNothing();
    const lapsed: NewsletterFact = {
      ...{ type: 'SubscriptionLapsed', at: T + 7 * DAY, request: 'e1', purpose: 'newsletter.x' },
    };
    history(requested())
      .when({ type: 'wake', at: T + 8 * DAY })
      .then(lapsed);
    history(requested(), lapsed).wakesAt('never');
  });

  it('waits no longer from the end of its link itself, also before it was woken', () =>
    expect(pendingRequest(history(requested()).state, 'newsletter.x', T + 7 * DAY)).toBeUndefined());
});

describe('A confirmation', () => {
  it('makes the subscription, as old as its request', () => {
    history(requested())
      .when(confirm(T + HOUR))
      .then(confirmed());
    expect(subscriptionTo(history(requested(), confirmed()).state, 'newsletter.x')).toMatchObject({
      ...{ requestedAt: T, confirmedAt: T + HOUR, endedAt: null },
    });
  });

  it('is recorded once, however often the link is used', () =>
    history(requested(), confirmed())
      .when(confirm(T + 2 * HOUR))
      .thenNothing());

  it('is recorded once also after the link has ended', () =>
    history(requested(), confirmed())
      .when(confirm(T + 9 * DAY))
      .thenNothing());

  it('is too late from the end of the link itself', () => {
    history(requested())
      .when(confirm(T + 7 * DAY))
      .thenRefused('link-expired');
    history(requested())
      .when(confirm(T + 7 * DAY - 1))
      .then(confirmed(T + 7 * DAY - 1));
  });

  it('K14 does not bring back what the person has refused since the request', () => {
    history(requested(), objected(T + 1))
      .when(confirm(T + HOUR))
      .thenRefused('link-expired');
    history(requested())
      .when(confirm(T + HOUR, { stoppedAt: T }))
      .thenRefused('link-expired');
    history(requested(), confirmed(), objected(T + 2 * HOUR))
      .when(confirm(T + 3 * HOUR))
      .thenRefused('link-expired');
  });

  it('counts after an older refusal', () =>
    history(requested())
      .when(confirm(T + HOUR, { stoppedAt: T - 1 }))
      .then(confirmed()));

  it('G-15 is for its own list', () => {
    const { state } = history(requested(), confirmed());
    expect(subscriptionTo(state, 'newsletter.y')).toBeUndefined();
    expect(pendingRequest(state, 'newsletter.y', T)).toBeUndefined();
  });

  it('never comes before its request, whatever the clock says', () =>
    history(requested())
      .when(confirm(T - DAY))
      .then(confirmed(T)));
});

describe('A subscription', () => {
  it('ends by an objection that covers it, once', () => {
    history(requested(), confirmed())
      .when(end(T + DAY, 'newsletter'))
      .then(objected(T + DAY, 'o1', 'newsletter'));
    history(requested(), confirmed(), objected(T + DAY))
      .when(end(T + DAY))
      .thenNothing();
  });

  it('is not touched by a stop on another list', () => {
    history(requested(), confirmed())
      .when(end(T + DAY, 'newsletter.y'))
      .thenNothing();
    const ended = [requested(), confirmed(), objected(T + DAY, 'o1', 'newsletter.y')];
    expect(isAlive(subscriptionTo(history(...ended).state, 'newsletter.x')!)).toBe(true);
  });

  it('K12 ends at the instant of a request that came with the objection: the restriction wins', () =>
    expect(
      subscriptionTo(history(requested(), confirmed(), objected(T)).state, 'newsletter.x')?.endedAt,
    ).toBe(T));

  it('stands when a new one is confirmed after the end', () => {
    const anew: NewsletterFact = { ...confirmed(T + 3 * DAY, T + 2 * DAY), request: 'e4' } as NewsletterFact;
    const { state } = history(requested(), confirmed(), objected(T + DAY), requested(T + 2 * DAY), anew);
    expect(subscriptionTo(state, 'newsletter.x')).toMatchObject({ confirmedAt: T + 3 * DAY, endedAt: null });
  });

  it('is given back with the objection that is undone, and not with another', () => {
    const restore = { type: 'restore', at: T + DAY + 1, cause: 'o1' } as const;
    const back: NewsletterFact = { type: 'SubscriptionRestored', at: T + DAY + 1, cause: 'o1' };
    history(requested(), confirmed(), objected(T + DAY))
      .when(restore)
      .then(back);
    const { state } = history(requested(), confirmed(), objected(T + DAY), back);
    expect(isAlive(subscriptionTo(state, 'newsletter.x')!)).toBe(true);
    history(requested(), confirmed(), objected(T + DAY, 'o2'))
      .when(restore)
      .thenNothing();
    const reordered = history(requested(), confirmed(), back, objected(T + DAY));
    expect(isAlive(subscriptionTo(reordered.state, 'newsletter.x')!)).toBe(true);
    const twice = history(requested(), confirmed(), objected(T + HOUR, 'o0'), objected(T + DAY), back);
    expect(subscriptionTo(twice.state, 'newsletter.x')?.endedAt).toBe(T + HOUR);
  });

  it('is the same whatever the order in which its facts are told', () => {
    const facts = [
      { ...requested(), id: 'e1', recordedAt: T },
      { ...confirmed(), id: 'e2', recordedAt: T + HOUR },
      { ...objected(T + DAY), id: 'e3', recordedAt: T + DAY },
      { ...confirmed(T + 3 * DAY, T + 2 * DAY), id: 'e4', recordedAt: T + 3 * DAY },
    ];
    const told = (order: readonly number[]) =>
      order.reduce((state, index) => newsletter.evolve(state, facts[index] as never), newsletter.initial)
        .subscriptions;
    const first = told([0, 1, 2, 3]);
    expect(first).toMatchObject([{ eventId: 'e4', endedAt: null }]);
    for (const order of [
      [0, 2, 1, 3],
      [3, 2, 1, 0],
      [0, 3, 2, 1],
      [2, 0, 3, 1],
    ])
      expect(told(order)).toEqual(first);
  });
});
