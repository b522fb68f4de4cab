import { KafkaEventFeed } from './kafka-event-feed.js';
import { KafkaPublisher } from './kafka-publisher.js';
import { Line } from './broker-under-test.js';

// A process that follows one consumer and writes the id of each event it handled: `node member-under-test.js PREFIX NAME`.
const [prefix = '', name = ''] = process.argv.slice(2);
const { cluster } = new Line(prefix);
const publisher = new KafkaPublisher(cluster);
await publisher.connect();
const feed = new KafkaEventFeed(cluster, publisher);
await feed.follow({
  name,
  topics: ['assent.consent'],
  handle: ({ id }) => {
    process.stdout.write(`${id}\n`);
    return Promise.resolve();
  },
});
process.stdout.write('following\n');
