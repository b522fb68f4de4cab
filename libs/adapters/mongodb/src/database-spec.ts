/** A database of its own for each suite, on the server that `MONGODB_URI` names. */
import { randomUUID } from 'node:crypto';
import type { Opened } from '@assent/ports';
import { MongoStore } from './mongo-store.js';

/** The address of a fresh database on the server under test. */
export function freshDatabase(): string {
  const uri = process.env['MONGODB_URI'];
  if (!uri) {
    throw new Error(
      'MONGODB_URI is not set: start the services with `npm run stack up` and set what it prints',
    );
  }
  const [, hosts = '', query = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(uri) ?? [];
  return `${hosts}/assent-${randomUUID()}${query}`;
}

/** Prepared and open. */
export async function freshStore(): Promise<{ uri: string; store: MongoStore }> {
  const uri = freshDatabase();
  await MongoStore.prepare(uri);
  return { uri, store: await MongoStore.open(uri) };
}

/** `make` on a database of its own; a crash is another connection to it, while the first is not closed. */
export function opened<T>(make: (store: MongoStore) => T): () => Promise<Opened<T>> {
  return async () => {
    const { uri, store } = await freshStore();
    const stores = [store];
    const at = (current: MongoStore): Opened<T> => ({
      port: make(current),
      crash: async () => {
        const survivor = await MongoStore.open(uri);
        stores.push(survivor);
        return at(survivor);
      },
      close: async () => {
        await current.db.dropDatabase();
        await Promise.all(stores.map((one) => one.close()));
      },
    });
    return at(store);
  };
}
