import Type, { type Static } from 'typebox';
import { EvidenceRef, InstantMs, orNull, Scope, SourceName } from './words.js';

/** One purpose that a later opt-in of the person opened, while the entry stays in force for all others (seeds K15). */
export const Exception = Type.Object({
  purpose: Type.String(),
  channel: Type.String(),
  since: InstantMs,
  /** Event id of the opt-in. */
  proof: Type.String(),
});
export type Exception = Static<typeof Exception>;

export const ObjectionEntry = Type.Object({
  /** Event id of the objection. */
  id: Type.String(),
  scope: Scope,
  since: InstantMs,
  recordedAt: InstantMs,
  source: SourceName,
  evidence: orNull(EvidenceRef),
  /** Set on copies to a person's other addresses: the entry they were made from. */
  origin: orNull(Type.String()),
  except: Type.Array(Exception),
});
export type ObjectionEntry = Static<typeof ObjectionEntry>;

/** The opposition list of one address key. Outlives the erasure of the person. */
export const OppositionState = Type.Object(
  {
    entries: Type.Array(ObjectionEntry),
    /** Objections taken back within minutes by the person who clicked: what they ended counts again. */
    undone: Type.Array(
      Type.Object({
        id: Type.String(),
        at: InstantMs,
        scope: Type.Optional(Scope),
        /** The entry that the one taken back was a copy of. */
        origin: Type.Optional(orNull(Type.String())),
      }),
    ),
    /** Opt-ins of the person that opened entries: each opens every older entry that covers it, also one told late. */
    openings: Type.Optional(Type.Array(Exception)),
    /** Entries whose time is over: a late fact must not bring them back. */
    expired: Type.Optional(Type.Array(Type.String())),
  },
  { $id: 'OppositionState' },
);
export type OppositionState = Static<typeof OppositionState>;

export const OppositionFact = Type.Union([
  Type.Object({
    type: Type.Literal('ObjectionRecorded'),
    at: InstantMs,
    scope: Scope,
    source: SourceName,
    evidence: orNull(EvidenceRef),
    origin: orNull(Type.String()),
  }),
  /** The whole entry (`opens` null), or one purpose of it. */
  Type.Object({
    type: Type.Literal('ObjectionLifted'),
    at: InstantMs,
    entry: Type.String(),
    scope: Scope,
    opens: orNull(Scope),
    /** Event id of the opt-in that allows it; null for an undo. */
    proof: orNull(Type.String()),
    undo: Type.Boolean(),
    /** Of an undo: the entry that the one taken back was a copy of. */
    origin: Type.Optional(orNull(Type.String())),
  }),
  Type.Object({ type: Type.Literal('ObjectionExpired'), at: InstantMs, entry: Type.String(), scope: Scope }),
]);
export type OppositionFact = Static<typeof OppositionFact>;
