import { Records } from '@assent/ports';
import type { mongo } from 'mongoose';
import type { MongoStore } from './mongo-store.js';
import { putUnlessHeld } from './put.js';
import { storable } from './storable.js';

export interface Entry {
  /** The key. */
  readonly _id: string;
  readonly value?: unknown;
  readonly expiresAt: number;
}

/** Behind every character there is. */
export const LAST = '\u{10ffff}';

/**
 * `records`: one document per key. Their end is decided by the instant given, never by the clock of the database, so
 * there is no TTL index: `sweep` removes what is over.
 */
export class MongoRecords extends Records {
  private readonly entries: mongo.Collection<Entry>;

  constructor(private readonly store: MongoStore) {
    super();
    this.entries = store.collection<Entry>('records');
  }

  override async get<T>(key: string, now: number): Promise<T | undefined> {
    const entry = await this.store.ask(() => this.entries.findOne({ _id: key, expiresAt: { $gt: now } }));
    return entry?.value as T | undefined;
  }

  override async putIfAbsent<T>(
    key: string,
    value: T,
    expiresAt: number,
    now: number,
  ): Promise<T | undefined> {
    const entry = storable({ value, expiresAt });
    const { holder } = await this.store.ask(() =>
      putUnlessHeld(this.entries, key, { expiresAt: { $lte: now } }, entry),
    );
    return holder?.value as T | undefined;
  }

  override async put(key: string, value: unknown, expiresAt: number): Promise<void> {
    const entry = storable({ value, expiresAt });
    await this.store.ask(() => this.entries.replaceOne({ _id: key }, entry, { upsert: true }));
  }

  override async delete(key: string): Promise<void> {
    await this.store.ask(() => this.entries.deleteOne({ _id: key }));
  }

  override async list<T>(prefix: string, now: number): Promise<{ key: string; value: T }[]> {
    const live = await this.store.ask(() =>
      this.entries
        .find({ _id: { $gte: prefix, $lt: `${prefix}${LAST}` }, expiresAt: { $gt: now } })
        .sort({ _id: 1 })
        .toArray(),
    );
    return live.map(({ _id, value }) => ({ key: _id, value: value as T }));
  }

  override async sweep(now: number): Promise<number> {
    const { deletedCount } = await this.store.ask(() =>
      this.entries.deleteMany({ expiresAt: { $lte: now } }),
    );
    return deletedCount;
  }
}
