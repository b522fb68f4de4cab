import Type, { type Static } from 'typebox';
import { ChannelName, InstantMs, orNull, ResponseName } from './words.js';

export const OpenSolicitation = Type.Object({
  solicitationId: Type.String(),
  campaign: Type.String(),
  channel: ChannelName,
  purpose: Type.String(),
  at: InstantMs,
  state: Type.Enum(['reserved', 'delivered']),
});
export type OpenSolicitation = Static<typeof OpenSolicitation>;

/** Where a person stands as a prospect, as of the event that carries it. */
export const ProspectState = Type.Object(
  {
    relationship: Type.Enum(['prospect', 'customer', 'former-customer']),
    status: Type.Enum(['active', 'limit-reached', 'dropped-out']),
    collectedAt: orNull(InstantMs),
    lastActOfPerson: orNull(InstantMs),
    unanswered: Type.Array(OpenSolicitation),
    dropsOutAt: orNull(InstantMs),
    droppedOutAt: orNull(InstantMs),
  },
  { $id: 'ProspectState' },
);
export type ProspectState = Static<typeof ProspectState>;

const Solicitation = {
  at: InstantMs,
  solicitationId: Type.String(),
  campaign: Type.String(),
  channel: ChannelName,
  purpose: Type.String(),
  /** False for editions and service mail: recorded, not counted (seeds K10). */
  counts: Type.Boolean(),
};

export const ProspectFact = Type.Union([
  Type.Object({
    type: Type.Literal('ProspectRegistered'),
    at: InstantMs,
    relationship: Type.Enum(['prospect', 'customer']),
  }),
  Type.Object({ type: Type.Literal('SolicitationReserved'), ...Solicitation, expiresAt: InstantMs }),
  Type.Object({
    type: Type.Literal('SolicitationDelivered'),
    ...Solicitation,
    /** What the decision said at `at`: `allowed`, or why it should not have been sent. */
    code: Type.String(),
  }),
  Type.Object({
    type: Type.Literal('SolicitationReversed'),
    at: InstantMs,
    solicitationId: Type.String(),
    reason: Type.Enum(['bounced', 'not-sent', 'permit-expired']),
  }),
  /** `restarts`: an act that answers and restarts the clock (seeds K9); opens and scanners are recorded and do not. */
  Type.Object({
    type: Type.Literal('ProspectResponded'),
    at: InstantMs,
    kind: ResponseName,
    restarts: Type.Boolean(),
  }),
  Type.Object({
    type: Type.Literal('ProspectDroppedOut'),
    at: InstantMs,
    reason: Type.Enum(['inactivity', 'no-answer']),
  }),
  /** A new collection or opt-in, by the person's own act: starts a fresh clock, even after a drop-out. */
  Type.Object({
    type: Type.Literal('ProspectReturned'),
    at: InstantMs,
    by: Type.Enum(['collection', 'opt-in']),
  }),
  Type.Object({ type: Type.Literal('BecameCustomer'), at: InstantMs }),
  Type.Object({ type: Type.Literal('RelationshipEnded'), at: InstantMs }),
]);
export type ProspectFact = Static<typeof ProspectFact>;
