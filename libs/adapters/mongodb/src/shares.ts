import { randomBytes } from 'node:crypto';
import mongoose, { type mongo } from 'mongoose';
import { isDuplicate } from './failure.js';
import type { MongoStore } from './mongo-store.js';

export interface Share {
  readonly _id: mongo.ObjectId;
  readonly owner: string;
  readonly bytes: Uint8Array;
}

export const SHARE_BYTES = 32;
export const ownerOf = (tenant: string, owner: string): string => `${tenant}/${owner}`;
export const holdOf = (tenant: string, key: string): string => `hold ${tenant}/${key}`;

/**
 * `shares`: one for each version of each sealed document, without which it does not open. What replaces or removes a
 * version destroys its share, so that no copy of the other collections opens it any more; an owner's erasure destroys
 * all of them first. A share is never cached.
 */
export class Shares {
  private readonly shares: mongo.Collection<Share>;

  constructor(store: MongoStore) {
    this.shares = store.collection<Share>('shares');
  }

  async make(owner: string): Promise<Share> {
    const share = { _id: new mongoose.mongo.ObjectId(), owner, bytes: randomBytes(SHARE_BYTES) };
    try {
      await this.shares.insertOne({ ...share });
    } catch (error) {
      if (!isDuplicate(error)) throw error; // our own, sent again for its answer was lost
    }
    return share;
  }

  async find(id: mongo.ObjectId): Promise<Uint8Array | undefined> {
    return (await this.shares.findOne({ _id: id }))?.bytes;
  }

  async destroy(id: mongo.ObjectId): Promise<void> {
    await this.shares.deleteOne({ _id: id });
  }

  /** And with it what a crash left of earlier versions; a later one is not touched. */
  async destroyUpTo(
    versions: readonly { readonly owner: string; readonly id: mongo.ObjectId }[],
  ): Promise<void> {
    if (versions.length === 0) return;
    const removals = versions.map(({ owner, id }) => ({
      deleteMany: { filter: { owner, _id: { $lte: id } } },
    }));
    await this.shares.bulkWrite(removals, { ordered: false });
  }

  async destroyAllOf(owner: string): Promise<void> {
    await this.shares.deleteMany({ owner: { $eq: owner } });
  }
}
