import {
  LmdbAgenda,
  LmdbDeliveries,
  LmdbDirectory,
  LmdbEventFeed,
  LmdbEventLog,
  LmdbRecords,
  LmdbStore,
  withShares,
} from '@assent/adapter-lmdb';
import type { Keyring } from '@assent/ports';
import { OnlyProcess } from '@assent/runtime';
import type { Store, StoreEvents } from './store.js';

/** One process on one LMDB environment in the data folder: the log is the feed. */
export async function openEmbedded(
  dataDir: string,
  keyring: Keyring,
  { parked }: StoreEvents,
): Promise<Store> {
  const store = await withShares(LmdbStore.open(dataDir), keyring);
  const log = new LmdbEventLog(store);
  return {
    log,
    traversable: log,
    feed: new LmdbEventFeed(store, log, { onParked: parked }),
    agenda: new LmdbAgenda(store),
    directory: new LmdbDirectory(store, keyring),
    deliveries: new LmdbDeliveries(store),
    records: new LmdbRecords(store),
    leases: new OnlyProcess(),
    isAlone: true,
    ping: () => Promise.resolve(),
    close: () => store.close(),
  };
}
