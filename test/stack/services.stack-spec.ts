import { randomUUID } from 'node:crypto';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import mongoose from 'mongoose';
import { addressOf, kill, revive } from '../support/stack.js';

const SLOW = 60_000;

describe('The Kafka that the tests use', () => {
  const topic = `stack-${randomUUID()}`;

  it(
    'keeps what it acknowledged when it is killed, and comes back at the same address',
    async () => {
      const kafka = new Kafka({ brokers: addressOf('kafka').split(','), logLevel: logLevel.NOTHING });
      const admin = kafka.admin();
      const producer = kafka.producer({
        idempotent: true,
        maxInFlightRequests: 1,
        createPartitioner: Partitioners.DefaultPartitioner,
      });
      await Promise.all([admin.connect(), producer.connect()]);
      await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
      await producer.send({ topic, messages: Array.from({ length: 100 }, (_, n) => ({ value: String(n) })) });
      await kill('kafka');
      await revive('kafka');
      await producer.send({ topic, messages: [{ value: 'after' }] });
      expect(await admin.fetchTopicOffsets(topic)).toMatchObject([{ offset: '101' }]);
      await admin.deleteTopics({ topics: [topic] });
      await Promise.all([admin.disconnect(), producer.disconnect()]);
    },
    SLOW,
  );
});

describe('The MongoDB that the tests use', () => {
  it(
    'keeps what it acknowledged when it is killed, and refuses a second document of a unique key',
    async () => {
      const dbName = `stack-${randomUUID()}`;
      const connection = await mongoose.createConnection(addressOf('mongodb'), { dbName }).asPromise();
      const events = connection.collection('events');
      await events.createIndex({ stream: 1, version: 1 }, { unique: true });
      const write = (version: number) =>
        events.insertOne({ stream: 'a', version }, { writeConcern: { w: 'majority', journal: true } });
      await Promise.all(Array.from({ length: 50 }, (_, n) => write(n)));
      await kill('mongodb');
      await revive('mongodb');
      expect(await events.countDocuments()).toBe(50);
      await expect(write(7)).rejects.toMatchObject({ code: 11000 });
      await connection.dropDatabase();
      await connection.close();
    },
    SLOW,
  );
});
