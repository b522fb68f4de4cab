import Type, { type Static } from 'typebox';
import { AddressKeyText, EvidenceRef, InstantMs, NoticeRef, orNull, Scope } from './words.js';

/** Who seems to have confirmed: judged from what was fetched before, and kept as evidence. It decides nothing. */
export const VERDICTS = ['human', 'script', 'scanner-suspected'] as const;
export const Verdict = Type.Enum([...VERDICTS]);
export type Verdict = Static<typeof Verdict>;

/** A sign-up that waits for its second step. Its id is that of its event, and stands in the link of its mail. */
export const SubscriptionRequest = Type.Object({
  id: Type.String(),
  at: InstantMs,
  purpose: Type.String(),
  addressKey: AddressKeyText,
  notice: NoticeRef,
  evidence: EvidenceRef,
  /** From this instant on its link confirms nothing. */
  expiresAt: InstantMs,
  /** That it has ended so is on record (event SubscriptionLapsed); kept until a newer one for the purpose. */
  lapsed: Type.Boolean(),
});
export type SubscriptionRequest = Static<typeof SubscriptionRequest>;

/** A subscription confirmed by its person. As a basis it is as old as its request: a stop in between stands (K14). */
export const Subscription = Type.Object({
  purpose: Type.String(),
  addressKey: AddressKeyText,
  /** Event id of the request. */
  request: Type.String(),
  requestedAt: InstantMs,
  confirmedAt: InstantMs,
  /** Event id of the confirmation. */
  eventId: Type.String(),
  notice: NoticeRef,
  /** Of the confirmation; that of the request stands in the request's event. */
  evidence: EvidenceRef,
  verdict: Verdict,
  endedAt: orNull(InstantMs),
});
export type Subscription = Static<typeof Subscription>;

/** Where an objection or a withdrawal ended every subscription and request of its scope that is not newer. */
export const SubscriptionEnd = Type.Object({
  scope: Scope,
  at: InstantMs,
  because: Type.Enum(['objection', 'withdrawal']),
  /** Event id of the objection or the withdrawal. */
  cause: Type.String(),
});
export type SubscriptionEnd = Static<typeof SubscriptionEnd>;

/** A mail that a request asked for: counts against the limits per purpose and address for 24 hours. */
export const AskedMail = Type.Object({
  recordedAt: InstantMs,
  purpose: Type.String(),
  addressKey: AddressKeyText,
});
export type AskedMail = Static<typeof AskedMail>;

/** The subscriptions of one person. No clear personal data. */
export const NewsletterState = Type.Object(
  {
    /** Waiting for their second step, and the last that lapsed. */
    requests: Type.Array(SubscriptionRequest),
    /** The newest per purpose. */
    subscriptions: Type.Array(Subscription),
    ends: Type.Array(SubscriptionEnd),
    /** Objections that were undone: their ends count no more. */
    restored: Type.Array(Type.String()),
    /** Those of the last 24 hours. */
    mails: Type.Array(AskedMail),
  },
  { $id: 'NewsletterState' },
);
export type NewsletterState = Static<typeof NewsletterState>;

export const NewsletterFact = Type.Union([
  Type.Object({
    type: Type.Literal('SubscriptionRequested'),
    at: InstantMs,
    purpose: Type.String(),
    addressKey: AddressKeyText,
    notice: NoticeRef,
    evidence: EvidenceRef,
    expiresAt: InstantMs,
  }),
  Type.Object({
    type: Type.Literal('SubscriptionConfirmed'),
    at: InstantMs,
    purpose: Type.String(),
    addressKey: AddressKeyText,
    /** Event id of the request, and its instant. */
    request: Type.String(),
    requestedAt: InstantMs,
    notice: NoticeRef,
    evidence: EvidenceRef,
    verdict: Verdict,
  }),
  Type.Object({ type: Type.Literal('SubscriptionEnded'), ...SubscriptionEnd.properties }),
  /** What an objection had ended is given again: the person took it back within minutes. */
  Type.Object({
    type: Type.Literal('SubscriptionRestored'),
    at: InstantMs,
    cause: Type.String({ description: 'Event id of the objection that was undone.' }),
  }),
  Type.Object({
    type: Type.Literal('SubscriptionLapsed'),
    at: InstantMs,
    request: Type.String(),
    purpose: Type.String(),
  }),
]);
export type NewsletterFact = Static<typeof NewsletterFact>;
