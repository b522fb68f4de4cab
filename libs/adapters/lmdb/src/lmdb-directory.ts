import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Address } from '@assent/contract';
import { Directory, type EvidenceDocument, type Hold, type Keyring, type Profile } from '@assent/ports';
import type { Database } from 'lmdb';
import type { LmdbStore } from './lmdb-store.js';

interface Kept {
  readonly subjectId: string;
  readonly sealed: Uint8Array;
}
interface Held {
  readonly until: number;
  readonly sealed: Uint8Array;
}
interface Document {
  readonly owner: string;
  readonly sealed: Uint8Array;
}
type Key = [tenant: string, id: string];
type Owned = [tenant: string, owner: string, what: string, id: string];

/** Holds read, and removed in one transaction. */
const STEP = 500;
/** Two writes each: a transaction stays below 500. */
const ERASED_AT_ONCE = 200;

/** Claims, and everything that is sealed. Keys are address keys and ids; values are opened by the keyring only. */
export class LmdbDirectory extends Directory {
  private readonly claims: Database<string, Key>;
  private readonly kept: Database<Kept, Key>;
  private readonly holds: Database<Held, Key>;
  private readonly profiles: Database<Uint8Array, Key>;
  private readonly documents: Database<Document, Key>;
  /** [tenant, owner, what, id]: what an erasure has to remove. */
  private readonly owned: Database<true, Owned>;

  constructor(
    private readonly store: LmdbStore,
    private readonly keyring: Pick<Keyring, 'seal' | 'open'>,
  ) {
    super();
    this.claims = store.db<string, Key>('claims');
    this.kept = store.db<Kept, Key>('addresses');
    this.holds = store.db<Held, Key>('holds');
    this.profiles = store.db<Uint8Array, Key>('profiles');
    this.documents = store.db<Document, Key>('evidence');
    this.owned = store.db<true, Owned>('owned');
  }

  override async claim(tenant: string, key: string, subjectId: string): Promise<string> {
    const owner = this.claims.get([tenant, key]);
    if (owner !== undefined) return owner;
    return this.store.commit(() => {
      const first = this.claims.get([tenant, key]);
      if (first !== undefined) return first;
      void this.claims.put([tenant, key], subjectId);
      void this.owned.put([tenant, subjectId, 'claim', key], true);
      return subjectId;
    });
  }

  override owner(tenant: string, key: string): Promise<string | undefined> {
    return Promise.resolve(this.claims.get([tenant, key]));
  }

  override owners(tenant: string, keys: readonly string[]): Promise<(string | undefined)[]> {
    return Promise.resolve(keys.map((key) => this.claims.get([tenant, key])));
  }

  override keep(tenant: string, subjectId: string, key: string, address: Address): Promise<void> {
    const sealed = this.keyring.seal(tenant, address);
    return this.store.commit(() => {
      void this.kept.put([tenant, key], { subjectId, sealed });
      void this.owned.put([tenant, subjectId, 'address', key], true);
    });
  }

  override setProfile(tenant: string, subjectId: string, profile: Profile): Promise<void> {
    const sealed = this.keyring.seal(tenant, profile);
    return this.store.commit(() => void this.profiles.put([tenant, subjectId], sealed));
  }

  override profile(tenant: string, subjectId: string): Promise<Profile | undefined> {
    const sealed = this.profiles.get([tenant, subjectId]);
    return Promise.resolve(sealed && this.keyring.open<Profile>(tenant, sealed));
  }

  override address(tenant: string, key: string, now: number): Promise<Address | undefined> {
    const hold = this.holds.get([tenant, key]);
    const sealed =
      this.kept.get([tenant, key])?.sealed ?? (hold && hold.until > now ? hold.sealed : undefined);
    return Promise.resolve(sealed && this.keyring.open<Address>(tenant, sealed));
  }

  override hold(tenant: string, key: string, { address, until }: Hold): Promise<void> {
    const sealed = this.keyring.seal(tenant, address);
    return this.store.commit(() => {
      const before = this.holds.get([tenant, key]);
      if (before === undefined || before.until < until) void this.holds.put([tenant, key], { until, sealed });
    });
  }

  override release(tenant: string, key: string): Promise<void> {
    return this.store.commit(() => void this.holds.remove([tenant, key]));
  }

  override async releaseOver(now: number): Promise<number> {
    let released = 0;
    let start: Key | undefined;
    for (;;) {
      const step = [...this.holds.getRange({ ...(start && { start }), limit: STEP })];
      const over = step.filter(({ value }) => value.until <= now);
      if (over.length > 0) {
        released += await this.store.commit(() => {
          // Looked at again: a hold may have been prolonged since.
          const still = over.filter(({ key }) => (this.holds.get(key)?.until ?? Infinity) <= now);
          for (const { key } of still) void this.holds.remove(key);
          return still.length;
        });
      } else await nextTurn();
      const last = step.at(-1);
      if (last === undefined || step.length < STEP) return released;
      start = [last.key[0], `${last.key[1]}\0`];
    }
  }

  override sealEvidence(
    tenant: string,
    owner: string,
    id: string,
    document: EvidenceDocument,
  ): Promise<void> {
    const sealed = this.keyring.seal(tenant, document);
    return this.store.commit(() => {
      void this.documents.put([tenant, id], { owner, sealed });
      void this.owned.put([tenant, owner, 'evidence', id], true);
    });
  }

  override openEvidence(tenant: string, id: string): Promise<EvidenceDocument | undefined> {
    const document = this.documents.get([tenant, id]);
    return Promise.resolve(document && this.keyring.open<EvidenceDocument>(tenant, document.sealed));
  }

  override async erase(tenant: string, subjectId: string): Promise<void> {
    const start: Owned = [tenant, subjectId, '', ''];
    const end: Owned = [tenant, subjectId, '\uffff', ''];
    let left: number;
    do {
      left = await this.store.commit(() => {
        const keys = [...this.owned.getKeys({ start, end, limit: ERASED_AT_ONCE })];
        for (const key of keys) this.eraseOne(key);
        void this.profiles.remove([tenant, subjectId]);
        return keys.length;
      });
    } while (left === ERASED_AT_ONCE);
  }

  /** What has another owner by now is left to it. */
  private eraseOne(key: Owned): void {
    const [tenant, owner, what, id] = key;
    const at: Key = [tenant, id];
    if (what === 'claim' && this.claims.get(at) === owner) void this.claims.remove(at);
    if (what === 'address' && this.kept.get(at)?.subjectId === owner) void this.kept.remove(at);
    if (what === 'evidence' && this.documents.get(at)?.owner === owner) void this.documents.remove(at);
    void this.owned.remove(key);
  }
}
