import type {
  Consumer,
  EachBatchPayload,
  Kafka,
  KafkaMessage,
  OffsetsByTopicPartition as Offsets,
  PartitionAssigner,
} from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import { RETRY } from './kafka-cluster.js';

export type Assignment = Readonly<Record<string, readonly number[]>>;

export interface Fetched {
  readonly topic: string;
  readonly partition: number;
  /** Where it was fetched from: no message lies between this offset and the first one. */
  readonly from: number;
  readonly messages: readonly KafkaMessage[];
  /** Offset behind the last message of the partition, and of this answer. */
  readonly end: number;
  readonly next: number;
}

export interface Commit {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly metadata?: string;
}

export interface GroupOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  /** How long Kafka waits for members that are at work, when it shares the partitions out anew. */
  readonly rebalanceTimeoutMs?: number;
  readonly assigner?: PartitionAssigner;
  /** Now these partitions and no others. Must not throw. */
  readonly joined: (assignment: Assignment) => void;
  /** The partitions are about to be shared out anew: the last moment to commit. */
  readonly leaving?: () => void;
  /** Takes the messages over, at once. What is behind them is fetched next; a new assignment begins at the last commit. */
  readonly take: (fetched: Fetched) => Taken;
}

/** Taken over, or to be fetched again: from the same place, or from this offset. */
export type Taken = 'taken' | 'later' | { readonly instead: number };

/** How soon a dead member is missed. Kafka allows no less by default. */
const SESSION_MS = 6_000;
const STOP_WITHIN_MS = 5_000;

/**
 * One member of a consumer group, which hands over what is fetched and never waits for what is done with it: a slow event
 * must not hold up the fetching of the other partitions. Comes back by itself from whatever ends the client's consumer.
 */
export class GroupMember {
  private consumer: Consumer | undefined;
  private commits: ((offsets: Offsets) => Promise<void>) | undefined;
  private committing: Promise<void> = Promise.resolve();
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly kafka: Kafka,
    private readonly options: GroupOptions,
  ) {}

  /** Joins in the background: that can take as long as a dead member is waited for. */
  start(): void {
    this.running = this.run();
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await this.once().catch(() => undefined); // the client has told its log
      await sleep(1_000, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  /** Resolves when the consumer has ended for good. */
  private async once(): Promise<void> {
    const { groupId, topics, assigner, rebalanceTimeoutMs, joined, leaving } = this.options;
    const consumer = this.kafka.consumer({
      groupId,
      sessionTimeout: SESSION_MS,
      heartbeatInterval: 1_000,
      rebalanceTimeout: rebalanceTimeoutMs ?? 10_000,
      minBytes: 1,
      maxWaitTimeInMs: 100, // no delay for events, which are answered at once; how long a stop can take
      maxBytesPerPartition: 262_144,
      allowAutoTopicCreation: false,
      // The client would start again by itself, also after it was stopped; `run` does that here.
      retry: { ...RETRY, restartOnFailure: () => Promise.resolve(false) },
      ...(assigner && { partitionAssigners: [assigner] }),
    });
    this.consumer = consumer;
    const { CRASH, GROUP_JOIN, REBALANCING } = consumer.events;
    const ended = new Promise<void>((resolve) => {
      consumer.on(CRASH, () => {
        this.commits = undefined;
        resolve();
      });
      this.stopping.signal.addEventListener('abort', () => resolve());
    });
    consumer.on(GROUP_JOIN, ({ payload }) => joined(payload.memberAssignment));
    if (leaving) consumer.on(REBALANCING, leaving);
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      if (this.stopping.signal.aborted) return;
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: (batch) => this.take(batch),
      });
      await ended;
    } finally {
      // Also when stopped: whoever joins while it is told to stop would stay a member for ever.
      await consumer.disconnect();
    }
  }

  private async take(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const last = batch.messages.at(-1);
    if (last === undefined || this.stopping.signal.aborted || payload.isStale()) return;
    this.commits = (offsets) => payload.commitOffsetsIfNecessary(offsets);
    const next = Number(batch.lastOffset()) + 1;
    const { topic, partition } = batch;
    const { fetchedOffset } = batch as typeof batch & { fetchedOffset?: string };
    const taken = this.options.take({
      topic,
      partition,
      from: Number(fetchedOffset ?? batch.messages[0]?.offset),
      messages: batch.messages,
      end: Math.max(next, Number(batch.highWatermark)),
      next,
    });
    if (taken === 'taken') payload.resolveOffset(last.offset);
    else if (taken === 'later') await sleep(20);
    else this.consumer?.seek({ topic, partition, offset: String(taken.instead) });
    await payload.heartbeat();
  }

  /** Only what was taken can be committed. */
  get mayCommit(): boolean {
    return this.commits !== undefined;
  }

  /** Durable when it resolves. One at a time, as a commit waits behind a pending joining. */
  commit(offsets: readonly Commit[]): Promise<void> {
    this.committing = this.committing.catch(() => undefined).then(() => this.commitNow(offsets));
    return this.committing;
  }

  private async commitNow(offsets: readonly Commit[]): Promise<void> {
    if (offsets.length === 0) return;
    if (this.commits === undefined)
      throw new Error(`${this.options.groupId} has taken nothing that could be committed`);
    const topics = [...new Set(offsets.map(({ topic }) => topic))].map((topic) => ({
      topic,
      partitions: offsets
        .filter((offset) => offset.topic === topic)
        .map(({ partition, offset, metadata }) => ({
          partition,
          offset: String(offset),
          ...(metadata !== undefined && { metadata }),
        })),
    }));
    await this.commits({ topics });
  }

  pause(topic: string, partition: number): void {
    this.consumer?.pause([{ topic, partitions: [partition] }]);
  }

  resume(topic: string, partition: number): void {
    this.consumer?.resume([{ topic, partitions: [partition] }]);
  }

  /** Leaves the group, so that others take over at their next heartbeat; within 5 s also when no broker answers. */
  async stop(lastCommit: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    const bounded = async (work: Promise<unknown>): Promise<void> => {
      const late = new AbortController();
      await Promise.race([
        work.catch(() => undefined),
        sleep(STOP_WITHIN_MS, undefined, { signal: late.signal, ref: false }).catch(() => undefined),
      ]);
      late.abort();
    };
    await bounded(lastCommit());
    this.stopping.abort();
    await bounded(Promise.all([this.consumer?.disconnect(), this.running]));
  }
}
