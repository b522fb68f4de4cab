// Who may be mailed, from the compacted topic alone: node who-may-be-mailed.mjs TENANT PURPOSE CHANNEL
import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';

/** A table that is whole when `ready` resolves, and goes on following. `brokers`: a list of `host:port`. */
export async function whoMayBeMailed({ brokers, prefix = 'assent', tenant, purpose, channel }) {
  const topic = `${prefix}.eligibility`;
  const kafka = new kafkajs.Kafka({
    brokers,
    clientId: 'who-may-be-mailed',
    logLevel: kafkajs.logLevel.ERROR,
  });
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();

  const table = new Map(); // address key → the last verdict
  const unread = new Map(
    ends.filter(({ high, low }) => high !== low).map((end) => [end.partition, end.high]),
  );
  let whole;
  const ready = new Promise((resolve) => (whole = resolve));
  if (unread.size === 0) whole();

  // A group of its own that remembers no place: every start reads all that the topic holds.
  const consumer = kafka.consumer({ groupId: `who-may-be-mailed-${randomUUID()}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    async eachBatch({ batch }) {
      for (const { key, value } of batch.messages) {
        const [, owner, addressKey] = String(key).split('/');
        if (owner !== tenant) continue;
        if (value === null) table.delete(addressKey);
        else table.set(addressKey, JSON.parse(String(value))); // the last one counts, whatever came before
      }
      const end = unread.get(batch.partition);
      if (end !== undefined && BigInt(batch.lastOffset()) + 1n >= BigInt(end)) unread.delete(batch.partition);
      if (unread.size === 0) whole();
    },
  });

  /** Nobody unknown, nothing that is not named, and nothing that is not believed any more. */
  const mayBeMailed = (addressKey, now = Date.now()) => {
    const { verdicts, validUntil } = table.get(addressKey) ?? {};
    return verdicts?.[purpose]?.[channel] === 'allowed' && now < Date.parse(validUntil);
  };
  return { ready, table, mayBeMailed, stop: () => consumer.disconnect() };
}

if (process.argv[1] === import.meta.filename) {
  const [tenant, purpose, channel] = process.argv.slice(2);
  const [brokers, prefix] = [process.env.KAFKA_BROKERS.split(','), process.env.ASSENT_TOPIC_PREFIX];
  const { ready, table, mayBeMailed } = await whoMayBeMailed({ brokers, prefix, tenant, purpose, channel });
  await ready;
  for (const addressKey of table.keys()) if (mayBeMailed(addressKey)) console.log(addressKey);
  process.exit();
}
