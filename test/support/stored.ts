import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import mongoose from 'mongoose';

/** Something that was written down, as its bytes. */
export interface Stored {
  readonly where: string;
  readonly bytes: Buffer;
}

export function storedInFiles(folder: string): Stored[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? storedInFiles(path) : [{ where: path, bytes: readFileSync(path) }];
  });
}

/** Every document of a database. */
export async function storedInDatabase(uri: string): Promise<Stored[]> {
  const connection = await mongoose.createConnection(uri).asPromise();
  try {
    const stored: Stored[] = [];
    for (const { name } of await connection.listCollections()) {
      // With `raw` the driver answers the bytes of each document.
      for (const bytes of await connection.collection(name).find({}, { raw: true }).toArray())
        stored.push({ where: `collection ${name}`, bytes: bytes as unknown as Buffer });
    }
    return stored;
  } finally {
    await connection.close();
  }
}

/** Every message of the topics of one installation: key, headers and value. */
export async function storedInTopics(brokers: string, prefix: string): Promise<Stored[]> {
  const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(`${prefix}.`));
  /** The offset up to which each partition that is not empty has to be read. */
  const ends = new Map<string, number>();
  for (const topic of topics)
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
      if (low !== high) ends.set(`${topic}/${partition}`, Number(high));
  await admin.disconnect();

  const stored: Stored[] = [];
  const consumer = kafka.consumer({ groupId: randomUUID() });
  await consumer.connect();
  await consumer.subscribe({ topics, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    if (ends.size === 0) resolve();
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    const eachMessage: NonNullable<Parameters<typeof consumer.run>[0]>['eachMessage'] = ({
      topic,
      partition,
      message: { key, value, headers, offset },
    }) => {
      const name = `${topic}/${partition}`;
      const said = Object.entries(headers ?? {}).map(([header, text]) => `${header}: ${String(text)}`);
      const parts = [key, value].map((part) => part ?? Buffer.alloc(0));
      stored.push({ where: `topic ${name}`, bytes: Buffer.concat([...parts, Buffer.from(said.join('\n'))]) });
      if (Number(offset) + 1 >= (ends.get(name) ?? 0)) ends.delete(name);
      if (ends.size === 0) resolve();
      return Promise.resolve();
    };
    consumer.run({ eachMessage }).catch(reject);
  });
  await consumer.disconnect();
  return stored;
}
