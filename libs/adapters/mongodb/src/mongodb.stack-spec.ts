import {
  agendaContract,
  deliveriesContract,
  directoryContract,
  eventLogContract,
  logChangesContract,
  recordsContract,
} from '@assent/ports';
import { opened } from './database-spec.js';
import { OpenBook } from './open-book-spec.js';
import { COLLECTIONS } from './layout.js';
import { MongoAgenda } from './mongo-agenda.js';
import { MongoDeliveries } from './mongo-deliveries.js';
import { MongoDirectory } from './mongo-directory.js';
import { MongoEventLog } from './mongo-event-log.js';
import { MongoRecords } from './mongo-records.js';
import type { Share } from './shares.js';

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
  opened((store) => {
    const keyring = new OpenBook();
    return {
      directory: new MongoDirectory(store, keyring),
      stored: async () => {
        const all = COLLECTIONS.map((name) => store.db.collection(name).find({}, { raw: true }).toArray());
        return (await Promise.all(all)).flat() as unknown as Uint8Array[];
      },
      stolen: async () =>
        keyring.stolenWith(
          (await store.collection<Share>('shares').find().toArray()).map(({ bytes }) => bytes),
        ),
    };
  }),
);
