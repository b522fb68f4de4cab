import { eventNamed, Unavailable, VersionConflict } from '@assent/ports';
import { ulid } from '@assent/kernel';
import { MongoEventLog, type Commit } from './mongo-event-log.js';
import { MongoStore } from './mongo-store.js';
import { PrivateServer } from './private-server-spec.js';

const ROUNDS = 3;

describe('A database that is killed', () => {
  let server: PrivateServer;
  let store: MongoStore;
  let log: MongoEventLog;
  beforeAll(async () => {
    server = await PrivateServer.start();
    await MongoStore.prepare(server.uri);
    store = await MongoStore.open(server.uri);
    log = new MongoEventLog(store);
  }, 90_000);
  afterAll(async () => {
    await store?.close();
    await server?.remove();
  });

  /** Appends pairs of events until `over`; answers how many pairs it was told are stored. */
  async function write(
    stream: string,
    over: () => boolean,
    acknowledged: (line: string) => void,
  ): Promise<void> {
    while (!over()) {
      try {
        const version = (await log.head(stream))?.version ?? 0;
        const events = [eventNamed(ulid(Date.now())), eventNamed(ulid(Date.now()))];
        await log.append(stream, version, events, { version: version + 2 });
        events.forEach(({ id }, index) => acknowledged(`${stream} ${version + index + 1} ${id}`));
      } catch (error) {
        if (!(error instanceof Unavailable) && !(error instanceof VersionConflict)) throw error;
      }
    }
  }

  it('has every acknowledged event, once and in a stream without a gap, when it is back', async () => {
    const lines: string[] = [];
    let over = false;
    // Four streams of one writer, one stream of four.
    const streams = [
      ...Array.from({ length: 4 }, (_, n) => `consent/t/sub_${n}`),
      ...Array<string>(4).fill('consent/t/all'),
    ];
    const writers = streams.map((stream) =>
      write(
        stream,
        () => over,
        (line) => lines.push(line),
      ),
    );
    for (let round = 1; round <= ROUNDS; round++) {
      const before = lines.length;
      while (lines.length < before + 200) await new Promise((resolve) => setTimeout(resolve, 5));
      await server.kill();
      await server.again();
    }
    const back = lines.length;
    while (lines.length < back + 100) await new Promise((resolve) => setTimeout(resolve, 5));
    over = true;
    await Promise.all(writers);

    const commits = await store.collection<Commit>('commits').find().toArray();
    const stored = commits.flatMap(({ stream, first, events }) =>
      events.map(({ id }, index) => `${stream} ${first + index} ${id}`),
    );
    expect(new Set(stored).size).toBe(stored.length);
    expect(lines.filter((line) => !stored.includes(line))).toEqual([]);
    for (const stream of new Set(streams)) {
      const events = await log.read(stream);
      expect(events.map(({ version }) => version)).toEqual(events.map((_, index) => index + 1));
      expect(events.length % 2).toBe(0); // both events of an append or none
      expect(await log.head(stream)).toEqual({ version: events.length, state: { version: events.length } });
    }
    expect(commits.every(({ storedAt }) => storedAt instanceof Date)).toBe(true);
  }, 120_000);

  it('is told as not available within seconds, and is used again by the same connection when it is back', async () => {
    await server.kill();
    const started = performance.now();
    await expect(log.append('consent/t/late', 0, [eventNamed('1')], 1)).rejects.toThrow(Unavailable);
    await expect(store.ping()).rejects.toMatchObject({ statusCode: 503 });
    expect(performance.now() - started).toBeLessThan(10_000);
    await server.again();
    await log.append('consent/t/late', 0, [eventNamed('1')], 1);
    expect(await log.head('consent/t/late')).toEqual({ version: 1, state: 1 });
  }, 60_000);

  it('is told as not available when it keeps its connections and answers nothing', async () => {
    server.signal('SIGSTOP');
    const started = performance.now();
    try {
      await expect(log.append('consent/t/halted', 0, [eventNamed('1')], 1)).rejects.toThrow(Unavailable);
      expect(performance.now() - started).toBeLessThan(30_000);
    } finally {
      server.signal('SIGCONT');
    }
    await log.append('consent/t/after', 0, [eventNamed('2')], 1);
    expect((await log.read('consent/t/halted')).length).toBeLessThanOrEqual(1);
  }, 60_000);
});
