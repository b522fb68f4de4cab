import { setTimeout as sleep } from 'node:timers/promises';
import {
  KafkaCluster,
  KafkaEventFeed,
  KafkaPublisher,
  KafkaVerdictTopic,
  Outbox,
  PublishingEventLog,
  Reconciler,
} from '@assent/adapter-kafka';
import {
  MongoAgenda,
  MongoDeliveries,
  MongoDirectory,
  MongoEventLog,
  MongoRecords,
  MongoStore,
} from '@assent/adapter-mongodb';
import type { StoreSettings } from '@assent/http';
import type { Clock } from '@assent/kernel';
import type { Keyring } from '@assent/ports';
import { SharedLeases } from '@assent/runtime';
import type { Store, StoreEvents } from './store.js';

export type Distributed = Extract<StoreSettings, { kind: 'distributed' }>;

/** So long a process that ends waits for Kafka to take what is owed; the reconciler of another one pays the rest. */
const OWED_MS = 5_000;

export const clusterOf = (
  { brokers, topics }: Distributed,
  clientId: string,
  events: StoreEvents,
): KafkaCluster =>
  new KafkaCluster({
    ...{ brokers, prefix: topics.prefix, clientId },
    log: (level, message) => {
      if (level !== 'debug') events.warn(message);
    },
  });

/**
 * One of many processes on MongoDB and Kafka. Throws `DatabaseUnusable` or `KafkaUnready` when either is not as the deploy
 * step leaves it.
 */
export async function openDistributed(
  settings: Distributed,
  service: string,
  keyring: Keyring,
  clock: Clock,
  events: StoreEvents,
): Promise<Store> {
  const store = await MongoStore.open(settings.mongodbUri);
  try {
    const cluster = clusterOf(settings, service, events);
    const publisher = new KafkaPublisher(cluster);
    await publisher.connect();
    const source = new MongoEventLog(store);
    const failed = (error: unknown) => events.warn('an event could not be published yet', error);
    const outbox = new Outbox(source, publisher, failed);
    const reconciler = new Reconciler(source, cluster, outbox, {
      onMissing: (stream, from) => events.warn(`${stream} is published again from version ${from}`),
      onFailure: (error) => events.warn('log and topics could not be compared', error),
    });
    const feed = new KafkaEventFeed(cluster, publisher, {
      onParked: events.parked,
      published: () => reconciler.published(),
    });
    const records = new MongoRecords(store);
    return {
      log: new PublishingEventLog(source, outbox),
      traversable: source,
      feed,
      agenda: new MongoAgenda(store),
      directory: new MongoDirectory(store, keyring),
      deliveries: new MongoDeliveries(store),
      records,
      verdicts: new KafkaVerdictTopic(cluster, publisher),
      leases: new SharedLeases(records, clock),
      isAlone: false,
      ping: () => store.ping(),
      async close() {
        await feed.stop();
        await Promise.race([outbox.drained(), sleep(OWED_MS, undefined, { ref: false })]);
        await reconciler.stop();
        outbox.stop();
        await publisher.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}
