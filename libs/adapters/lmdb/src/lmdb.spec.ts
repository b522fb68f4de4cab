import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  agendaContract,
  deliveriesContract,
  directoryContract,
  eventFeedContract,
  eventLogContract,
  logChangesContract,
  recordsContract,
  type Opened,
} from '@assent/ports';
import { LmdbAgenda } from './lmdb-agenda.js';
import { LmdbDeliveries } from './lmdb-deliveries.js';
import { LmdbDirectory } from './lmdb-directory.js';
import { LmdbEventFeed } from './lmdb-event-feed.js';
import { LmdbEventLog } from './lmdb-event-log.js';
import { LmdbRecords } from './lmdb-records.js';
import { LmdbStore } from './lmdb-store.js';
import { OpenBook } from './open-book-spec.js';

// With a dot, as a folder of a version or of `mktemp` may have one.
const folder = (): string => mkdtempSync(join(tmpdir(), 'assent.lmdb-'));

/** `make` on a store of its own; a crash is what the disk holds at that moment, opened as another store. */
function opened<T>(
  make: (store: LmdbStore, path: string) => T,
  end: (port: T) => Promise<void> = () => Promise.resolve(),
) {
  const at = (path: string): Opened<T> => {
    const store = LmdbStore.open(path);
    const port = make(store, path);
    const close = async (): Promise<void> => {
      await end(port);
      await store.close();
      rmSync(path, { recursive: true, force: true });
    };
    const crash = async (): Promise<Opened<T>> => {
      const survived = folder();
      cpSync(path, survived, { recursive: true, filter: (file) => !file.endsWith('lock') });
      await close();
      return at(survived);
    };
    return { port, close, crash };
  };
  return () => Promise.resolve(at(folder()));
}

eventLogContract(
  'LMDB',
  opened((store) => new LmdbEventLog(store)),
);
logChangesContract(
  'LMDB',
  opened((store) => new LmdbEventLog(store)),
);
agendaContract(
  'LMDB',
  opened((store) => new LmdbAgenda(store)),
);
recordsContract(
  'LMDB',
  opened((store) => new LmdbRecords(store)),
);
deliveriesContract(
  'LMDB',
  opened((store) => new LmdbDeliveries(store)),
);
directoryContract(
  'LMDB',
  opened((store, path) => {
    const book = new OpenBook();
    const stored = () =>
      Promise.resolve(readdirSync(path).map((name) => readFileSync(join(path, name)) as Uint8Array));
    return {
      directory: new LmdbDirectory(store, book),
      stored,
      stolen: async () => book.stolenWith(await stored()),
    };
  }),
);
eventFeedContract(
  'LMDB',
  opened(
    (store) => {
      const log = new LmdbEventLog(store);
      return { log, feed: new LmdbEventFeed(store, log, { attempts: 3, firstDelayMs: 20, maxDelayMs: 40 }) };
    },
    ({ feed }) => feed.stop(),
  ),
);
