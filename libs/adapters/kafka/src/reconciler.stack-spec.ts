import { topicOf } from '@assent/contract';
import { eventNamed } from '@assent/ports';
import { encode } from './cloud-event.js';
import { MemoryLog } from './memory-log.js';
import { openedProcess, type Process } from './process-under-test.js';
import { lastVersions, topicContent, versionsByStream } from './topic-content.js';

const STREAM = 'consent/t/a';

async function append({ log }: Pick<Process, 'log'>, stream: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const version = (await log.head(stream))?.version ?? 0;
    await log.append(stream, version, [eventNamed(`${stream}-${version + 1}`)], version + 1);
  }
}

describe('What the log has and the topics lack', () => {
  let opened: Awaited<ReturnType<typeof openedProcess>>;
  beforeEach(async () => {
    opened = await openedProcess();
  });
  afterEach(() => opened.close());

  it('is published by the next process when one died between its append and Kafka', async () => {
    await append(opened.port, STREAM, 2);
    await opened.port.reconciler.published();
    opened.port.line.cut();
    await append(opened.port, STREAM, 2);
    await append(opened.port, 'subject/t/a', 1);
    opened = await opened.crash();
    await opened.port.reconciler.published();
    expect(versionsByStream(await topicContent(opened.port.line.cluster))).toEqual({
      [STREAM]: [1, 2, 3, 4],
      'subject/t/a': [1],
    });
  });

  it('is found when it was appended past Kafka altogether, as by moving in', async () => {
    const { source, line, reconciler } = opened.port;
    for (let n = 0; n < 20; n++) await append({ log: source }, `prospect/t/${n}`, 3);
    await reconciler.published();
    const versions = versionsByStream(await topicContent(line.cluster));
    expect(Object.keys(versions)).toHaveLength(20);
    expect(Object.values(versions).every((seen) => seen.join() === '1,2,3')).toBe(true);
  });

  it('is filled in when a newer version was published, and the newest stays the last of its key', async () => {
    const { source, line, reconciler, publisher } = opened.port;
    await reconciler.published();
    await append({ log: source }, STREAM, 3);
    const events = await source.read(STREAM);
    await publisher.publish(events.slice(2));
    await reconciler.published();
    const content = await topicContent(line.cluster);
    expect([...new Set(content.map(({ version }) => version))].sort()).toEqual([1, 2, 3]);
    expect(lastVersions(content)).toEqual({ [STREAM]: 3 });
  });

  it('is its head, when an old version came to lie behind it', async () => {
    const { source, line, reconciler, publisher } = opened.port;
    await append(opened.port, STREAM, 3);
    await reconciler.published();
    const [old] = await source.read(STREAM);
    if (old === undefined) throw new Error('nothing was appended');
    await publisher.store(line.cluster.topic(topicOf('consent')), [encode(old)]);
    expect(lastVersions(await topicContent(line.cluster))).toEqual({ [STREAM]: 1 });
    await reconciler.published();
    expect(lastVersions(await topicContent(line.cluster))).toEqual({ [STREAM]: 3 });
  });

  it('is nothing after a crash when everything had arrived', async () => {
    await append(opened.port, STREAM, 5);
    await opened.port.reconciler.published();
    opened = await opened.crash();
    await opened.port.reconciler.published();
    expect((await topicContent(opened.port.line.cluster)).map(({ version }) => version)).toEqual([
      1, 2, 3, 4, 5,
    ]);
  });
});

describe('A log that is compared for the first time', () => {
  it('is compared by heads where Kafka may have dropped what was before them', async () => {
    const source = new MemoryLog();
    await append({ log: source }, STREAM, 3);
    const opened = await openedProcess({}, source, async ({ publisher }) => {
      await publisher.publish((await source.read(STREAM)).slice(2));
    });
    await opened.port.reconciler.published();
    expect((await topicContent(opened.port.line.cluster)).map(({ version }) => version)).toEqual([3]);
    await opened.close();
  });
});
