/** A process for `killed.spec.ts`: appends until it is killed, and prints what was acknowledged. */
import { writeSync } from 'node:fs';
import { ulid } from '@assent/kernel';
import { eventNamed } from '@assent/ports';
import { LmdbEventLog } from './lmdb-event-log.js';
import { LmdbStore } from './lmdb-store.js';

const WRITERS = 8;
const log = new LmdbEventLog(LmdbStore.open(process.argv[2] as string));

await Promise.all(
  Array.from({ length: WRITERS }, async (_, writer) => {
    const stream = `consent/t/sub_${writer}`;
    for (let version = (await log.head(stream))?.version ?? 0; ; version += 2) {
      const events = [eventNamed(ulid(Date.now())), eventNamed(ulid(Date.now()))];
      await log.append(stream, version, events, { version: version + 2 });
      events.forEach(({ id }, index) => writeSync(1, `${stream} ${version + index + 1} ${id}\n`));
    }
  }),
);
