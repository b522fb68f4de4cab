import { topicOf, type StoredEvent } from '@assent/contract';
import { parseStream } from '@assent/kernel';
import { Partitioners, type Message, type PartitionMetadata, type Producer } from 'kafkajs';
import { setImmediate as endOfTurn } from 'node:timers/promises';
import { encode } from './cloud-event.js';
import { RETRY, type KafkaCluster } from './kafka-cluster.js';
import { partitionName, Tails } from './tails.js';

interface Waiting {
  readonly ids: readonly string[];
  readonly messages: readonly Message[];
  readonly sizeBytes: number;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

interface Partition {
  readonly topic: string;
  readonly partition: number;
  readonly queue: Waiting[];
  sending: Promise<void> | undefined;
}

/** A producer, and who still waits for an answer through it. */
interface Session {
  readonly producer: Producer;
  users: number;
  over: boolean;
}

const MOST_EVENTS = 500;
/** A request must stay below the topic's `max.message.bytes`, 1 MiB by default. */
const MOST_BYTES = 524_288;
const HEADERS_BYTES = 500;

/**
 * Stores events in Kafka: those of a stream in the order of the calls, acknowledged by all copies. Each partition has one
 * request under way, and what comes meanwhile is the next. Kafka's client confirms what was never stored in two cases, both
 * avoided here: a request to several partitions, and a producer that goes on after a failed request.
 */
export class KafkaPublisher {
  readonly tails = new Tails();
  private readonly partitionOf = Partitioners.DefaultPartitioner();
  private metadata = new Map<string, PartitionMetadata[]>();
  private readonly partitions = new Map<string, Partition>();
  private session: Promise<Session> | undefined;

  constructor(private readonly cluster: KafkaCluster) {}

  /** Learns the partitions; throws `KafkaUnready` when no broker answers or a topic is missing. */
  async connect(): Promise<void> {
    const topics = [...this.cluster.topics, this.cluster.verdictTopic, this.cluster.parkedTopic];
    this.metadata = await this.cluster.partitionsOf(topics);
  }

  /** The events of one stream, in order. Resolves when all are stored; after a rejection some may be. */
  async publish(events: readonly StoredEvent[]): Promise<void> {
    const [first] = events;
    if (first === undefined) return;
    const topic = this.topicOf(first.stream);
    // All are queued before the first is sent, so that nothing of the stream comes between; one failure is that of all.
    const stored = requests(events).map((part) =>
      this.store(
        topic,
        part.map(({ message }) => message),
        part.map(({ id }) => id),
      ),
    );
    await Promise.all(stored);
  }

  /** Any messages of one key. */
  store(topic: string, messages: readonly Message[], ids: readonly string[] = []): Promise<void> {
    return new Promise((done, failed) => {
      const { name, partition } = this.place(topic, messages[0]?.key ?? null);
      const lane = this.partitions.get(name) ?? { topic, partition, queue: [], sending: undefined };
      this.partitions.set(name, lane);
      const sizeBytes = messages.reduce((sum, message) => sum + sizeOf(message), 0);
      lane.queue.push({ ids, messages, sizeBytes, done, failed });
      lane.sending ??= this.drain(name, lane);
    });
  }

  /** Where a stream lives: `assent.consent[3]`. */
  partitionOfStream(stream: string): string {
    return this.place(this.topicOf(stream), stream).name;
  }

  private topicOf(stream: string): string {
    return this.cluster.topic(topicOf(parseStream(stream).concept));
  }

  private place(topic: string, key: Message['key'] | null): { name: string; partition: number } {
    const partitionMetadata = this.metadata.get(topic);
    if (!partitionMetadata) throw new Error(`the publisher is not connected for ${topic}`);
    const partition = this.partitionOf({
      topic,
      partitionMetadata,
      message: { key: key ?? null, value: null },
    });
    return { name: partitionName(topic, partition), partition };
  }

  private async drain(name: string, lane: Partition): Promise<void> {
    await endOfTurn(); // what else is published in this turn goes along
    while (lane.queue.length > 0) {
      const lot = take(lane.queue);
      try {
        const messages = lot.flatMap((waiting) => waiting.messages);
        const end = await this.send(lane, messages);
        this.tails.reaches(name, end);
        for (const { ids, done } of lot) {
          for (const id of ids) this.tails.arrived(id);
          done();
        }
      } catch (error) {
        // What is behind must not overtake what failed.
        for (const { failed } of [...lot, ...lane.queue.splice(0)]) failed(error);
      }
    }
    lane.sending = undefined; // with no await since the look at the queue
  }

  /** Answers the offset behind the last message. */
  private async send({ topic, partition }: Partition, messages: Message[]): Promise<number> {
    const opening = (this.session ??= this.open());
    const renounce = (): void => {
      if (this.session === opening) this.session = undefined;
    };
    const session = await opening.catch((error: unknown) => {
      renounce();
      throw error;
    });
    session.users += 1;
    try {
      const numbered = messages.map((message) => ({ ...message, partition }));
      const [answer] = await session.producer.send({ topic, acks: -1, messages: numbered });
      return Number(answer?.baseOffset ?? 0) + messages.length;
    } catch (error) {
      // Nobody knows whether Kafka stored the lot; the same producer would give its sequence numbers to the next one,
      // and Kafka would confirm that one as a repetition, unstored.
      session.over = true;
      renounce();
      throw error;
    } finally {
      session.users -= 1;
      if (session.users === 0 && session.over) session.producer.disconnect().catch(() => undefined);
    }
  }

  private async open(): Promise<Session> {
    const producer = this.cluster.client.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      retry: RETRY, // with an end, as the producer is thrown away then and the outbox tries on
    });
    try {
      await producer.connect();
    } catch (error) {
      await producer.disconnect().catch(() => undefined);
      throw error;
    }
    return { producer, users: 0, over: false };
  }

  /** What is queued is sent, or fails, first. */
  async close(): Promise<void> {
    for (const { sending } of this.partitions.values()) await sending;
    const session = await this.session?.catch(() => undefined);
    this.session = undefined;
    await session?.producer.disconnect();
  }
}

function take(queue: Waiting[]): Waiting[] {
  let [count, events, bytes] = [0, 0, 0];
  for (const { messages, sizeBytes } of queue) {
    if (count > 0 && (events + messages.length > MOST_EVENTS || bytes + sizeBytes > MOST_BYTES)) break;
    [count, events, bytes] = [count + 1, events + messages.length, bytes + sizeBytes];
  }
  return queue.splice(0, count);
}

const sizeOf = ({ value }: Message): number => (value?.length ?? 0) + HEADERS_BYTES;

/** As many events together as one request may hold. */
function requests(events: readonly StoredEvent[]): { id: string; message: Message }[][] {
  const parts: { id: string; message: Message }[][] = [];
  let bytes = MOST_BYTES;
  for (const event of events) {
    const message = encode(event);
    bytes += sizeOf(message);
    const last = parts.at(-1);
    if (last === undefined || bytes > MOST_BYTES || last.length >= MOST_EVENTS) {
      parts.push([{ id: event.id, message }]);
      bytes = sizeOf(message);
    } else {
      last.push({ id: event.id, message });
    }
  }
  return parts;
}
