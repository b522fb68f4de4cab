import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  agendaContract,
  deliveriesContract,
  directoryContract,
  eventFeedContract,
  eventLogContract,
  recordsContract,
  type Keyring,
  type Opened,
} from '@assent/ports';
import { LmdbAgenda } from './lmdb-agenda.js';
import { LmdbDeliveries } from './lmdb-deliveries.js';
import { LmdbDirectory } from './lmdb-directory.js';
import { LmdbEventFeed } from './lmdb-event-feed.js';
import { LmdbEventLog } from './lmdb-event-log.js';
import { LmdbRecords } from './lmdb-records.js';
import { LmdbStore } from './lmdb-store.js';

/** Seals for real, with a key of this run. */
const key = randomBytes(32);
const keyring: Pick<Keyring, 'seal' | 'open'> = {
  seal(_, clear) {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    return Buffer.concat([nonce, cipher.update(JSON.stringify(clear)), cipher.final(), cipher.getAuthTag()]);
  },
  open<T>(_: string, sealed: Uint8Array): T {
    const bytes = Buffer.from(sealed);
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAuthTag(
      bytes.subarray(-16),
    );
    return JSON.parse(
      Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString(),
    ) as T;
  },
};

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
  opened((store, path) => ({
    directory: new LmdbDirectory(store, keyring),
    stored: () => Promise.resolve(readdirSync(path).map((name) => readFileSync(join(path, name)))),
  })),
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
