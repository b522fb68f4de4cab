import Type, { type Static } from 'typebox';

/** Ways a message travels. `sms` and `voice` reach a phone, `inapp` reaches the signed-in person without an address. */
export const CHANNELS = ['email', 'sms', 'voice', 'post', 'inapp'] as const;
export type Channel = (typeof CHANNELS)[number];

/** Kinds of address. `externalId` reaches nobody: it is a tool's own name for the person, handled as carefully. */
export const ADDRESS_KINDS = ['email', 'phone', 'post', 'externalId'] as const;
export type AddressKind = (typeof ADDRESS_KINDS)[number];

/** The kind of address a channel needs; `inapp` needs none. */
export const kindFor = (channel: Channel): AddressKind | undefined =>
  channel === 'email' ? 'email' : channel === 'post' ? 'post' : channel === 'inapp' ? undefined : 'phone';

/** A way to reach a person, in clear, normalised. Lives in the directory and in memory, nowhere else. */
export interface Address {
  readonly kind: AddressKind;
  readonly value: string;
}

export const CONTEXTS = ['consumer', 'professional', 'generic'] as const;
export type Context = (typeof CONTEXTS)[number];

export const EVIDENCE_METHODS = [
  'form',
  'script',
  'paper',
  'phone',
  'import',
  'integration',
  'operator',
] as const;
export type EvidenceMethod = (typeof EVIDENCE_METHODS)[number];

/** Methods that record the person's own act; only these lift an objection or restart a clock (seeds K9, K15). */
export const isOwnAct = (method: EvidenceMethod): boolean =>
  method === 'form' || method === 'paper' || method === 'phone';

export const OBJECTION_SOURCES = ['letter', 'phone', 'form', 'click', 'integration', 'complaint'] as const;
/** Where an entry came from: told by a client, or kept because the person asked to be erased. */
export const ENTRY_SOURCES = [...OBJECTION_SOURCES, 'erasure'] as const;
export type ObjectionSource = (typeof ENTRY_SOURCES)[number];

/**
 * Why a person is erased: asked by the person (`request`), or one of the grounds of GDPR art. 17(1). Whatever else is said
 * may hold personal data, so it is `stated`: not kept, only its keyed digest.
 */
export const ERASURE_REASONS = [
  'request',
  'no-longer-needed',
  'consent-withdrawn',
  'objection',
  'unlawful',
  'legal-duty',
  'child',
  'stated',
] as const;
/** Recorded when an import is undone, and by nothing else: the person asked for nothing, so nothing is kept against them. */
export const IMPORT_UNDONE = 'import-undone';
export type ErasureReason = (typeof ERASURE_REASONS)[number];

export const RESPONSE_KINDS = ['click', 'reply', 'order', 'login', 'call', 'form', 'visit', 'open'] as const;
export type ResponseKind = (typeof RESPONSE_KINDS)[number];

/** Everything, or one: `*` as purpose is every *marketing* purpose, as channel every channel. */
export const ALL = '*';

const literals = <const T extends readonly string[]>(values: T) => Type.Enum<[...T]>([...values]);

export const InstantMs = Type.Integer({ description: 'Epoch milliseconds, UTC.' });
export const AddressKeyText = Type.String({
  pattern: '^[0-9a-f]{32}$',
  description: 'Keyed one-way digest of an address, 128 bit.',
});
export const ChannelName = literals(CHANNELS);
export const KindName = literals(ADDRESS_KINDS);
export const ContextName = literals(CONTEXTS);
export const MethodName = literals(EVIDENCE_METHODS);
export const SourceName = literals(ENTRY_SOURCES);
export const ResponseName = literals(RESPONSE_KINDS);

export const Scope = Type.Object({
  purpose: Type.String({ description: 'A purpose of the policy, or `*`: every marketing purpose.' }),
  channel: Type.String({ description: 'A channel, or `*`.' }),
});
export type Scope = Static<typeof Scope>;

/** The proof of an act: sealed in the directory under `id`; `digest` is keyed, so it can be compared but not guessed. */
export const EvidenceRef = Type.Object({
  id: Type.String(),
  digest: Type.String(),
  method: MethodName,
  confirmedAt: Type.Union([InstantMs, Type.Null()], {
    description: 'Second step of a double opt-in made elsewhere.',
  }),
});
export type EvidenceRef = Static<typeof EvidenceRef>;

export const NoticeRef = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  digest: Type.String({ description: 'SHA-256 of the texts as shown, all languages.' }),
});
export type NoticeRef = Static<typeof NoticeRef>;

export const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
