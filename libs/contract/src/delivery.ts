import Type, { type Static } from 'typebox';
import { AddressKeyText, ChannelName, InstantMs, KindName, orNull } from './words.js';

/** What one integration owes one address, for one purpose on one channel. */
export const DesiredCell = Type.Object({
  verdict: Type.Enum(['allowed', 'stopped']),
  /** The answer code of the decision. */
  code: Type.String(),
  /**
   * `out` must not be mailed there; `in` the person's own opt-in, newer than the last stop; `untouched` leave the
   * tool as it is (never consented, pending, undeliverable, or allowed on another ground than an opt-in).
   */
  tri: Type.Enum(['out', 'in', 'untouched']),
  since: orNull(InstantMs),
  eventId: orNull(Type.String()),
});
export type DesiredCell = Static<typeof DesiredCell>;

/** The desired state of one address at one integration: what the planner writes and the worker reads *now*. */
export const DesiredState = Type.Object({
  kind: KindName,
  /** By purpose, then by channel: every marketing purpose of the policy that this kind of address serves. */
  purposes: Type.Record(Type.String(), Type.Record(Type.String(), DesiredCell)),
  /** `stopped` when nothing of marketing may be sent to this address. */
  allMarketing: Type.Enum(['allowed', 'stopped']),
  /** The person refused all marketing (scope `*`) on a channel of this address: every route must close. */
  objectedToAll: Type.Boolean(),
  erase: Type.Boolean(),
});
export type DesiredState = Static<typeof DesiredState>;

export const DELIVERY_STATES = [
  'queued',
  'sent',
  'accepted',
  'verified',
  'drifted',
  'refused',
  'failed',
  'superseded',
  'enforced-at-send',
  'not-applicable',
  'not-supported',
] as const;
export type DeliveryStateName = (typeof DELIVERY_STATES)[number];

export const LANES = ['stop', 'erase', 'verify', 'opt-in'] as const;
export type Lane = (typeof LANES)[number];

/** One call to a tool, as evidence: no address, no secret, no body. */
export const CallEvidence = Type.Object({
  operation: Type.String({
    description: 'Method and path template, e.g. `PATCH /lists/{list}/members/{hash}`.',
  }),
  requestDigest: Type.String({ description: 'Keyed digest of the request body.' }),
  responseDigest: orNull(Type.String()),
  status: orNull(Type.Integer()),
  vendorRequestId: orNull(Type.String()),
});
export type CallEvidence = Static<typeof CallEvidence>;

export const DRIFT_CAUSES = ['import', 'operator', 'unknown'] as const;
export type DriftCause = (typeof DRIFT_CAUSES)[number];

/** The proof of one attempt, recorded for good in the stream of the delivery. */
export const DeliveryFact = Type.Object({
  type: Type.Enum([
    'DeliverySent',
    'DeliveryAccepted',
    'DeliveryVerified',
    'DeliveryDrifted',
    'DeliveryRefused',
    'DeliveryFailed',
    'DeliverySuperseded',
    'DeliveryEnforcedAtSend',
    'DeliveryNotApplicable',
    'DeliveryNotSupported',
    'DeliveryExcused',
  ]),
  at: InstantMs,
  revision: Type.Integer(),
  attempt: Type.Integer(),
  connector: Type.String({ description: 'Kind and version, e.g. `mailchimp@1`.' }),
  outcome: Type.String({ description: 'Class of the outcome, e.g. `done`, `retry`, `config`.' }),
  detail: orNull(Type.String()),
  calls: Type.Array(CallEvidence),
  observed: orNull(Type.String({ description: 'What was read back, e.g. `suppressed`, `absent`.' })),
  cause: Type.Optional(
    Type.Enum([...DRIFT_CAUSES], {
      description:
        'Of drift: how it came about, by what the tool itself says; `unknown` when it says nothing.',
    }),
  ),
});
export type DeliveryFact = Static<typeof DeliveryFact>;

/** Whoever was about to send asked before, and was told no: the proof of a stop where the tool itself keeps none. */
export const SendRefused = Type.Object({
  type: Type.Literal('SendRefused'),
  at: InstantMs,
  code: Type.String({ description: 'The answer code, e.g. `objection-in-force`.' }),
  purpose: Type.String(),
  channel: ChannelName,
  campaign: orNull(Type.String()),
});
export type SendRefused = Static<typeof SendRefused>;

export const DeliveryState = Type.Object(
  {
    integration: Type.String(),
    addressKey: AddressKeyText,
    subjectId: orNull(Type.String()),
    state: Type.Enum([...DELIVERY_STATES]),
    revision: Type.Integer(),
    verifiedAt: orNull(InstantMs),
    /** Messages to this address that were refused at the moment of sending. Absent: none. */
    refusedAtSend: Type.Optional(
      Type.Object({
        times: Type.Integer(),
        lastAt: InstantMs,
        lastCode: Type.String(),
        /** By the purpose asked about, but for purposes that the policy does not declare. */
        purposes: Type.Record(Type.String(), Type.Object({ times: Type.Integer(), lastAt: InstantMs })),
      }),
    ),
  },
  { $id: 'DeliveryState' },
);
export type DeliveryState = Static<typeof DeliveryState>;
