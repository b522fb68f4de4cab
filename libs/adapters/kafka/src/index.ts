export { KafkaCluster, KafkaUnready, type KafkaSettings, type TopicSettings } from './kafka-cluster.js';
export { KafkaEventFeed, KAFKA_FEED_DEFAULTS, type KafkaFeedOptions } from './kafka-event-feed.js';
export { KafkaPublisher } from './kafka-publisher.js';
export { KafkaVerdictTopic } from './kafka-verdict-topic.js';
export { Outbox } from './outbox.js';
export { PublishingEventLog } from './publishing-event-log.js';
export { Reconciler, type ReconcilerOptions } from './reconciler.js';
