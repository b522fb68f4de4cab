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

/** Claims, and everything that is sealed. Keys are address keys and ids; values are opened by the keyring only. */
export class LmdbDirectory extends Directory {
  private readonly claims: Database<string, Key>;
  private readonly kept: Database<Kept, Key>;
  private readonly holds: Database<Held, Key>;
  private readonly profiles: Database<Uint8Array, Key>;
  private readonly documents: Database<Document, Key>;
  /** [tenant, owner, what, id]: what an erasure has to remove. */
  private readonly owned: Database<true, [string, string, string, string]>;

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
    this.owned = store.db<true, [string, string, string, string]>('owned');
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
    const over = [...this.holds.getRange({})].filter(({ value }) => value.until <= now).slice(0, 500);
    if (over.length > 0)
      await this.store.commit(() => over.forEach(({ key }) => void this.holds.remove(key)));
    return over.length;
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

  override erase(tenant: string, subjectId: string): Promise<void> {
    return this.store.commit(() => {
      const range = this.owned.getRange({
        start: [tenant, subjectId, '', ''],
        end: [tenant, subjectId, '\uffff', ''],
      });
      for (const { key } of [...range]) {
        const [, , what, id] = key;
        if (what === 'claim') void this.claims.remove([tenant, id]);
        if (what === 'address') void this.kept.remove([tenant, id]);
        if (what === 'evidence') void this.documents.remove([tenant, id]);
        void this.owned.remove(key);
      }
      void this.profiles.remove([tenant, subjectId]);
    });
  }
}
