import Type, { type Static } from 'typebox';
import { ChannelName, EvidenceRef, InstantMs, NoticeRef, orNull, Scope } from './words.js';

export const GivenConsent = Type.Object({
  at: InstantMs,
  eventId: Type.String(),
  notice: NoticeRef,
  evidence: EvidenceRef,
  /** The second step of a double opt-in, if there was one. */
  confirmedAt: orNull(InstantMs),
  /** When the time of the policy ended it (event ConsentExpired). */
  expiredAt: orNull(InstantMs),
  /** When it was given back because the objection that had ended it was undone; it keeps its own `at`. */
  restoredAt: Type.Optional(InstantMs),
});
export type GivenConsent = Static<typeof GivenConsent>;

/** The newest consent given for one purpose on one channel, and the newest withdrawal. */
export const ConsentEntry = Type.Object({
  purpose: Type.String(),
  channel: ChannelName,
  /** Consents that an undo gave back: the `at` of each, and when it was given back last. */
  restores: Type.Optional(Type.Array(Type.Object({ at: InstantMs, restoredAt: InstantMs }))),
  given: orNull(GivenConsent),
  /**
   * The newest consent with a second step, when `given` has none: saying yes again without it takes nothing back, so
   * where the policy demands double opt-in this one is the basis.
   */
  confirmed: Type.Optional(GivenConsent),
  withdrawn: orNull(Type.Object({ at: InstantMs, eventId: Type.String() })),
});
export type ConsentEntry = Static<typeof ConsentEntry>;

/** Where an objection ended every basis of its scope for good (seeds K14); a basis counts only when newer. */
export const ConsentEnd = Type.Object({
  scope: Scope,
  at: InstantMs,
  /** The event id of the objection. */
  cause: Type.String(),
  eventId: Type.String(),
});
export type ConsentEnd = Static<typeof ConsentEnd>;

export const ConsentState = Type.Object(
  {
    consents: Type.Array(ConsentEntry),
    ends: Type.Array(ConsentEnd),
    /** Objections that were undone after they had ended consents: their ends count no more. */
    restored: Type.Optional(Type.Array(Type.String())),
  },
  { $id: 'ConsentState' },
);
export type ConsentState = Static<typeof ConsentState>;

const Given = {
  at: InstantMs,
  purpose: Type.String(),
  channels: Type.Array(ChannelName),
  notice: NoticeRef,
  evidence: EvidenceRef,
  confirmedAt: orNull(InstantMs),
};

export const ConsentFact = Type.Union([
  /** `restores` names the objection that was undone: what it had ended is given again, as of its own `at`. */
  Type.Object({ type: Type.Literal('ConsentGiven'), ...Given, restores: orNull(Type.String()) }),
  /** History that changes nothing today: it came after a stop that is newer, or cannot lift the one in force. */
  Type.Object({
    type: Type.Literal('ConsentNoted'),
    ...Given,
    because: Type.Enum(['objection-newer', 'withdrawal-newer', 'cannot-lift', 'withdrawal-stands']),
  }),
  Type.Object({
    type: Type.Literal('ConsentWithdrawn'),
    at: InstantMs,
    purpose: Type.String(),
    channels: Type.Array(ChannelName),
    evidence: orNull(EvidenceRef),
  }),
  Type.Object({ type: Type.Literal('ConsentEnded'), at: InstantMs, scope: Scope, cause: Type.String() }),
  Type.Object({
    type: Type.Literal('ConsentExpired'),
    at: InstantMs,
    purpose: Type.String(),
    channel: ChannelName,
    given: Type.String({ description: 'Event id of the consent that ended.' }),
  }),
]);
export type ConsentFact = Static<typeof ConsentFact>;
