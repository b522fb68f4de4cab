import type { Address } from '@assent/contract';
import { Directory, type EvidenceDocument, type Hold, type Keyring, type Profile } from '@assent/ports';
import type { mongo } from 'mongoose';
import type { MongoStore } from './mongo-store.js';
import { putUnlessHeld } from './put.js';
import { holdOf, ownerOf, Shares } from './shares.js';

/** `_id` is `<tenant>/<address key, subject id or evidence id>`; a tenant's name holds no slash. */
export interface Claim {
  readonly _id: string;
  readonly tenant: string;
  readonly owner: string;
}
interface Sealed {
  readonly _id: string;
  /** The share of this version. */
  readonly share: mongo.ObjectId;
  readonly sealed: Uint8Array;
}
/** Of a subject; evidence also of an address key. */
type Owned = Sealed & Claim;
type Held = Sealed & { readonly until: number };

const idOf = (tenant: string, id: string): string => `${tenant}/${id}`;
/** Holds removed at once. */
const STEP = 500;

/**
 * `claims`, and what is sealed: `addresses`, `holds`, `profiles`, `evidence`. Each document names its owner, so an
 * erasure needs no list; it destroys the shares first, and may be repeated after an interruption until all is gone.
 */
export class MongoDirectory extends Directory {
  private readonly claims: mongo.Collection<Claim>;
  private readonly addresses: mongo.Collection<Owned>;
  private readonly holds: mongo.Collection<Held>;
  private readonly profiles: mongo.Collection<Owned>;
  private readonly evidence: mongo.Collection<Owned>;
  private readonly shares: Shares;

  constructor(
    private readonly store: MongoStore,
    private readonly keyring: Pick<Keyring, 'seal' | 'open'>,
  ) {
    super();
    this.claims = store.collection<Claim>('claims');
    this.addresses = store.collection<Owned>('addresses');
    this.holds = store.collection<Held>('holds');
    this.profiles = store.collection<Owned>('profiles');
    this.evidence = store.collection<Owned>('evidence');
    this.shares = new Shares(store);
  }

  override async claim(tenant: string, key: string, subjectId: string): Promise<string> {
    const first = await this.owner(tenant, key);
    if (first !== undefined) return first;
    const claim = { tenant, owner: subjectId };
    const { holder } = await this.store.ask(() =>
      putUnlessHeld(this.claims, idOf(tenant, key), { owner: subjectId }, claim),
    );
    return holder?.owner ?? subjectId;
  }

  override async owner(tenant: string, key: string): Promise<string | undefined> {
    return (await this.owners(tenant, [key]))[0];
  }

  override async owners(tenant: string, keys: readonly string[]): Promise<(string | undefined)[]> {
    const ids = keys.map((key) => idOf(tenant, key));
    const claims = await this.store.ask(() => this.claims.find({ _id: { $in: ids } }).toArray());
    const owners = new Map(claims.map(({ _id, owner }) => [_id, owner]));
    return ids.map((id) => owners.get(id));
  }

  override keep(tenant: string, subjectId: string, key: string, address: Address): Promise<void> {
    return this.seal(this.addresses, tenant, subjectId, key, address);
  }

  override setProfile(tenant: string, subjectId: string, profile: Profile): Promise<void> {
    return this.seal(this.profiles, tenant, subjectId, subjectId, profile);
  }

  override profile(tenant: string, subjectId: string): Promise<Profile | undefined> {
    return this.open(this.profiles, tenant, subjectId);
  }

  override async address(tenant: string, key: string, now: number): Promise<Address | undefined> {
    const own = await this.open<Address, Owned>(this.addresses, tenant, key);
    return own ?? this.open<Address, Held>(this.holds, tenant, key, ({ until }) => until > now);
  }

  override async hold(tenant: string, key: string, { address, until }: Hold): Promise<void> {
    await this.store.ask(async () => {
      const share = await this.shares.make(holdOf(tenant, key));
      const sealed = this.keyring.seal(tenant, address, share.bytes);
      const held = { until, share: share._id, sealed };
      const { replaced, holder } = await putUnlessHeld(
        this.holds,
        idOf(tenant, key),
        { until: { $lt: until } },
        held,
      );
      const unused = holder ? share._id : replaced?.share;
      if (unused && (holder || !unused.equals(share._id))) await this.shares.destroy(unused);
    });
  }

  override async release(tenant: string, key: string): Promise<void> {
    await this.store.ask(async () => {
      const held = await this.holds.findOne({ _id: idOf(tenant, key) });
      if (held !== null) await this.removeHolds([held]);
    });
  }

  override async releaseOver(now: number): Promise<number> {
    let released = 0;
    return this.store.ask(async () => {
      for (;;) {
        const over = await this.holds
          .find({ until: { $lte: now } })
          .limit(STEP)
          .toArray();
        released += await this.removeHolds(over);
        if (over.length < STEP) return released;
      }
    });
  }

  /** These versions, and not what has replaced one meanwhile. */
  private async removeHolds(holds: readonly Held[]): Promise<number> {
    const shares = holds.map(({ share }) => share);
    await this.shares.destroyUpTo(holds.map(({ _id, share }) => ({ owner: `hold ${_id}`, id: share })));
    const ids = holds.map(({ _id }) => _id);
    return (await this.holds.deleteMany({ _id: { $in: ids }, share: { $in: shares } })).deletedCount;
  }

  override sealEvidence(
    tenant: string,
    owner: string,
    id: string,
    document: EvidenceDocument,
  ): Promise<void> {
    return this.seal(this.evidence, tenant, owner, id, document);
  }

  override openEvidence(tenant: string, id: string): Promise<EvidenceDocument | undefined> {
    return this.open(this.evidence, tenant, id);
  }

  override async retire(tenant: string, subjectId: string, until: number): Promise<void> {
    const owned = { tenant: { $eq: tenant }, owner: { $eq: subjectId } };
    const kept = await this.store.ask(() => this.addresses.find(owned).toArray());
    for (const { _id } of kept) {
      const key = _id.slice(tenant.length + 1);
      const address = await this.open<Address, Owned>(
        this.addresses,
        tenant,
        key,
        ({ owner }) => owner === subjectId,
      );
      if (address) await this.hold(tenant, key, { address, until });
    }
    await this.forget(tenant, subjectId, [this.evidence, this.addresses, this.profiles]);
  }

  /** The claims go last: a subject that still has claims is not erased yet. */
  override erase(tenant: string, subjectId: string): Promise<void> {
    return this.forget(tenant, subjectId, [this.evidence, this.addresses, this.profiles, this.claims]);
  }

  private async forget(
    tenant: string,
    owner: string,
    collections: readonly Pick<mongo.Collection<Claim>, 'deleteMany'>[],
  ): Promise<void> {
    await this.store.ask(async () => {
      await this.shares.destroyAllOf(ownerOf(tenant, owner));
      for (const collection of collections) {
        await collection.deleteMany({ tenant: { $eq: tenant }, owner: { $eq: owner } });
      }
    });
  }

  private async seal(
    collection: mongo.Collection<Owned>,
    tenant: string,
    owner: string,
    id: string,
    clear: unknown,
  ): Promise<void> {
    await this.store.ask(async () => {
      const share = await this.shares.make(ownerOf(tenant, owner));
      const sealed = this.keyring.seal(tenant, clear, share.bytes);
      const { replaced } = await putUnlessHeld(
        collection,
        idOf(tenant, id),
        {},
        {
          ...{ tenant, owner, share: share._id, sealed },
        },
      );
      // A version that was sent again, for its answer was lost, finds itself.
      if (replaced && !replaced.share.equals(share._id)) await this.shares.destroy(replaced.share);
    });
  }

  /** Nothing once the share is destroyed; the version that is there when one was replaced meanwhile. */
  private async open<T, D extends Sealed>(
    collection: mongo.Collection<D>,
    tenant: string,
    id: string,
    counts: (document: D) => boolean = () => true,
  ): Promise<T | undefined> {
    const filter = { _id: idOf(tenant, id) } as mongo.Filter<D>;
    return this.store.ask(async () => {
      for (let dead: mongo.ObjectId | undefined; ;) {
        const document = (await collection.findOne(filter)) as D | null;
        if (document === null || !counts(document) || (dead && document.share.equals(dead))) return undefined;
        const share = await this.shares.find(document.share);
        if (share) return this.keyring.open<T>(tenant, document.sealed, share);
        dead = document.share;
      }
    });
  }
}
