import type { StoredEvent } from '@assent/contract';
import { parseStream } from '@assent/kernel';
import type { Consumer } from '@assent/ports';
import type { Admin, KafkaMessage } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import { decode } from './cloud-event.js';
import { GroupMember, type Assignment, type Fetched, type Taken } from './group-member.js';
import type { KafkaCluster } from './kafka-cluster.js';
import { PartitionLane, type FeedOptions, type Item } from './partition-lane.js';
import { Slots } from './slots.js';
import { partitionName, partitionNamed, type Tails } from './tails.js';

/** Handlers of one consumer that run at once. An event that waits for its next try is none of them. */
const AT_ONCE = 16;
/** Events of one consumer that were taken and not dealt with: behind others of their stream, or between two tries. */
const HELD = 10_000;
/** How far reading may be ahead of the checkpoint of a partition; a crash hands over so many again at most. */
const AHEAD = 100_000;
const COMMIT_MS = 200;

type Park = (lane: PartitionLane, item: Item, error: unknown) => Promise<void>;

/** One consumer of the feed: a member of the group of its name, with a lane for each partition that is its own now. */
export class GroupConsumer {
  readonly lanes = new Map<string, PartitionLane>();
  readonly groupId: string;
  readonly topics: readonly string[];
  private readonly slots = new Slots(AT_ONCE);
  private readonly member: GroupMember;
  private readonly commits: NodeJS.Timeout;
  private watchers: (() => void)[] = [];
  private stopped = false;
  private begun = false;

  constructor(
    readonly consumer: Consumer,
    cluster: KafkaCluster,
    private readonly admin: () => Promise<Admin>,
    private readonly tails: Tails,
    private readonly options: FeedOptions,
    private readonly park: Park,
    private readonly onLanes: () => void,
  ) {
    this.groupId = `${cluster.settings.prefix}.${consumer.name}`;
    this.topics = consumer.topics.map((topic) => cluster.topic(topic));
    this.member = new GroupMember(cluster.client, {
      groupId: this.groupId,
      topics: this.topics,
      rebalanceTimeoutMs: options.timeoutMs + 10_000,
      joined: (assignment) => this.joined(assignment),
      leaving: () => void this.commit().catch(() => undefined),
      take: (fetched) => this.take(fetched),
    });
    this.member.start();
    // A commit that fails costs a repetition, never an event; the next one makes up for it.
    this.commits = setInterval(() => void this.commit().catch(() => undefined), COMMIT_MS);
  }

  get name(): string {
    return this.consumer.name;
  }

  private joined(assignment: Assignment): void {
    const own = new Set<string>();
    for (const [topic, partitions] of Object.entries(assignment)) {
      for (const partition of partitions) {
        const name = partitionName(topic, partition);
        own.add(name);
        if (!this.lanes.has(name)) this.lanes.set(name, this.lane(topic, partition));
      }
    }
    for (const [name, lane] of this.lanes) {
      if (own.has(name)) continue;
      void lane.stop();
      this.lanes.delete(name);
    }
    for (const lane of this.lanes.values()) lane.paused = false; // as kafkajs has it after a joining
    void this.begin();
    this.tell();
  }

  private lane(topic: string, partition: number): PartitionLane {
    const lane: PartitionLane = new PartitionLane(topic, partition, this.slots, this.options, {
      handle: (event) => Promise.resolve().then(() => this.consumer.handle(event)),
      park: (item, error) => this.park(lane, item, error),
      progress: () => {
        this.flow();
        this.tell();
      },
    });
    return lane;
  }

  /** Where the new lanes begin; nothing is taken before that is known. Asks until Kafka answers. */
  private async begin(): Promise<void> {
    while (!this.stopped) {
      try {
        await this.beginLanes(await this.admin());
        break;
      } catch {
        await sleep(200); // the client has told its log
      }
    }
    this.tell();
    this.onLanes();
  }

  private async beginLanes(admin: Admin): Promise<void> {
    const committed = await admin.fetchOffsets({ groupId: this.groupId, topics: [...this.topics] });
    for (const { topic, partitions } of committed) {
      const fresh = partitions.some(({ offset }) => Number(offset) < 0);
      const ends = fresh ? await admin.fetchTopicOffsets(topic) : [];
      for (const { partition, offset } of partitions) {
        const low = ends.find((end) => end.partition === partition)?.low ?? 0;
        const begin = Number(offset) >= 0 ? Number(offset) : Number(low);
        this.lanes.get(partitionName(topic, partition))?.begins(begin);
      }
    }
    this.begun = true;
  }

  private take({ topic, partition, messages, from, end, next }: Fetched): Taken {
    const name = partitionName(topic, partition);
    const lane = this.continued(name, from, end);
    if (!(lane instanceof PartitionLane)) return lane;
    this.tails.reaches(name, end);
    const items = messages.map((message) => itemOf(topic, partition, message));
    for (const { event } of items) this.tails.arrived(event.id);
    lane.take(items, next);
    this.flow();
    return 'taken';
  }

  /** The lane, if what was fetched goes on where it stands: an answer may be of an assignment that is over. */
  private continued(name: string, from: number, end: number): PartitionLane | Taken {
    const lane = this.lanes.get(name);
    if (lane?.next === undefined) return 'later';
    if (end < lane.next) {
      // The broker has lost what was taken from it: what it has now is begun anew.
      void lane.stop();
      const anew = this.lane(lane.topic, lane.partition);
      anew.begins(from);
      this.lanes.set(name, anew);
      return anew;
    }
    if (from <= lane.next || lane.sought === lane.next) return lane;
    lane.sought = lane.next; // once: it may be gone
    return { instead: lane.next };
  }

  /** Fetches no more than can be held. */
  private flow(): void {
    let held = 0;
    for (const lane of this.lanes.values()) held += lane.held;
    for (const lane of this.lanes.values()) {
      const full = held >= HELD || lane.ahead >= AHEAD;
      if (full && !lane.paused) this.member.pause(lane.topic, lane.partition);
      if (!full && lane.paused && held < HELD / 2) this.member.resume(lane.topic, lane.partition);
      lane.paused = full || (lane.paused && held >= HELD / 2);
    }
  }

  private async commit(): Promise<void> {
    const due = [...this.lanes.values()].flatMap((lane) =>
      lane.position !== undefined && lane.position !== lane.committed
        ? [{ lane, offset: lane.position }]
        : [],
    );
    if (due.length === 0) return;
    await this.member.commit(
      due.map(({ lane: { topic, partition }, offset }) => ({ topic, partition, offset })),
    );
    for (const { lane, offset } of due) lane.committed = offset;
  }

  /** Events that this process owes its consumer. */
  get lag(): number {
    // Until it is known which partitions are read here, all might be.
    let lag = this.tails.underway((name) =>
      this.begun ? this.lanes.has(name) : this.topics.includes(partitionNamed(name).topic),
    );
    for (const [name, { position }] of this.lanes) {
      if (position !== undefined) lag += Math.max(0, this.tails.end(name) - position);
    }
    return lag;
  }

  private tell(): void {
    const watchers = this.watchers;
    this.watchers = [];
    for (const tell of watchers) tell();
  }

  /** Resolves when it is known which partitions are read here and where they begin, or after so many milliseconds. */
  async ready(withinMs: number): Promise<void> {
    const late = new AbortController();
    const timer = sleep(withinMs, undefined, { signal: late.signal }).catch(() => undefined);
    let over = false;
    void timer.then(() => (over = true));
    while (!this.begun && !over && !this.stopped) await Promise.race([this.change(), timer]);
    late.abort();
  }

  /** Resolves at the next change: something was dealt with, partitions came or went, or it was stopped. */
  change(): Promise<void> {
    return this.stopped ? Promise.resolve() : new Promise((resolve) => this.watchers.push(resolve));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.commits);
    this.tell();
    const lanes = [...this.lanes.values()];
    await Promise.all(lanes.map((lane) => lane.stop()));
    await this.member.stop(() => this.commit());
  }
}

function itemOf(topic: string, partition: number, message: KafkaMessage): Item {
  const offset = Number(message.offset);
  try {
    return { offset, event: decode(message) };
  } catch (unreadable) {
    return { offset, event: standIn(topic, partition, message), unreadable };
  }
}

/** What is no event is shown as one, so that it can be listed; its bytes are its state. */
function standIn(
  topic: string,
  partition: number,
  { key, value, offset, timestamp }: KafkaMessage,
): StoredEvent {
  const stream = key?.toString() ?? '';
  const at = Number(timestamp);
  return {
    id: `${partitionName(topic, partition)}@${offset}`,
    stream,
    version: 0,
    tenant: parseStream(stream).tenant,
    at,
    recordedAt: at,
    policy: '',
    actor: '',
    causedBy: null,
    commandId: null,
    fact: { type: 'Unreadable', at },
    state: value?.toString('base64') ?? null,
  };
}
