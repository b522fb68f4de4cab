import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { topicOf, type StoredEvent } from '@assent/contract';
import { eventNamed } from '@assent/ports';
import { freshPrefix, Line, stack } from './broker-under-test.js';
import { encode } from './cloud-event.js';
import { KafkaUnready } from './kafka-cluster.js';
import { KafkaPublisher } from './kafka-publisher.js';
import { MemoryLog } from './memory-log.js';
import { openedProcess, Process } from './process-under-test.js';
import { topicContent, versionsByStream } from './topic-content.js';

const SLOW = 120_000;

/** Appends to many streams at once until told to stop; every append is timed. */
function load({ log }: Process, streams: number) {
  const slowest = { ms: 0 };
  const appended = new Map<string, number>();
  let stopped = false;
  const writers = Array.from({ length: streams }, async (_, n) => {
    const stream = `consent/t/s${n}`;
    for (let version = 0; !stopped; version++) {
      const began = performance.now();
      await log.append(stream, version, [eventNamed(`${stream}-${version + 1}`)], version + 1);
      slowest.ms = Math.max(slowest.ms, performance.now() - began);
      appended.set(stream, version + 1);
      await sleep(40);
    }
  });
  return {
    slowest,
    stop: async () => {
      stopped = true;
      await Promise.all(writers);
      return Object.fromEntries(
        [...appended].map(([stream, last]) => [stream, Array.from({ length: last }, (_, n) => n + 1)]),
      );
    },
  };
}

const byName = (versions: Record<string, number[]>) =>
  Object.fromEntries(Object.entries(versions).sort(([one], [other]) => (one < other ? -1 : 1)));

/** What a consumer makes of events that come twice and in any order: the newest state of each stream. */
class Standing {
  private readonly newest = new Map<string, StoredEvent>();

  readonly handle = (event: StoredEvent): Promise<void> => {
    const before = this.newest.get(event.stream);
    if (before === undefined || before.version < event.version) this.newest.set(event.stream, event);
    return Promise.resolve();
  };

  get digest(): string {
    const states = [...this.newest].map(([stream, { version, state }]) => [stream, version, state]);
    return createHash('sha256').update(JSON.stringify(states.sort())).digest('hex');
  }
}

async function handled(process: Process, name: string) {
  const events: StoredEvent[] = [];
  await process.feed.follow({
    name,
    topics: ['assent.consent'],
    handle: (event) => {
      events.push(event);
      return Promise.resolve();
    },
  });
  return events;
}

describe('A broker that is killed under load', () => {
  it(
    'delays nobody who writes, and gets every acknowledged append in order when it is back',
    async () => {
      const opened = await openedProcess();
      const events = await handled(opened.port, 'one');
      const writing = load(opened.port, 20);
      await sleep(1_000);
      await stack('kill', 'kafka');
      await sleep(3_000);
      expect(opened.port.outbox.pending).toBeGreaterThan(0);
      await stack('up', 'kafka');
      await sleep(1_000);
      const acknowledged = byName(await writing.stop());
      const began = performance.now();
      await opened.port.feed.idle();
      expect(performance.now() - began).toBeLessThan(30_000);
      expect(writing.slowest.ms).toBeLessThan(3_000);
      expect(byName(versionsByStream(await topicContent(opened.port.line.cluster)))).toEqual(acknowledged);
      expect(byName(versionsByStream(events))).toEqual(acknowledged);
      await opened.close();
    },
    SLOW,
  );
});

describe('One of three brokers that is killed under load', () => {
  afterAll(() => stack('down', '--brokers', '3'), SLOW);

  it(
    'delays nobody who writes, and loses nothing that was acknowledged',
    async () => {
      const [, address = ''] = /KAFKA_BROKERS='(.*)'/.exec(await stack('up', '--brokers', '3')) ?? [];
      const addresses = address.split(',');
      const prefix = freshPrefix();
      const { cluster } = new Line(prefix, addresses);
      await cluster.deployTopics({ partitions: 3, replication: 3, minCompactionLagMs: 86_400_000 });
      const process = await Process.start(prefix, new MemoryLog(), {}, addresses);
      const events = await handled(process, 'one');
      const writing = load(process, 20);
      await sleep(1_000);
      await stack('kill', '--brokers', '3', '--node', '2');
      await sleep(6_000);
      const acknowledged = byName(await writing.stop());
      await process.feed.idle();
      expect(writing.slowest.ms).toBeLessThan(3_000);
      expect(byName(versionsByStream(await topicContent(cluster)))).toEqual(acknowledged);
      expect(byName(versionsByStream(events))).toEqual(acknowledged);
      await process.stop();
    },
    SLOW,
  );
});

describe('A member of a group that is killed', () => {
  const MEMBER = fileURLToPath(new URL('member-under-test.js', import.meta.url));

  it(
    'is replaced within 12 s, and nothing is left out',
    async () => {
      const prefix = freshPrefix();
      const { cluster } = new Line(prefix);
      await cluster.deployTopics({ partitions: 4, replication: 1, minCompactionLagMs: 86_400_000 });
      const writer = await Process.start(prefix, new MemoryLog());
      const seen = new Set<string>();
      const members = ['one', 'two'].map(() => {
        const child = spawn(globalThis.process.execPath, [MEMBER, prefix, 'shared'], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const following = new Promise<void>((resolve) => {
          createInterface(child.stdout).on('line', (line) =>
            line === 'following' ? resolve() : seen.add(line),
          );
        });
        return { child, following };
      });
      await Promise.all(members.map(({ following }) => following));
      const writing = load(writer, 12);
      await sleep(2_000);
      members[0]?.child.kill('SIGKILL');
      const killed = performance.now();
      await sleep(500);
      const ids = Object.entries(await writing.stop()).flatMap(([stream, versions]) =>
        versions.map((version) => `${stream}-${version}`),
      );
      while (!ids.every((id) => seen.has(id)) && performance.now() - killed < 20_000) await sleep(50);
      const tookMs = performance.now() - killed;
      expect(ids.filter((id) => !seen.has(id))).toEqual([]);
      expect(tookMs).toBeLessThan(12_000);
      members[1]?.child.kill('SIGTERM');
      await once(members[1]?.child as NonNullable<(typeof members)[0]>['child'], 'exit');
      await writer.stop();
    },
    SLOW,
  );
});

describe('A consumer', () => {
  it('comes to the same standing from events that are shuffled and come twice, and from a replay', async () => {
    const opened = await openedProcess();
    const { source, publisher, feed, line } = opened.port;
    for (let n = 0; n < 10; n++) {
      for (let version = 0; version < 5; version++) {
        const event = eventNamed(`s${n}-${version}`, { state: { n, version } });
        await source.append(`consent/t/s${n}`, version, [event], version);
      }
    }
    const inOrder = new Standing();
    for (let n = 0; n < 10; n++)
      for (const event of await source.read(`consent/t/s${n}`)) await inOrder.handle(event);

    const events = (
      await Promise.all(Array.from({ length: 10 }, (_, n) => source.read(`consent/t/s${n}`)))
    ).flat();
    const shuffled = [...events, ...events].sort((one, other) => digestOf(one.id) - digestOf(other.id));
    const topic = line.cluster.topic(topicOf('consent'));
    for (const event of shuffled.reverse()) await publisher.store(topic, [encode(event)]);
    const standing = new Standing();
    await feed.follow({ name: 'one', topics: ['assent.consent'], handle: standing.handle });
    await feed.idle();
    expect(standing.digest).toBe(inOrder.digest);

    const replayed = new Standing();
    await feed.follow({ name: 'replay', topics: ['assent.consent'], handle: replayed.handle });
    await feed.idle();
    expect(replayed.digest).toBe(inOrder.digest);
    await opened.close();
  });

  it('parks what is no event at once, shows its bytes, and goes on', async () => {
    const opened = await openedProcess();
    const { publisher, feed, line, log } = opened.port;
    const events = await handled(opened.port, 'one');
    await publisher.store(line.cluster.topic('assent.consent'), [
      { key: 'consent/t/a', value: Buffer.from('no event') },
    ]);
    await log.append('consent/t/a', 0, [eventNamed('1')], 1);
    await feed.idle();
    await feed.retryParked();
    expect(events.map(({ id }) => id)).toEqual(['1']);
    expect(await feed.parked()).toMatchObject([
      {
        consumer: 'one',
        event: { stream: 'consent/t/a', state: Buffer.from('no event').toString('base64') },
        error: expect.stringContaining('ce_specversion is missing') as string,
      },
    ]);
    await opened.close();
  });
});

const digestOf = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE();

describe('A start', () => {
  it('is refused with one sentence when a topic is missing', async () => {
    const prefix = freshPrefix();
    const publisher = new KafkaPublisher(new Line(prefix).cluster);
    const refused = await publisher.connect().catch((error: unknown) => error as Error);
    expect(refused).toBeInstanceOf(KafkaUnready);
    expect((refused as Error).message).toMatch(/lacks the topics .*\.consent.*: run the deploy step/);
  });

  it('is refused with one sentence when no broker answers', async () => {
    const { cluster } = new Line(freshPrefix(), ['127.0.0.1:1']);
    await expect(cluster.check([], 500)).rejects.toThrow(
      'no Kafka broker answers at 127.0.0.1:1 (KAFKA_BROKERS)',
    );
  });

  it('deploys the topics once, compacted, and refuses another number of partitions', async () => {
    const { cluster } = new Line(freshPrefix());
    const settings = { partitions: 2, replication: 1, minCompactionLagMs: 1_000 };
    const topics = [...cluster.topics, cluster.verdictTopic, cluster.parkedTopic];
    expect(await cluster.deployTopics(settings)).toEqual(topics);
    expect(await cluster.deployTopics(settings)).toEqual([]);
    await expect(cluster.deployTopics({ ...settings, partitions: 3 })).rejects.toThrow(
      'has 2 partitions and 3 are configured',
    );
  });
});
