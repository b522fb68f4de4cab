import '../support/distributed.js';
import { randomUUID } from 'node:crypto';
import { publishedEvents } from '@assent/contract';
import { CONCEPTS } from '@assent/kernel';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Kafka, logLevel, type KafkaMessage } from 'kafkajs';
import { addressOf } from '../support/stack.js';
import { World } from '../support/world.js';

const TENANT = 'presentinfini';
const SLOW = 120_000;

/** Everything the topics hold, as any program with kafkajs reads it. */
async function messages(prefix: string): Promise<KafkaMessage[]> {
  const kafka = new Kafka({ brokers: addressOf('kafka').split(','), logLevel: logLevel.NOTHING });
  const topics = CONCEPTS.map((concept) => `${prefix}.${concept}`);
  const admin = kafka.admin();
  await admin.connect();
  let left = 0;
  for (const topic of topics)
    for (const { high, low } of await admin.fetchTopicOffsets(topic)) left += Number(high) - Number(low);
  await admin.disconnect();
  const consumer = kafka.consumer({ groupId: `reader-${randomUUID()}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics, fromBeginning: true });
  const read: KafkaMessage[] = [];
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachMessage: ({ message }) => {
        read.push(message);
        if (read.length === left) resolve();
        return Promise.resolve();
      },
    });
  });
  await consumer.disconnect();
  return read;
}

describe('What other systems read in the topics', () => {
  it(
    'is what the schemas say, and names nobody',
    async () => {
      const prefix = `public-${randomUUID().slice(0, 8)}`;
      const world = await World.create({
        clock: '2026-03-12T09:00:00Z',
        env: { ASSENT_TOPIC_PREFIX: prefix },
      });
      const subject = { email: 'ada.lovelace@example.org' };
      const consent = {
        subject,
        purpose: 'prospecting',
        channels: ['email'],
        notice: 'prospecting@1',
        evidence: { method: 'form', confirmedAt: '2026-03-12T09:00:00Z' },
      };
      await world.done(TENANT, '/v1/consents', { ...consent, decision: 'given' });
      await world.setClock('2026-03-13T09:00:00Z');
      await world.done(TENANT, '/v1/objections', { subject, purpose: 'prospecting', source: 'letter' });
      await world.setClock('2026-03-14T09:00:00Z');

      const schemas = new Map(
        publishedEvents().map(({ type, schema }) => [type, new Ajv2020().compile(schema)]),
      );
      const types = new Set<string>();
      for (const { key, value, headers } of await messages(prefix)) {
        const type = String(headers?.['ce_type']);
        const valid = schemas.get(type);
        types.add(type);
        expect([type, valid?.(JSON.parse(String(value))), valid?.errors]).toEqual([type, true, null]);
        expect(String(headers?.['ce_subject'])).toBe(String(key));
        expect(`${String(value)} ${JSON.stringify(headers)}`).not.toMatch(/lovelace/i);
      }
      expect([...types]).toEqual(
        expect.arrayContaining([
          'assent.subject.subject-registered',
          'assent.consent.consent-given',
          'assent.consent.consent-ended',
          'assent.opposition.objection-recorded',
        ]),
      );
      await world.end();
    },
    SLOW,
  );
});
