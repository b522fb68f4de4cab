import { setTimeout as sleep } from 'node:timers/promises';
import type { mongo } from 'mongoose';
import { isDuplicate } from './failure.js';

const TRIES = 100;
const PAUSE_MS = 10;

/** What was there: replaced, or holding its place. */
export interface Put<T> {
  readonly replaced?: mongo.WithId<T>;
  readonly holder?: mongo.WithId<T>;
}

/**
 * Puts the document under `id` unless the one that is there may not be replaced, in one atomic step. Of many at once,
 * each is decided against the one before it.
 */
export async function putUnlessHeld<T extends { readonly _id: string }>(
  collection: mongo.Collection<T>,
  id: string,
  replaceable: mongo.Filter<T>,
  document: Omit<T, '_id'>,
): Promise<Put<T>> {
  for (let attempt = 1; ; attempt++) {
    try {
      const replaced = await collection.findOneAndReplace({ ...replaceable, _id: id }, document, {
        upsert: true,
        returnDocument: 'before',
      });
      return replaced === null ? {} : { replaced };
    } catch (error) {
      if (!isDuplicate(error) || attempt === TRIES) throw error;
    }
    const holder = await collection.findOne({ _id: id, $nor: [replaceable] } as mongo.Filter<T>);
    if (holder !== null) return { holder };
    // Removed since, or not confirmed by a majority yet.
    if (attempt > 1) await sleep(PAUSE_MS);
  }
}
