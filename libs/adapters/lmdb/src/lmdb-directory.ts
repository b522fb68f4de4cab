import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Address } from '@assent/contract';
import { Directory, type EvidenceDocument, type Hold, type Keyring, type Profile } from '@assent/ports';
import type { Database } from 'lmdb';
import type { LmdbStore } from './lmdb-store.js';
import { Shares, type Owner } from './shares.js';

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
type What = 'claim' | 'address' | 'evidence';
type Owned = [tenant: string, owner: string, what: What, id: string];

/** Holds read, and removed in one transaction. */
const STEP = 500;
/** Two writes each: a transaction stays below 500. */
const ERASED_AT_ONCE = 200;

/**
 * Claims, and everything that is sealed. Keys are address keys and ids; values are opened by the keyring only, and only
 * while their owner has a share: a person, a document's owner, a hold.
 */
export class LmdbDirectory extends Directory {
  private readonly claims: Database<string, Key>;
  private readonly kept: Database<Kept, Key>;
  private readonly holds: Database<Held, Key>;
  private readonly profiles: Database<Uint8Array, Key>;
  private readonly documents: Database<Document, Key>;
  /** [tenant, owner, what, id]: what an erasure has to remove. */
  private readonly owned: Database<true, Owned>;
  private readonly shares: Shares;

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
    this.shares = new Shares(store);
  }

  override async claim(tenant: string, key: string, subjectId: string): Promise<string> {
    const owner = this.claims.get([tenant, key]);
    if (owner !== undefined) return owner;
    return this.store.ahead(() => {
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
    const put = (sealed: Uint8Array): void => {
      void this.kept.put([tenant, key], { subjectId, sealed });
      void this.owned.put([tenant, subjectId, 'address', key], true);
    };
    return this.sealed([tenant, 'owner', subjectId], address, put, true);
  }

  override setProfile(tenant: string, subjectId: string, profile: Profile): Promise<void> {
    return this.sealed([tenant, 'owner', subjectId], profile, (sealed) => {
      void this.profiles.put([tenant, subjectId], sealed);
    });
  }

  override profile(tenant: string, subjectId: string): Promise<Profile | undefined> {
    const sealed = this.profiles.get([tenant, subjectId]);
    return Promise.resolve(this.opened([tenant, 'owner', subjectId], sealed));
  }

  override address(tenant: string, key: string, now: number): Promise<Address | undefined> {
    const kept = this.kept.get([tenant, key]);
    const hold = this.holds.get([tenant, key]);
    const own = kept && this.opened<Address>([tenant, 'owner', kept.subjectId], kept.sealed);
    const held =
      hold && hold.until > now ? this.opened<Address>([tenant, 'hold', key], hold.sealed) : undefined;
    return Promise.resolve(own ?? held);
  }

  override hold(tenant: string, key: string, { address, until }: Hold): Promise<void> {
    const put = (sealed: Uint8Array): void => {
      const before = this.holds.get([tenant, key]);
      if (before === undefined || before.until < until) void this.holds.put([tenant, key], { until, sealed });
    };
    return this.sealed([tenant, 'hold', key], address, put, true);
  }

  override async release(tenant: string, key: string): Promise<void> {
    await this.shares.shred(await this.store.commit(() => this.removeHold([tenant, key])));
  }

  override async releaseOver(now: number): Promise<number> {
    let released = 0;
    let start: Key | undefined;
    for (;;) {
      const step = [...this.holds.getRange({ ...(start && { start }), limit: STEP })];
      const over = step.filter(({ value }) => value.until <= now);
      if (over.length > 0) {
        const slots = await this.store.commit(() => {
          // Looked at again: a hold may have been prolonged since.
          const still = over.filter(({ key }) => (this.holds.get(key)?.until ?? Infinity) <= now);
          released += still.length;
          return still.flatMap(({ key }) => this.removeHold(key));
        });
        await this.shares.shred(slots);
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
    ahead = false,
  ): Promise<void> {
    const put = (sealed: Uint8Array): void => {
      void this.documents.put([tenant, id], { owner, sealed });
      void this.owned.put([tenant, owner, 'evidence', id], true);
    };
    return this.sealed([tenant, 'owner', owner], document, put, ahead);
  }

  override openEvidence(tenant: string, id: string): Promise<EvidenceDocument | undefined> {
    const document = this.documents.get([tenant, id]);
    return Promise.resolve(document && this.opened([tenant, 'owner', document.owner], document.sealed));
  }

  override async retire(tenant: string, subjectId: string, until: number): Promise<void> {
    const [start, end] = rangeOf(tenant, subjectId, 'address');
    const keys = [...this.owned.getKeys({ start, end })].map(([, , , key]) => key);
    for (const key of keys) {
      const kept = this.kept.get([tenant, key]);
      if (kept?.subjectId !== subjectId) continue;
      const address = this.opened<Address>([tenant, 'owner', subjectId], kept.sealed);
      if (address) await this.hold(tenant, key, { address, until });
    }
    await this.forget(tenant, subjectId, ['address', 'evidence']);
  }

  override erase(tenant: string, subjectId: string): Promise<void> {
    return this.forget(tenant, subjectId, ['address', 'claim', 'evidence']);
  }

  /** Removes what the owner has of these kinds, and destroys the share. */
  private async forget(tenant: string, owner: string, kinds: readonly What[]): Promise<void> {
    for (const what of kinds) {
      let left: number;
      do {
        left = await this.store.commit(() => {
          const keys = this.keysOf(tenant, owner, what);
          for (const key of keys) this.eraseOne(key);
          return keys.length;
        });
      } while (left === ERASED_AT_ONCE);
    }
    const slots = await this.store.commit(() => {
      // What came meanwhile goes too: it could not be opened any more.
      for (const what of kinds) for (const key of this.keysOf(tenant, owner, what)) this.eraseOne(key);
      void this.profiles.remove([tenant, owner]);
      return this.shares.doom([tenant, 'owner', owner]);
    });
    await this.shares.shred(slots);
  }

  private keysOf(tenant: string, owner: string, what: What): Owned[] {
    const [start, end] = rangeOf(tenant, owner, what);
    return [...this.owned.getKeys({ start, end, limit: ERASED_AT_ONCE })];
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

  /** Inside a commit; answers the slots to shred. */
  private removeHold([tenant, key]: Key): number[] {
    void this.holds.remove([tenant, key]);
    return this.shares.doom([tenant, 'hold', key]);
  }

  /**
   * Seals for the owner and stores; once more under a new share when the owner was erased meanwhile. `ahead`: on disk with
   * whatever is committed afterwards, and not waited for until then.
   */
  private async sealed(
    owner: Owner,
    clear: unknown,
    put: (sealed: Uint8Array) => void,
    ahead = false,
  ): Promise<void> {
    for (let stored = false; !stored;) {
      const { slot, bytes } = await this.shares.of(owner);
      const sealed = this.keyring.seal(owner[0], clear, bytes);
      const work = (): boolean => {
        const mine = this.shares.keep(owner, slot);
        if (mine) put(sealed);
        return mine;
      };
      stored = await (ahead ? this.store.ahead(work) : this.store.commit(work));
    }
    this.shares.kept(owner);
  }

  /** Nothing once the owner's share is destroyed. */
  private opened<T>(owner: Owner, sealed: Uint8Array | undefined): T | undefined {
    const share = sealed && this.shares.find(owner);
    return share && this.keyring.open<T>(owner[0], sealed, share.bytes);
  }
}

const rangeOf = (tenant: string, owner: string, what: What): [Owned, Owned] => [
  [tenant, owner, what, ''],
  [tenant, owner, what, '\uffff'],
];
