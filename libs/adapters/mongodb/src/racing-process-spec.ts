/**
 * A process for `race.stack-spec.ts`. `append URI STREAM COUNT` appends as often, each time behind the newest head it
 * finds, and prints the versions and ids that were acknowledged; `lease URI COUNT` leases one row after the other until
 * the process and its rivals have taken all, and prints their keys.
 */
import { writeSync } from 'node:fs';
import { eventNamed, VersionConflict } from '@assent/ports';
import { ulid } from '@assent/kernel';
import { MongoDeliveries } from './mongo-deliveries.js';
import { MongoEventLog } from './mongo-event-log.js';
import { MongoStore } from './mongo-store.js';

const [what, uri = '', ...rest] = process.argv.slice(2);
const store = await MongoStore.open(uri);

if (what === 'append') {
  const log = new MongoEventLog(store);
  const [stream = '', count] = rest;
  for (let appended = 0; appended < Number(count);) {
    const version = (await log.head(stream))?.version ?? 0;
    const event = eventNamed(ulid(Date.now()));
    try {
      await log.append(stream, version, [event], version + 1);
    } catch (error) {
      if (error instanceof VersionConflict) continue;
      throw error;
    }
    writeSync(1, `${version + 1} ${event.id}\n`);
    appended += 1;
  }
} else {
  const deliveries = new MongoDeliveries(store);
  for (;;) {
    const leased = await deliveries.lease('t', 'crm', { rule: 100, real: 100 }, 1_000, 5);
    if (leased.length === 0) break;
    writeSync(1, leased.map(({ addressKey }) => `${addressKey}\n`).join(''));
  }
}
await store.close();
