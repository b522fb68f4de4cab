import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freshStore } from './database-spec.js';
import { MongoDeliveries } from './mongo-deliveries.js';
import { MongoEventLog } from './mongo-event-log.js';
import type { MongoStore } from './mongo-store.js';
import { rowNamed } from './row-spec.js';

const program = fileURLToPath(new URL('./racing-process-spec.js', import.meta.url));
const linesOf = async (...args: string[]): Promise<string[]> =>
  (await promisify(execFile)(process.execPath, [program, ...args])).stdout.trim().split('\n').filter(Boolean);

describe('Two processes on one database', () => {
  let uri: string;
  let store: MongoStore;
  beforeEach(async () => ({ uri, store } = await freshStore()));
  afterEach(async () => {
    await store.db.dropDatabase();
    await store.close();
  });

  it('have one winner per version of a stream that both write', async () => {
    const stream = 'consent/t/sub_1';
    const told = await Promise.all([
      linesOf('append', uri, stream, '60'),
      linesOf('append', uri, stream, '60'),
    ]);
    const events = await new MongoEventLog(store).read(stream);
    expect(events.map(({ version }) => version)).toEqual(
      Array.from({ length: 120 }, (_, index) => index + 1),
    );
    const acknowledged = told.flat().sort((one, other) => parseInt(one) - parseInt(other));
    expect(events.map(({ version, id }) => `${version} ${id}`)).toEqual(acknowledged);
    expect(await new MongoEventLog(store).head(stream)).toEqual({ version: 120, state: 120 });
  }, 60_000);

  it('lease no row together, and all rows between them', async () => {
    const deliveries = new MongoDeliveries(store);
    await Promise.all(Array.from({ length: 150 }, (_, n) => deliveries.save(rowNamed(`k${n}`))));
    const leased = (await Promise.all([linesOf('lease', uri), linesOf('lease', uri)])).flat();
    expect(leased).toHaveLength(150);
    expect(new Set(leased).size).toBe(150);
  }, 60_000);

  it('take over from one that died: its row is free when the lease is over, and not before', async () => {
    const deliveries = new MongoDeliveries(store);
    await deliveries.save(rowNamed('a'));
    expect(await linesOf('lease', uri)).toEqual(['a']); // until 1,000, and is gone
    const lease = (real: number) => deliveries.lease('t', 'crm', { rule: 100, real }, real + 500, 10);
    expect(await lease(999)).toEqual([]);
    expect(await lease(1_000)).toMatchObject([{ addressKey: 'a', leaseUntil: 1_500, rowVersion: 3 }]);
    expect(await lease(1_000)).toEqual([]);
  }, 60_000);
});
