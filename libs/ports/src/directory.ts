import type { Address } from '@assent/contract';

/** What the person was shown and did, with the personal data in it (IP address, user agent, note). */
export type EvidenceDocument = Readonly<Record<string, string | number | boolean | null>>;

export interface Profile {
  readonly locale: string | null;
}

/** A clear address kept for stopping only, until every integration is verified, `until` at the latest. */
export interface Hold {
  readonly address: Address;
  /** Epoch milliseconds. */
  readonly until: number;
}

/**
 * The only store of clear personal data. Everything in it is sealed at rest; nothing in it is needed to honour a
 * stop; `erase` leaves nothing that could be opened again. All methods work within one tenant.
 * What was written is durable when the call resolves; of `claim`, `keep`, `hold`, and of `sealEvidence` when asked to go
 * `ahead`, it is enough that no event appended afterwards is ever durable without it: an event is to follow, and whoever
 * waits for that one waits once.
 */
export abstract class Directory {
  /**
   * Claims the address key for the subject unless it has an owner; answers the owner. Insert-only, one winner of
   * concurrent claims.
   */
  abstract claim(tenant: string, key: string, subjectId: string): Promise<string>;
  abstract owner(tenant: string, key: string): Promise<string | undefined>;
  /** Owners in the order of the keys. */
  abstract owners(tenant: string, keys: readonly string[]): Promise<(string | undefined)[]>;

  /** Stores the clear address of a subject under its key. */
  abstract keep(tenant: string, subjectId: string, key: string, address: Address): Promise<void>;
  abstract setProfile(tenant: string, subjectId: string, profile: Profile): Promise<void>;
  abstract profile(tenant: string, subjectId: string): Promise<Profile | undefined>;
  /** The clear address of a key, from its subject or from a hold that is not over at `now`. */
  abstract address(tenant: string, key: string, now: number): Promise<Address | undefined>;

  /** Keeps a clear address without a subject; a later `until` of the same key wins. */
  abstract hold(tenant: string, key: string, hold: Hold): Promise<void>;
  abstract release(tenant: string, key: string): Promise<void>;
  /** Removes holds that are over at `now`; answers how many. */
  abstract releaseOver(now: number): Promise<number>;

  /**
   * Seals a document under `id`, as part of what is erased with the owner: a subject id, an address key, or the id of what
   * a tool posted, until it is worked off.
   */
  abstract sealEvidence(
    tenant: string,
    owner: string,
    id: string,
    document: EvidenceDocument,
    ahead?: boolean,
  ): Promise<void>;
  abstract openEvidence(tenant: string, id: string): Promise<EvidenceDocument | undefined>;

  /**
   * Begins an erasure: the subject's clear addresses become holds until `until`, for stopping only; profile and evidence
   * are gone for good. Claims stay, so that nobody else gets the addresses before the tools have forgotten them.
   * Idempotent.
   */
  abstract retire(tenant: string, subjectId: string, until: number): Promise<void>;
  /**
   * Removes the subject's addresses, profile, evidence and claims; holds stay until they are released. When it resolves,
   * no copy of the store opens any of it, not even with the installation's secret. The same holds for `release` and
   * `releaseOver`. Idempotent.
   */
  abstract erase(tenant: string, subjectId: string): Promise<void>;
}
