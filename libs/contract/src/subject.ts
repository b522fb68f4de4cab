import Type, { type Static } from 'typebox';
import { DELIVERY_STATES } from './delivery.js';
import { AddressKeyText, ContextName, EvidenceRef, InstantMs, KindName, orNull } from './words.js';

/** An address by its key; `removedAt` is set when the person no longer has it: stops on it go on counting. */
export const KnownAddress = Type.Object({
  kind: KindName,
  key: AddressKeyText,
  addedAt: InstantMs,
  removedAt: orNull(InstantMs),
  /** When a mail to it was last refused for good. It says nothing about consent; giving the address anew ends it. */
  bouncedAt: Type.Optional(orNull(InstantMs)),
});
export type KnownAddress = Static<typeof KnownAddress>;

/** Whether a message to the address would come back: at the same instant the bounce wins over the giving of it. */
export const isDead = ({ bouncedAt, addedAt }: KnownAddress, at = Infinity): boolean =>
  typeof bouncedAt === 'number' && bouncedAt >= addedAt && bouncedAt <= at;

/** A purpose refused at collection (the box left empty): counts like an objection on every channel. */
export const Declined = Type.Object({ purpose: Type.String(), since: InstantMs, eventId: Type.String() });
export type Declined = Static<typeof Declined>;

/** A person as known by one tenant: no clear personal data, only keys and what the rules need. */
export const SubjectState = Type.Object(
  {
    subjectId: Type.String(),
    registeredAt: InstantMs,
    context: ContextName,
    relationship: Type.Enum(['prospect', 'customer']),
    source: orNull(Type.String()),
    collectedAt: InstantMs,
    /** Whether the person gave the data by an own act (form, paper, phone) with evidence. */
    ownCollection: Type.Boolean(),
    /** Since when the chance to object, offered at collection, is on record. */
    informedAt: orNull(InstantMs),
    notice: orNull(Type.String()),
    addresses: Type.Array(KnownAddress),
    declined: Type.Array(Declined),
    restrictedSince: orNull(InstantMs),
    /** Newest end of a restriction: an older restriction that is told late does not count. */
    restrictionLiftedAt: Type.Optional(orNull(InstantMs)),
    erasedAt: orNull(InstantMs),
    /** When the tools had forgotten the person, or the time to tell them was over, and the directory was emptied. */
    erasureCompletedAt: Type.Optional(orNull(InstantMs)),
  },
  { $id: 'SubjectState' },
);
export type SubjectState = Static<typeof SubjectState>;

/** GDPR art. 19: one tool and one address of an erased person: whether and when it was told, and seen to have forgotten. */
export const ErasureRecipient = Type.Object({
  integration: Type.String(),
  kind: KindName,
  state: Type.Enum([...DELIVERY_STATES]),
  toldAt: orNull(InstantMs),
  verifiedAt: orNull(InstantMs),
});
export type ErasureRecipient = Static<typeof ErasureRecipient>;

const KeyOfAddress = Type.Object({ kind: KindName, key: AddressKeyText });
const Collection = {
  collectedAt: InstantMs,
  own: Type.Boolean(),
  informed: Type.Boolean(),
  declined: Type.Array(Type.String()),
  source: orNull(Type.String()),
  notice: orNull(Type.String()),
  evidence: orNull(EvidenceRef),
};

export const SubjectFact = Type.Union([
  Type.Object({
    type: Type.Literal('SubjectRegistered'),
    at: InstantMs,
    subjectId: Type.String(),
    context: ContextName,
    relationship: Type.Enum(['prospect', 'customer']),
    addresses: Type.Array(KeyOfAddress),
    ...Collection,
  }),
  /** The data was given again, or more was said about its collection; moves the clocks only when `own` and newer. */
  Type.Object({
    type: Type.Literal('CollectionRecorded'),
    at: InstantMs,
    ...Collection,
    /** From when the chance to object counts, if not from this collection: what is said without proof is no newer ground. */
    informedSince: Type.Optional(InstantMs),
  }),
  Type.Object({ type: Type.Literal('AddressAdded'), at: InstantMs, kind: KindName, key: AddressKeyText }),
  Type.Object({ type: Type.Literal('AddressRemoved'), at: InstantMs, kind: KindName, key: AddressKeyText }),
  /** A message to it was refused for good: nobody is reached there. */
  Type.Object({ type: Type.Literal('AddressBounced'), at: InstantMs, kind: KindName, key: AddressKeyText }),
  Type.Object({ type: Type.Literal('ProcessingRestricted'), at: InstantMs, ground: Type.String() }),
  Type.Object({ type: Type.Literal('RestrictionLifted'), at: InstantMs }),
  /** From here on every answer is no. `reason`: a word of `ERASURE_REASONS`, or `IMPORT_UNDONE`; the digest of what was said instead. */
  Type.Object({
    type: Type.Literal('SubjectErased'),
    at: InstantMs,
    reason: Type.String(),
    reasonDigest: Type.Optional(orNull(Type.String())),
  }),
  /** Nothing clear of the person is left here. */
  Type.Object({
    type: Type.Literal('ErasureCompleted'),
    at: InstantMs,
    recipients: Type.Array(ErasureRecipient),
  }),
]);
export type SubjectFact = Static<typeof SubjectFact>;
