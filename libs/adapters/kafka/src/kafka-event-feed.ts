import { EventFeed, type Consumer, type ConsumerStatus, type ParkedEvent } from '@assent/ports';
import type { Admin } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import { GroupConsumer } from './group-consumer.js';
import type { KafkaCluster } from './kafka-cluster.js';
import type { KafkaPublisher } from './kafka-publisher.js';
import { ParkedEvents, type ParkedRecord } from './parked-events.js';
import type { FeedOptions, Item, PartitionLane } from './partition-lane.js';
import { partitionName } from './tails.js';

export interface KafkaFeedOptions extends FeedOptions {
  /** Told of every event that is parked, when that is durable. Must not throw. */
  readonly onParked: (parked: ParkedEvent) => void;
  /** Resolves when everything that was appended before the call is in the topics, as far as this process can know. */
  readonly published: () => Promise<void>;
}

export const KAFKA_FEED_DEFAULTS: KafkaFeedOptions = {
  attempts: 8,
  firstDelayMs: 200,
  maxDelayMs: 30_000,
  timeoutMs: 30_000,
  onParked: () => undefined,
  published: () => Promise.resolve(),
};

/** Kafka waits for 3 s with the first member of a group; a dead member is missed after 6. */
const JOIN_WITHIN_MS = 5_000;
const RETRY_BATCH = 100;
/** How often the checkpoints of other members are asked for while somebody waits for them. */
const ASK_MS = 100;

/** Follows the topics: each consumer is a group, its members are the processes that follow under this name. */
export class KafkaEventFeed extends EventFeed {
  private readonly consumers = new Map<string, GroupConsumer>();
  private readonly retries = new Map<
    GroupConsumer,
    { readonly current: Promise<void>; next?: Promise<void> }
  >();
  private readonly stopping = new AbortController();
  private readonly parkedEvents: ParkedEvents;
  private readonly options: KafkaFeedOptions;
  private connected: Promise<Admin> | undefined;
  private readonly end = new Promise<void>((resolve) =>
    this.stopping.signal.addEventListener('abort', () => resolve()),
  );

  constructor(
    private readonly cluster: KafkaCluster,
    private readonly publisher: KafkaPublisher,
    options: Partial<KafkaFeedOptions> = {},
  ) {
    super();
    this.options = { ...KAFKA_FEED_DEFAULTS, ...options };
    this.parkedEvents = new ParkedEvents(cluster, publisher);
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Throws `KafkaUnready` without topics or broker. A group that is slow, for a dead member is waited for, is joined later. */
  override async follow(consumer: Consumer): Promise<void> {
    if (this.consumers.has(consumer.name)) throw new Error(`${consumer.name} follows the log already`);
    if (this.stopped) return;
    await this.cluster.check(consumer.topics.map((topic) => this.cluster.topic(topic)));
    const group: GroupConsumer = new GroupConsumer(
      consumer,
      this.cluster,
      () => this.admin(),
      this.publisher.tails,
      this.options,
      (lane, item, error) => this.park(consumer.name, lane, item, error),
      () => void this.retry(group).catch(() => undefined), // what could not be released stays listed
    );
    this.consumers.set(consumer.name, group);
    await group.ready(JOIN_WITHIN_MS);
  }

  private async park(consumer: string, { topic, partition }: PartitionLane, item: Item, error: unknown) {
    const unreadable = item.unreadable !== undefined;
    const record = { consumer, topic, partition, unreadable, event: item.event, error: String(error) };
    const parked: ParkedRecord = { ...record, parkedAt: Date.now() };
    await this.parkedEvents.park(parked);
    this.options.onParked(parked);
  }

  override async idle(): Promise<void> {
    await Promise.race([this.allDealtWith(), this.end]);
  }

  private async allDealtWith(): Promise<void> {
    if (this.stopped) return;
    await this.options.published();
    await Promise.all(
      [...this.consumers.values()].map(async (group) => {
        const ends = await this.ends(group.topics);
        await this.reached(group, ends);
        await this.retries.get(group)?.current;
      }),
    );
  }

  /** Partition → offset behind its last event; those without any are left out. */
  private async ends(topics: readonly string[]): Promise<Map<string, number>> {
    return this.asked(async (admin) => {
      const ends = new Map<string, number>();
      for (const topic of topics) {
        for (const { partition, high, low } of await admin.fetchTopicOffsets(topic)) {
          if (high !== low) ends.set(partitionName(topic, partition), Number(high));
        }
      }
      return ends;
    });
  }

  private async reached(group: GroupConsumer, ends: ReadonlyMap<string, number>): Promise<void> {
    const left = new Map(ends);
    while (!this.stopped) {
      for (const [name, end] of left) {
        if ((group.lanes.get(name)?.position ?? -1) >= end) left.delete(name);
      }
      const elsewhere = [...left.keys()].some((name) => !group.lanes.has(name));
      if (elsewhere)
        for (const [name, end] of await this.committed(group))
          if (end >= (left.get(name) ?? 0)) left.delete(name);
      if (left.size === 0) return;
      const pause = new AbortController();
      await Promise.race([
        group.change(),
        ...(elsewhere ? [sleep(ASK_MS, undefined, { signal: pause.signal }).catch(() => undefined)] : []),
      ]);
      pause.abort();
    }
  }

  /** How far the whole group came, other processes too. */
  private committed({ groupId, topics }: GroupConsumer): Promise<Map<string, number>> {
    return this.asked(async (admin) => {
      const found = await admin.fetchOffsets({ groupId, topics: [...topics] });
      return new Map(
        found.flatMap(({ topic, partitions }) =>
          partitions.map(({ partition, offset }): [string, number] => [
            partitionName(topic, partition),
            Number(offset),
          ]),
        ),
      );
    });
  }

  private admin(): Promise<Admin> {
    return (this.connected ??= (async () => {
      const admin = this.cluster.client.admin();
      try {
        await admin.connect();
        await admin.listTopics(); // loads the list of brokers, without which some calls know none
        return admin;
      } catch (error) {
        this.connected = undefined;
        await admin.disconnect().catch(() => undefined);
        throw error;
      }
    })());
  }

  /** Asks until Kafka answers. */
  private async asked<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await question(await this.admin());
      } catch (error) {
        if (this.stopped) throw error;
        await sleep(ASK_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
    }
  }

  /** The lag is that of the partitions this process reads; what is parked counts for all processes. */
  override status(): ConsumerStatus[] {
    return [...this.consumers.values()].map(({ name, lag }) => ({
      consumer: name,
      lag,
      parked: this.parkedEvents.count(name),
    }));
  }

  override async parked(): Promise<ParkedEvent[]> {
    await this.parkedEvents.known();
    return this.parkedEvents.list().map(({ consumer, event, error, parkedAt }) => ({
      consumer,
      event,
      error,
      parkedAt,
    }));
  }

  override async retryParked(): Promise<void> {
    await Promise.all([...this.consumers.values()].map((group) => this.retry(group)));
  }

  /** One pass at a time; whoever asks during one shares the pass after it. */
  private retry(group: GroupConsumer): Promise<void> {
    if (this.stopped) return Promise.resolve();
    const under = this.retries.get(group);
    if (under?.next) return under.next;
    if (under) return (under.next = under.current.catch(() => undefined).then(() => this.retry(group)));
    const current = this.pass(group).finally(() => this.retries.delete(group));
    this.retries.set(group, { current });
    return current;
  }

  /** Tries what came from partitions that are read here; the others are for their readers. */
  private async pass(group: GroupConsumer): Promise<void> {
    await this.parkedEvents.known();
    const own = this.parkedEvents.list(group.name).filter(({ unreadable }) => !unreadable);
    for (let from = 0; from < own.length && !this.stopped; from += RETRY_BATCH) {
      await Promise.all(
        own.slice(from, from + RETRY_BATCH).map(async (record) => {
          const lane = group.lanes.get(partitionName(record.topic, record.partition));
          if (!lane || !(await lane.again(record.event))) return;
          await Promise.race([this.parkedEvents.release(record), this.end]);
        }),
      );
    }
  }

  override async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopping.abort();
    await Promise.all([...this.consumers.values()].map((group) => group.stop()));
    await this.parkedEvents.stop();
    await this.connected?.then((admin) => admin.disconnect()).catch(() => undefined);
  }
}
