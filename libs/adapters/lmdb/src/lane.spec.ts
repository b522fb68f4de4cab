import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventNamed, type ParkedEvent } from '@assent/ports';
import { LmdbEventFeed, type FeedOptions } from './lmdb-event-feed.js';
import { LmdbEventLog } from './lmdb-event-log.js';
import { LmdbStore } from './lmdb-store.js';

const topics = ['assent.consent'];
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('A consumer of the log', () => {
  let folder: string;
  let store: LmdbStore;
  let log: LmdbEventLog;
  let feed: LmdbEventFeed;
  const start = (options: Partial<FeedOptions> = {}) => (feed = new LmdbEventFeed(store, log, options));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'assent-lane-'));
    store = LmdbStore.open(folder);
    log = new LmdbEventLog(store);
  });
  afterEach(async () => {
    await feed.stop();
    await store.close();
    rmSync(folder, { recursive: true });
  });

  it('is told of every event it gives up, when that is durable', async () => {
    const told: ParkedEvent[] = [];
    let listed: Promise<ParkedEvent[]> | undefined;
    start({
      attempts: 2,
      firstDelayMs: 1,
      onParked: (parked) => {
        told.push(parked);
        listed = feed.parked();
      },
    });
    await log.append('consent/t/a', 0, [eventNamed('1'), eventNamed('2')], 1);
    await feed.follow({
      name: 'one',
      topics,
      handle: ({ id }) => (id === '1' ? Promise.reject(new Error('no')) : Promise.resolve()),
    });
    await feed.idle();
    expect(told).toMatchObject([{ consumer: 'one', event: { id: '1' }, error: 'Error: no' }]);
    expect(await listed).toEqual(told);
  });

  it('stops at once in the middle of a long pause', async () => {
    start({ firstDelayMs: 600_000, maxDelayMs: 600_000 });
    let failed = (): void => undefined;
    const once = new Promise<void>((resolve) => (failed = resolve));
    await log.append('consent/t/a', 0, [eventNamed('1')], 1);
    await feed.follow({
      name: 'one',
      topics,
      handle: () => {
        failed();
        return Promise.reject(new Error('no'));
      },
    });
    await once;
    const idle = feed.idle();
    const began = performance.now();
    await feed.stop();
    await idle;
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('leaves others their turn while it reads past what is not for it', async () => {
    start();
    const events = Array.from({ length: 200 }, (_, n) => eventNamed(String(n)));
    for (let n = 0; n < 10; n++) await log.append('subject/t/a', n * 200, events, n);
    await feed.follow({ name: 'one', topics, handle: () => Promise.resolve() });
    let turns = 0;
    let reading = true;
    const idle = feed.idle().then(() => (reading = false));
    while (reading) {
      await nextTurn();
      turns += 1;
    }
    await idle;
    expect(turns).toBeGreaterThan(50);
  });

  it('leaves no listener and no timer behind', async () => {
    start({ attempts: 1, timeoutMs: 30 });
    const late: unknown[] = [];
    const note = (reason: unknown) => late.push(reason);
    process.on('unhandledRejection', note);
    await feed.follow({
      name: 'one',
      topics,
      handle: () => {
        throw new Error('at once');
      },
    });
    for (let n = 0; n < 50; n++) {
      await log.append('consent/t/a', n, [eventNamed(String(n))], n);
      expect(log.appended.listenerCount('append')).toBe(1);
    }
    await feed.idle();
    await feed.stop();
    expect(log.appended.listenerCount('append')).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 60)); // twice the time limit
    process.off('unhandledRejection', note);
    expect(late).toEqual([]);
  });

  it('gives up what takes too long, and goes on', async () => {
    start({ attempts: 1, timeoutMs: 20 });
    await log.append('consent/t/a', 0, [eventNamed('1')], 1);
    await feed.follow({ name: 'one', topics, handle: () => new Promise(() => undefined) });
    await feed.idle();
    expect(await feed.parked()).toMatchObject([{ error: 'Error: no result within 20 ms' }]);
  });

  it('notes its way again when the disk refused it once', async () => {
    start({ maxDelayMs: 1 });
    const ahead = store.ahead.bind(store);
    let refused = 0;
    await log.append('consent/t/a', 0, [eventNamed('1')], 1);
    store.ahead = <T>(work: () => T): Promise<T> =>
      refused++ === 0 ? Promise.reject(new Error('no space left on device')) : ahead(work);
    const seen: string[] = [];
    await feed.follow({ name: 'one', topics, handle: ({ id }) => Promise.resolve(void seen.push(id)) });
    await feed.idle();
    while (refused < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await feed.stop();
    const later = new LmdbEventFeed(store, log);
    await later.follow({ name: 'one', topics, handle: ({ id }) => Promise.resolve(void seen.push(id)) });
    await later.idle();
    await later.stop();
    expect(seen).toEqual(['1']);
  });
});
