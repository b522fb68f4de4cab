import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import {
  agendaContract,
  deliveriesContract,
  directoryContract,
  eventLogContract,
  logChangesContract,
  recordsContract,
  type Keyring,
} from '@assent/ports';
import { opened } from './database-spec.js';
import { COLLECTIONS } from './layout.js';
import { MongoAgenda } from './mongo-agenda.js';
import { MongoDeliveries } from './mongo-deliveries.js';
import { MongoDirectory } from './mongo-directory.js';
import { MongoEventLog } from './mongo-event-log.js';
import { MongoRecords } from './mongo-records.js';

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

eventLogContract(
  'MongoDB',
  opened((store) => new MongoEventLog(store)),
);
logChangesContract(
  'MongoDB',
  opened((store) => new MongoEventLog(store, 200)),
);
agendaContract(
  'MongoDB',
  opened((store) => new MongoAgenda(store)),
);
recordsContract(
  'MongoDB',
  opened((store) => new MongoRecords(store)),
);
deliveriesContract(
  'MongoDB',
  opened((store) => new MongoDeliveries(store)),
);
directoryContract(
  'MongoDB',
  opened((store) => ({
    directory: new MongoDirectory(store, keyring),
    stored: async () => {
      const all = COLLECTIONS.map((name) => store.db.collection(name).find({}, { raw: true }).toArray());
      return (await Promise.all(all)).flat() as unknown as Uint8Array[];
    },
  })),
);
