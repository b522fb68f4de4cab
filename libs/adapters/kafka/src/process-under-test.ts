import type { EventLog } from '@assent/ports';
import { type FeedUnderTest, type Opened } from '@assent/ports';
import { freshPrefix, Line } from './broker-under-test.js';
import { KafkaEventFeed, type KafkaFeedOptions } from './kafka-event-feed.js';
import { KafkaPublisher } from './kafka-publisher.js';
import { MemoryLog } from './memory-log.js';
import { Outbox } from './outbox.js';
import { PublishingEventLog } from './publishing-event-log.js';
import { Reconciler } from './reconciler.js';

/** All that one process of the distributed profile has of Kafka. */
export class Process implements FeedUnderTest {
  private constructor(
    readonly line: Line,
    readonly source: MemoryLog,
    readonly publisher: KafkaPublisher,
    readonly outbox: Outbox,
    readonly reconciler: Reconciler,
    readonly log: EventLog,
    readonly feed: KafkaEventFeed,
  ) {}

  static async start(
    prefix: string,
    source: MemoryLog,
    options: Partial<KafkaFeedOptions> = {},
    addresses?: string[],
  ): Promise<Process> {
    const line = new Line(prefix, addresses);
    const publisher = new KafkaPublisher(line.cluster);
    await publisher.connect();
    const outbox = new Outbox(source, publisher);
    const reconciler = new Reconciler(source, line.cluster, outbox, { everyMs: 50, graceMs: 200 });
    const feed = new KafkaEventFeed(line.cluster, publisher, {
      attempts: 3,
      firstDelayMs: 20,
      maxDelayMs: 40,
      published: () => reconciler.published(),
      ...options,
    });
    const log = new PublishingEventLog(source, outbox);
    return new Process(line, source, publisher, outbox, reconciler, log, feed);
  }

  /** Dies: nothing is flushed, committed or left. */
  kill(): void {
    this.line.cut();
    void this.stop().catch(() => undefined); // only so that it ends
  }

  async stop(): Promise<void> {
    await this.feed.stop();
    await this.reconciler.stop();
    this.outbox.stop();
    await this.publisher.close();
  }
}

/** Removes the topics: a broker that was killed looks through all it has when it comes back. */
export async function forget(prefix: string, addresses?: string[]): Promise<void> {
  const { client, topics, parkedTopic } = new Line(prefix, addresses).cluster;
  const admin = client.admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [...topics, parkedTopic] });
  await admin.disconnect();
}

/** A process on topics of its own; a crash leaves the log and the broker. */
export async function openedProcess(
  options: Partial<KafkaFeedOptions> = {},
  log = new MemoryLog(),
  before: (parts: { publisher: KafkaPublisher }) => Promise<void> = () => Promise.resolve(),
): Promise<Opened<Process>> {
  const prefix = freshPrefix();
  await new Line(prefix).cluster.deployTopics({
    partitions: 2,
    replication: 1,
    minCompactionLagMs: 86_400_000,
  });
  const publisher = new KafkaPublisher(new Line(prefix).cluster);
  await publisher.connect();
  await before({ publisher });
  await publisher.close();
  const on = async (source: MemoryLog): Promise<Opened<Process>> => {
    const port = await Process.start(prefix, source, options);
    return {
      port,
      crash: () => {
        port.kill();
        return on(source);
      },
      close: async () => {
        await port.stop();
        await forget(prefix);
      },
    };
  };
  return on(log);
}
