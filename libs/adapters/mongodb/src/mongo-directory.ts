import type { Address } from '@assent/contract';
import { Directory, type EvidenceDocument, type Hold, type Keyring, type Profile } from '@assent/ports';
import type { mongo } from 'mongoose';
import type { MongoStore } from './mongo-store.js';
import { putUnlessHeld } from './put.js';

/** `_id` is `<tenant>/<address key, subject id or evidence id>`; a tenant's name holds no slash. */
export interface Claim {
  readonly _id: string;
  readonly tenant: string;
  /** The subject; of evidence also an address key. */
  readonly owner: string;
}
export interface Owned extends Claim {
  readonly sealed: Uint8Array;
}
export interface Held {
  readonly _id: string;
  readonly until: number;
  readonly sealed: Uint8Array;
}
export interface SealedProfile {
  readonly _id: string;
  readonly sealed: Uint8Array;
}

const idOf = (tenant: string, id: string): string => `${tenant}/${id}`;

/**
 * `claims`, `addresses`, `holds`, `profiles`, `evidence`: what is personal is opened by the keyring only. Each
 * document names its owner, so an erasure needs no list; it may be repeated after an interruption until all is gone.
 */
export class MongoDirectory extends Directory {
  private readonly claims: mongo.Collection<Claim>;
  private readonly addresses: mongo.Collection<Owned>;
  private readonly holds: mongo.Collection<Held>;
  private readonly profiles: mongo.Collection<SealedProfile>;
  private readonly evidence: mongo.Collection<Owned>;

  constructor(
    private readonly store: MongoStore,
    private readonly keyring: Pick<Keyring, 'seal' | 'open'>,
  ) {
    super();
    this.claims = store.collection<Claim>('claims');
    this.addresses = store.collection<Owned>('addresses');
    this.holds = store.collection<Held>('holds');
    this.profiles = store.collection<SealedProfile>('profiles');
    this.evidence = store.collection<Owned>('evidence');
  }

  override async claim(tenant: string, key: string, subjectId: string): Promise<string> {
    const first = await this.owner(tenant, key);
    if (first !== undefined) return first;
    const claim = { tenant, owner: subjectId };
    const held = await this.store.ask(() =>
      putUnlessHeld(this.claims, idOf(tenant, key), { owner: subjectId }, claim),
    );
    return held?.owner ?? subjectId;
  }

  override async owner(tenant: string, key: string): Promise<string | undefined> {
    const claim = await this.store.ask(() => this.claims.findOne({ _id: idOf(tenant, key) }));
    return claim?.owner;
  }

  override async owners(tenant: string, keys: readonly string[]): Promise<(string | undefined)[]> {
    const ids = keys.map((key) => idOf(tenant, key));
    const claims = await this.store.ask(() => this.claims.find({ _id: { $in: ids } }).toArray());
    const owners = new Map(claims.map(({ _id, owner }) => [_id, owner]));
    return ids.map((id) => owners.get(id));
  }

  override async keep(tenant: string, subjectId: string, key: string, address: Address): Promise<void> {
    const kept = { tenant, owner: subjectId, sealed: this.keyring.seal(tenant, address) };
    await this.put(this.addresses, idOf(tenant, key), kept);
  }

  override async setProfile(tenant: string, subjectId: string, profile: Profile): Promise<void> {
    const sealed = this.keyring.seal(tenant, profile);
    await this.put(this.profiles, idOf(tenant, subjectId), { sealed });
  }

  override async profile(tenant: string, subjectId: string): Promise<Profile | undefined> {
    return this.opened(tenant, await this.found(this.profiles, idOf(tenant, subjectId)));
  }

  override async address(tenant: string, key: string, now: number): Promise<Address | undefined> {
    const id = idOf(tenant, key);
    const [kept, hold] = await Promise.all([this.found(this.addresses, id), this.found(this.holds, id)]);
    return this.opened(tenant, kept ?? (hold !== null && hold.until > now ? hold : null));
  }

  override async hold(tenant: string, key: string, { address, until }: Hold): Promise<void> {
    const held = { until, sealed: this.keyring.seal(tenant, address) };
    await this.store.ask(() => putUnlessHeld(this.holds, idOf(tenant, key), { until: { $lt: until } }, held));
  }

  override async release(tenant: string, key: string): Promise<void> {
    await this.store.ask(() => this.holds.deleteOne({ _id: idOf(tenant, key) }));
  }

  override async releaseOver(now: number): Promise<number> {
    const { deletedCount } = await this.store.ask(() => this.holds.deleteMany({ until: { $lte: now } }));
    return deletedCount;
  }

  override async sealEvidence(
    tenant: string,
    owner: string,
    id: string,
    document: EvidenceDocument,
  ): Promise<void> {
    const sealed = this.keyring.seal(tenant, document);
    await this.put(this.evidence, idOf(tenant, id), { tenant, owner, sealed });
  }

  override async openEvidence(tenant: string, id: string): Promise<EvidenceDocument | undefined> {
    return this.opened(tenant, await this.found(this.evidence, idOf(tenant, id)));
  }

  /** What can be opened goes first, the claims last: a subject that still has claims is not erased yet. */
  override async erase(tenant: string, subjectId: string): Promise<void> {
    const owned = { tenant: { $eq: tenant }, owner: { $eq: subjectId } };
    await this.store.ask(async () => {
      await this.evidence.deleteMany(owned);
      await this.addresses.deleteMany(owned);
      await this.profiles.deleteOne({ _id: idOf(tenant, subjectId) });
      await this.claims.deleteMany(owned);
    });
  }

  private async put<T extends { readonly _id: string }>(
    collection: mongo.Collection<T>,
    id: string,
    document: mongo.WithoutId<T>,
  ): Promise<void> {
    const filter = { _id: id } as mongo.Filter<T>;
    await this.store.ask(() => collection.replaceOne(filter, document, { upsert: true }));
  }

  private found<T extends { readonly _id: string }>(
    collection: mongo.Collection<T>,
    id: string,
  ): Promise<mongo.WithId<T> | null> {
    return this.store.ask(() => collection.findOne({ _id: id } as mongo.Filter<T>));
  }

  private opened<T>(tenant: string, document: { readonly sealed: Uint8Array } | null): T | undefined {
    return document === null ? undefined : this.keyring.open<T>(tenant, document.sealed);
  }
}
