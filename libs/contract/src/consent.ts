import Type, { type Static } from 'typebox';
import { ChannelName, EvidenceRef, InstantMs, NoticeRef, orNull, Scope } from './words.js';

/** The newest consent given for one purpose on one channel, and the newest withdrawal. */
export const ConsentEntry = Type.Object({
  purpose: Type.String(),
  channel: ChannelName,
  given: orNull(
    Type.Object({
      at: InstantMs,
      eventId: Type.String(),
      notice: NoticeRef,
      evidence: EvidenceRef,
      /** The second step of a double opt-in, if there was one. */
      confirmedAt: orNull(InstantMs),
      /** When the time of the policy ended it (event ConsentExpired). */
      expiredAt: orNull(InstantMs),
    }),
  ),
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
  { consents: Type.Array(ConsentEntry), ends: Type.Array(ConsentEnd) },
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
  /** `restores` names the objection that was undone: what it had ended is given again. */
  Type.Object({ type: Type.Literal('ConsentGiven'), ...Given, restores: orNull(Type.String()) }),
  /** History that changes nothing today: it came after a stop that is newer, or cannot lift the one in force. */
  Type.Object({
    type: Type.Literal('ConsentNoted'),
    ...Given,
    because: Type.Enum(['objection-newer', 'withdrawal-newer', 'cannot-lift']),
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
