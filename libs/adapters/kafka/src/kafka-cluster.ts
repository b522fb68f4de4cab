import {
  Kafka,
  logLevel,
  type Admin,
  type ISocketFactory,
  type logCreator,
  type PartitionMetadata,
  type RetryOptions,
} from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ELIGIBILITY_TOPIC, topicOf } from '@assent/contract';
import { CONCEPTS } from '@assent/kernel';

export interface KafkaSettings {
  /** `host:port` of any brokers of the cluster. */
  readonly brokers: readonly string[];
  /** The first word of every topic and consumer group; `assent` unless several installations share a cluster. */
  readonly prefix: string;
  readonly clientId: string;
  /** What kafkajs has to say. */
  readonly log?: (level: 'debug' | 'warn' | 'error', message: string) => void;
  /** For TLS by other means, and for tests that cut the line. */
  readonly socketFactory?: ISocketFactory;
}

export interface TopicSettings {
  /** Final: it decides in which partition a stream lives. */
  readonly partitions: number;
  /** Copies of each partition; with three or more, a write needs two of them. */
  readonly replication: number;
  /** For so long every event stays; afterwards Kafka may keep the last one of each stream only. */
  readonly minCompactionLagMs: number;
}

/** Kafka is not there or not as it must be; the message is one sentence for the operator. */
export class KafkaUnready extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'KafkaUnready';
  }
}

/** After an outage everything is back within about a second; with the defaults it takes up to 30. */
export const RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 10 };

/** Names and connections of one installation in a Kafka cluster. */
export class KafkaCluster {
  readonly client: Kafka;

  constructor(readonly settings: KafkaSettings) {
    this.client = connecting(settings);
  }

  /** `assent.consent`, as contracts and consumers name it, in this installation. */
  topic(name: string): string {
    return `${this.settings.prefix}${name.slice(name.indexOf('.'))}`;
  }

  get topics(): string[] {
    return CONCEPTS.map((concept) => this.topic(topicOf(concept)));
  }

  /** Compiled verdicts for other systems; no event of ours comes into it. */
  get verdictTopic(): string {
    return this.topic(ELIGIBILITY_TOPIC);
  }

  get parkedTopic(): string {
    return `${this.settings.prefix}.parked`;
  }

  /**
   * Resolves when a broker answers and the topics are there. Throws `KafkaUnready` when none does within the time, and
   * at once when topics are missing.
   */
  async check(topics: readonly string[], withinMs = 15_000): Promise<void> {
    await this.partitionsOf(topics, withinMs);
  }

  /** As `check`; answers the partitions of each topic, all of which have a leader. */
  partitionsOf(topics: readonly string[], withinMs = 15_000): Promise<Map<string, PartitionMetadata[]>> {
    return this.withAdmin(withinMs, async (admin) => {
      const present = await admin.listTopics();
      const missing = topics.filter((topic) => !present.includes(topic));
      if (missing.length > 0) {
        throw new KafkaUnready(
          `Kafka at ${this.address} lacks the topic${missing.length > 1 ? 's' : ''} ${missing.join(', ')}: ` +
            'run the deploy step, which creates them',
        );
      }
      return this.led(admin, topics, withinMs);
    });
  }

  /** A topic is listed before every broker knows it and its partitions have leaders. */
  private async led(admin: Admin, topics: readonly string[], withinMs: number) {
    const end = performance.now() + withinMs;
    for (;;) {
      try {
        const found =
          topics.length === 0 ? [] : (await admin.fetchTopicMetadata({ topics: [...topics] })).topics;
        if (found.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0))) {
          return new Map(found.map(({ name, partitions }) => [name, partitions]));
        }
      } catch (cause) {
        if (performance.now() > end) {
          throw new KafkaUnready(`Kafka at ${this.address} has no leaders for ${topics.join(', ')}`, {
            cause,
          });
        }
      }
      await sleep(50);
    }
  }

  /** The deploy step: creates the topics that are missing, and refuses a number of partitions that is not theirs. */
  async deployTopics({ partitions, replication, minCompactionLagMs }: TopicSettings): Promise<string[]> {
    return this.withAdmin(15_000, async (admin) => {
      const compacted = [
        { name: 'cleanup.policy', value: 'compact' },
        { name: 'min.compaction.lag.ms', value: String(minCompactionLagMs) },
        ...(replication >= 3 ? [{ name: 'min.insync.replicas', value: '2' }] : []),
      ];
      const wanted = [
        ...[...this.topics, this.verdictTopic].map((topic) => ({ topic, numPartitions: partitions })),
        { topic: this.parkedTopic, numPartitions: 1 },
      ];
      const present = await admin.listTopics(); // asked first, as kafkajs logs an existing topic as an error
      const old = wanted.filter(({ topic }) => present.includes(topic)).map(({ topic }) => topic);
      for (const [name, found] of await this.led(admin, old, 15_000)) {
        const asked = wanted.find(({ topic }) => topic === name)?.numPartitions;
        if (asked === found.length) continue;
        throw new KafkaUnready(
          `topic ${name} has ${found.length} partitions and ${asked} are configured: the number is final, as it decides where a stream lives`,
        );
      }
      const fresh = wanted.filter(({ topic }) => !present.includes(topic));
      if (fresh.length > 0) {
        await admin.createTopics({
          waitForLeaders: false,
          topics: fresh.map((topic) => ({
            ...topic,
            replicationFactor: replication,
            configEntries: compacted,
          })),
        });
      }
      const made = fresh.map(({ topic }) => topic);
      await this.led(admin, made, 15_000);
      return made;
    });
  }

  private get address(): string {
    return this.settings.brokers.join(',');
  }

  private async withAdmin<T>(withinMs: number, work: (admin: Admin) => Promise<T>): Promise<T> {
    await this.answers(withinMs);
    const admin = this.client.admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  }

  private async answers(withinMs: number): Promise<void> {
    const end = performance.now() + withinMs;
    const asking = connecting(this.settings, { retries: 0 }, logLevel.NOTHING);
    for (;;) {
      const admin = asking.admin();
      try {
        await admin.connect();
        return;
      } catch (cause) {
        if (performance.now() > end) {
          throw new KafkaUnready(`no Kafka broker answers at ${this.address} (KAFKA_BROKERS)`, { cause });
        }
        await sleep(100);
      } finally {
        await admin.disconnect().catch(() => undefined);
      }
    }
  }
}

const connecting = (
  { brokers, clientId, log, socketFactory }: KafkaSettings,
  retry: RetryOptions = RETRY,
  level = log ? logLevel.INFO : logLevel.NOTHING,
): Kafka =>
  new Kafka({
    clientId,
    brokers: [...brokers],
    logLevel: level,
    ...(log && { logCreator: writer(log) }),
    ...(socketFactory && { socketFactory }),
    connectionTimeout: 1_000,
    requestTimeout: 10_000,
    retry,
  });

/** What kafkajs calls errors although it deals with them: a member comes or goes, a broker has just started. */
const ROUTINE =
  /rebalancing|coordinator is (loading|not available)|coordinator is not aware|not the correct coordinator/i;
/** Retries with an end are safe here, as a producer that failed is not used again. */
const KNOWN = /Limiting retries for the idempotent producer/;

const writer =
  (log: NonNullable<KafkaSettings['log']>): logCreator =>
  () =>
  ({ namespace, level, log: { message, error } }) => {
    const line = `[kafkajs ${namespace}] ${message}${error ? `: ${String(error)}` : ''}`;
    if (level === logLevel.ERROR && !ROUTINE.test(line)) log('error', line);
    else if ((level === logLevel.WARN || level === logLevel.ERROR) && !KNOWN.test(line)) log('warn', line);
    else log('debug', line);
  };
