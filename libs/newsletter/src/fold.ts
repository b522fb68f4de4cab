/** What requests, confirmations and ends say together, whatever the order in which they were told. */
import type { Recorded } from '@assent/kernel';
import { sameScope, type NewsletterFact, type NewsletterState } from '@assent/contract';
import { endOf, MAIL_WINDOW_MS } from './in-force.js';

type Of<T extends NewsletterFact['type']> = Recorded<Extract<NewsletterFact, { type: T }>>;

/** An undo takes one end back: the one before it must then be known. */
const ENDS_KEPT = 2;
const RESTORED_KEPT = 20;

export function requested(state: NewsletterState, event: Of<'SubscriptionRequested'>): NewsletterState {
  const { id, at, recordedAt, purpose, addressKey, notice, evidence, expiresAt } = event;
  const others = state.requests.filter((one) => !one.lapsed || one.purpose !== purpose);
  const newest = Math.max(recordedAt, ...state.mails.map((mail) => mail.recordedAt));
  return {
    ...state,
    requests: [...others, { id, at, purpose, addressKey, notice, evidence, expiresAt, lapsed: false }],
    mails: [...state.mails, { recordedAt, purpose, addressKey }].filter(
      (mail) => newest - mail.recordedAt < MAIL_WINDOW_MS,
    ),
  };
}

export function confirmed(state: NewsletterState, event: Of<'SubscriptionConfirmed'>): NewsletterState {
  const { purpose, addressKey, request, requestedAt, notice, evidence, verdict, at, id } = event;
  const told = {
    ...{ purpose, addressKey, request, requestedAt, confirmedAt: at, eventId: id },
    ...{ notice, evidence, verdict, endedAt: null },
  };
  const before = state.subscriptions.find((one) => one.purpose === purpose);
  const newest = before !== undefined && before.requestedAt > requestedAt ? before : told;
  return {
    ...state,
    requests: state.requests.filter((one) => one.purpose !== purpose || one.at > at),
    subscriptions: [...state.subscriptions.filter((one) => one !== before), newest],
  };
}

export const ended = (state: NewsletterState, event: Of<'SubscriptionEnded'>): NewsletterState => {
  const { at, scope, because, cause } = event;
  if (state.restored.includes(cause)) return state; // taken back at the same instant: told in any order
  const same = state.ends.filter((end) => sameScope(end.scope, scope));
  const kept = [...same, { at, scope, because, cause }].sort((a, b) => b.at - a.at).slice(0, ENDS_KEPT);
  return { ...state, ends: [...state.ends.filter((end) => !same.includes(end)), ...kept] };
};

export const restored = (state: NewsletterState, { cause }: Of<'SubscriptionRestored'>): NewsletterState => ({
  ...state,
  restored: [...state.restored, cause].slice(-RESTORED_KEPT),
  ends: state.ends.filter((end) => end.cause !== cause),
});

export const lapsed = (state: NewsletterState, { request }: Of<'SubscriptionLapsed'>): NewsletterState => ({
  ...state,
  requests: state.requests.map((one) => (one.id === request ? { ...one, lapsed: true } : one)),
});

/** Each subscription with its end. */
export const settled = (state: NewsletterState): NewsletterState => ({
  ...state,
  subscriptions: state.subscriptions.map((one) => ({ ...one, endedAt: endOf(state, one) })),
});
