import type { StoredEvent } from '@assent/contract';
import type { ParkedEvent } from '@assent/ports';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { GroupMember, type Fetched } from './group-member.js';
import type { KafkaCluster } from './kafka-cluster.js';
import type { KafkaPublisher } from './kafka-publisher.js';
import { partitionName } from './tails.js';

export interface ParkedRecord extends ParkedEvent {
  /** Where it came from: whoever reads that partition tries it again. */
  readonly topic: string;
  readonly partition: number;
  /** No event of ours: kept as it was, never handed over. */
  readonly unreadable: boolean;
}

const keyOf = (consumer: string, event: Pick<StoredEvent, 'id'>): string => `${consumer} ${event.id}`;

/** Nothing for what this adapter never wrote. */
function recordOf(value: Buffer): ParkedRecord | undefined {
  try {
    return JSON.parse(value.toString()) as ParkedRecord;
  } catch {
    return undefined;
  }
}

/**
 * The parked events of all consumers: a compacted topic, and its content in memory. Every process reads all of it, as any
 * of them may come to own the partition of an event.
 */
export class ParkedEvents {
  private readonly records = new Map<string, ParkedRecord>();
  /** Own changes that have not been read back yet: key → how many. */
  private readonly unread = new Map<string, number>();
  private position = 0;
  private watchers: (() => void)[] = [];
  private readonly reader: GroupMember;
  private readonly groupId: string;
  private readonly stopping = new AbortController();

  constructor(
    private readonly cluster: KafkaCluster,
    private readonly publisher: KafkaPublisher,
  ) {
    this.groupId = `${cluster.parkedTopic}.${randomUUID()}`;
    this.reader = new GroupMember(cluster.client, {
      groupId: this.groupId,
      topics: [cluster.parkedTopic],
      joined: () => undefined,
      take: (fetched) => this.take(fetched),
    });
    this.reader.start();
  }

  private take({ messages, next }: Pick<Fetched, 'messages' | 'next'>): 'taken' {
    for (const { key, value, offset } of messages) {
      if (Number(offset) < this.position) continue; // read before the group was shared out anew
      const name = key?.toString() ?? '';
      const own = this.unread.get(name) ?? 0;
      // What this process has changed since is newer than what is read here.
      if (own > 1) this.unread.set(name, own - 1);
      else this.unread.delete(name);
      if (own > 0) continue;
      const record = value && recordOf(value);
      if (record) this.records.set(name, record);
      else this.records.delete(name);
    }
    this.position = Math.max(this.position, next);
    const watchers = this.watchers;
    this.watchers = [];
    for (const tell of watchers) tell();
    return 'taken';
  }

  /** Resolves when everything that was parked before the call is known here. */
  async known(): Promise<void> {
    const end = await this.end();
    while (this.position < end && !this.stopping.signal.aborted) {
      await new Promise<void>((resolve) => this.watchers.push(resolve));
    }
  }

  private async end(): Promise<number> {
    const own = this.publisher.tails.end(partitionName(this.cluster.parkedTopic, 0));
    const admin = this.cluster.client.admin();
    for (;;) {
      try {
        await admin.connect();
        const [partition] = await admin.fetchTopicOffsets(this.cluster.parkedTopic);
        const empty = partition === undefined || partition.high === partition.low;
        await admin.disconnect();
        return empty ? 0 : Math.max(own, Number(partition.high));
      } catch (error) {
        if (this.stopping.signal.aborted) throw error;
        await sleep(500);
      }
    }
  }

  list(consumer?: string): ParkedRecord[] {
    const all = [...this.records.values()];
    return consumer === undefined ? all : all.filter((record) => record.consumer === consumer);
  }

  count(consumer: string): number {
    let count = 0;
    for (const record of this.records.values()) if (record.consumer === consumer) count += 1;
    return count;
  }

  /** Durable when it resolves. */
  park(record: ParkedRecord): Promise<void> {
    return this.change(record, Buffer.from(JSON.stringify(record)), (key) => this.records.set(key, record));
  }

  release(record: ParkedRecord): Promise<void> {
    return this.change(record, null, (key) => this.records.delete(key));
  }

  private async change(
    { consumer, event }: ParkedRecord,
    value: Buffer | null,
    apply: (key: string) => void,
  ): Promise<void> {
    const key = keyOf(consumer, event);
    this.unread.set(key, (this.unread.get(key) ?? 0) + 1);
    try {
      await this.publisher.store(this.cluster.parkedTopic, [{ key, value }]);
    } catch (error) {
      // It may be stored or not: what is read tells.
      const own = this.unread.get(key) ?? 0;
      if (own > 1) this.unread.set(key, own - 1);
      else this.unread.delete(key);
      throw error;
    }
    apply(key);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.take({ messages: [], next: 0 });
    await this.reader.stop();
  }
}
