import type { Contact, Inbound, InboundFact, InboundTargets } from './inbound.js';
import type { Outgoing } from './outgoing.js';
import type { Address, CallEvidence, DesiredState, DriftCause } from '@assent/contract';

/** What an address owes to be at one tool, with the clear address, resolved at the moment of acting. */
export interface Desired {
  readonly address: Address;
  readonly addressKey: string;
  readonly subjectId: string | null;
  readonly state: DesiredState;
  readonly revision: number;
  /** What to do when the tool does not know the address. */
  readonly unknown: 'skip' | 'tombstone';
  /** By target: since when the tool was told to stop; an opt-in must be newer to lift it. */
  readonly outSince: Readonly<Record<string, number>>;
  /** Stable over retries of one revision: the receiver's idempotency key. */
  readonly deliveryId: string;
  /** The time of this attempt, epoch milliseconds, real time. */
  readonly sentAt: number;
}

export interface Observed {
  readonly presence: 'present' | 'absent';
  /** `equal` to the desired state, `looser` (it would mail someone who is out), `stricter`, or `unknown`. */
  readonly match: 'equal' | 'looser' | 'stricter' | 'unknown';
  /** One word for the receipt: `suppressed`, `tombstoned`, `absent`, `subscribed`, `erased`. */
  readonly summary: string;
  readonly calls: readonly CallEvidence[];
  /** How many calls the tool says it will still take in its window. */
  readonly remaining?: number;
  /**
   * What the tool was told to stop there, whoever told it; not its own block for a bounce or a complaint. Absent where it
   * does not say.
   */
  readonly out?: InboundTargets;
}

/** One contact of a tool's own listing. */
export interface ListedContact {
  /** As the tool writes it; not yet normalised. */
  readonly who: { readonly kind: 'email' | 'phone'; readonly value: string };
  /**
   * What it would mail the contact for, by the names of `closed`; what the settings do not name by the tool's own id; `*`
   * when its one switch for all marketing stands open. Empty: held, and mailed for nothing. Null: the listing does not say.
   */
  readonly targets: readonly string[] | null;
  /** How the contact came in, where the tool says so. */
  readonly cause?: DriftCause;
}

/** One page of a listing. */
export interface Listing {
  readonly contacts: readonly ListedContact[];
  readonly calls: readonly CallEvidence[];
  /** The page could not be read; after a `retry` the next one asked for is this one again. */
  readonly failed?: Pick<Outcome, 'class' | 'detail' | 'retryAfterMs'>;
}

export type OutcomeClass =
  /** Accepted; verify by read-back. */
  | 'done'
  /** Nothing to do at this tool, with the reason in `detail`. */
  | 'not-applicable'
  /** The vendor has no such operation. */
  | 'not-supported'
  /** The tool keeps no contacts: whoever sends asks first, and is refused. The stop holds from now on. */
  | 'enforced-at-send'
  /** Try again later; `retryAfterMs` when the tool said when. */
  | 'retry'
  /** Credential, target or setting is wrong: open the breaker, tell the operator, keep the row. */
  | 'config'
  /** The vendor refuses this opt-in for good; the opt-out state stays. */
  | 'refused'
  /** The tool rejects this address. */
  | 'data';

export interface Outcome {
  readonly class: OutcomeClass;
  readonly calls: readonly CallEvidence[];
  /** For operators: names and titles from the tool, never its prose, never an address. */
  readonly detail?: string;
  readonly retryAfterMs?: number;
  /** The answer itself proved that this revision is applied. */
  readonly verified?: boolean;
  /** Targets told to stop by this call, for `outSince`. */
  readonly closed?: readonly string[];
  /** How many calls the tool says it will still take in its window. */
  readonly remaining?: number;
}

/** How the engine verifies. */
export interface Capabilities {
  /** Kinds of address the tool can hold. */
  readonly kinds: readonly Address['kind'][];
  readonly readBack: 'get' | 'none';
  /** A stop at this tool also blocks invoices and password resets: refused on `transactional` and `mixed` accounts. */
  readonly blocksTransactional: boolean;
  readonly eraseForgetsOptOut: boolean;
  /** What an erasure comes to at a tool that has nothing to erase, or no way to; `done` when absent. */
  readonly erase?: 'not-applicable' | 'not-supported';
  /** `at-send`: the tool keeps no contacts, and a stop is a refusal to whoever asks before sending. */
  readonly enforcement?: 'at-send';
  /** How many calls the account takes, as the vendor says: on average, and at once. Absent where nobody says it. */
  readonly rate?: { readonly perSecond: number; readonly burst: number };
  /**
   * What `changesSince` tells; absent: nothing. `events`: that somebody left, at the instant at which they did. `states`:
   * how somebody stands, whoever brought it about; the instant is the latest at which it can have been.
   */
  readonly delta?: 'events' | 'states';
}

/** One page of what has changed at a tool. */
export interface ToolChanges {
  /** `done`: it was read. Anything else: it was not, there are no facts, and the cursor is the one before. */
  readonly outcome: Outcome;
  /** The same that webhooks would say. */
  readonly facts: readonly InboundFact[];
  /** Where to go on once the facts are safe. Holds no personal data. */
  readonly cursor: string | null;
  /** There is more to be read now. */
  readonly more: boolean;
}

/**
 * One tool. Makes one attempt per call, holds no state, reads no clock, never sleeps and never retries: the engine
 * does. Answers outcomes; throws only for programming faults. Never lets an address out except to the tool itself.
 */
export abstract class Connector {
  /** Kind and version, for receipts: `mailchimp@1`. */
  abstract readonly version: string;
  abstract readonly capabilities: Capabilities;
  /** Credential, account, and that each mapped target exists. */
  abstract probe(): Promise<Outcome>;
  /** Brings the tool to the desired state. Repeating it has no second effect. */
  abstract apply(desired: Desired): Promise<Outcome>;
  /** Reads the state back and compares. */
  abstract lookup(desired: Desired): Promise<Observed>;
  abstract erase(desired: Desired): Promise<Outcome>;
  /**
   * One record of the tool by its own id, for webhooks that name nothing else. `absent`: it holds no such record;
   * `unread`: it could not be asked now. `sentAt`: the time of the attempt, real time.
   */
  contact?(id: string, sentAt: number): Promise<Contact | 'absent' | 'unread'>;
  /**
   * The next page of what has changed since the cursor; `null`: since always, of whoever is out. What shares an instant
   * with the last page comes again, so that nothing is lost there. `sentAt`: the time of the attempt, real time.
   */
  changesSince?(cursor: string | null, sentAt: number): Promise<ToolChanges>;
  /**
   * Everybody whom the tool would mail, of every kind of address that it holds, page by page (integrations.md §3.6): what
   * costs pages, where reading back costs a call per person. Undefined where the vendor has no such listing. `now`: real time.
   */
  readonly listIn?: (now: () => number) => AsyncIterable<Listing>;
}

/** The settings of one integration as its connector gets them; placeholders resolved, checked by the policy. */
export interface IntegrationSettings {
  readonly id: string;
  readonly tenant: string;
  readonly kind: string;
  readonly role: 'marketing' | 'transactional' | 'mixed';
  /** Purpose to target, e.g. `newsletter: { list: 'a1b2c3' }`. */
  readonly purposes: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly unknownContact: 'skip' | 'tombstone';
  /** Everything else of the entry, as written: `apiKey`, `baseUrl`, `url`, `secret`, `includeAddresses`, … */
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

/** A kind of tool: checks settings and makes connectors. One per folder under `libs/integrations`. */
export interface ConnectorKind {
  readonly kind: string;
  /** What is wrong with the settings, each with the member's name; empty when nothing is. */
  check(settings: IntegrationSettings): readonly { member: string; detail: string }[];
  create(settings: IntegrationSettings, outgoing: Outgoing): Connector;
  /** The way back. Undefined where the tool has no webhooks, or the settings lack what proves them: the door stays shut. */
  inbound?(settings: IntegrationSettings): Inbound | undefined;
}
