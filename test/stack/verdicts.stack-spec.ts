import '../support/distributed.js';
import { randomUUID } from 'node:crypto';
import type { SubjectState } from '@assent/contract';
import { Kafka, logLevel, type EachMessagePayload } from 'kafkajs';
import { addressOf } from '../support/stack.js';
import { World } from '../support/world.js';

const tenant = 'presentinfini';
const asked = { purpose: 'newsletter', channel: 'email' };
const PEOPLE = 24;

interface Table {
  readonly ready: Promise<void>;
  readonly table: Map<string, { readonly verdicts: object; readonly validUntil: string | null }>;
  readonly mayBeMailed: (addressKey: string, now?: number) => boolean;
  stop(): Promise<void>;
}
const { whoMayBeMailed } = (await import(
  new URL('../../../tools/examples/who-may-be-mailed.mjs', import.meta.url).href
)) as { whoMayBeMailed: (settings: object) => Promise<Table> };

describe('A downstream consumer of the topic of verdicts', () => {
  let world: World;
  const open: Table[] = [];
  let keys: string[] = [];
  const emails = Array.from({ length: PEOPLE }, () => `${randomUUID()}@example.org`);

  beforeAll(async () => {
    world = await World.create();
  }, 300_000);
  afterAll(async () => {
    await Promise.all(open.map((table) => table.stop()));
    await world?.end();
  }, 60_000);

  async function consumer(): Promise<Table> {
    const made = await whoMayBeMailed({
      brokers: addressOf('kafka').split(','),
      prefix: world.services.topicPrefix,
      tenant,
      ...asked,
    });
    open.push(made);
    await made.ready;
    return made;
  }
  const allowed = ({ table, mayBeMailed }: Table) =>
    [...table.keys()].filter((key) => mayBeMailed(key)).sort();

  /** Resolves with the keys once so many may be mailed. */
  async function reaches(table: Table, count: number, size = PEOPLE): Promise<string[]> {
    for (const end = performance.now() + 45_000; ;) {
      const keys = allowed(table);
      if (keys.length === count && table.table.size === size) return keys;
      if (performance.now() > end)
        throw new Error(`${keys.length} of ${table.table.size} may be mailed, not ${count} of ${size}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  const answers = () =>
    Promise.all(
      emails.map(async (email) =>
        Boolean((await world.done(tenant, '/v1/eligibility', { subject: { email }, ...asked }))['allowed']),
      ),
    );
  /** The address key of every person, as the topic of subjects names it; in the order of `emails`. */
  async function keysOf(subjectIds: readonly string[]): Promise<string[]> {
    const kafka = new Kafka({ brokers: addressOf('kafka').split(','), logLevel: logLevel.NOTHING });
    const consumer = kafka.consumer({ groupId: randomUUID() });
    await consumer.connect();
    await consumer.subscribe({ topic: `${world.services.topicPrefix}.subject`, fromBeginning: true });
    const keys = new Map<string, string>();
    await new Promise<void>((resolve, reject) => {
      const eachMessage = ({ message }: EachMessagePayload): Promise<void> => {
        const { state } = JSON.parse(String(message.value)) as { state: SubjectState };
        keys.set(String(message.key).split('/')[2] ?? '', state.addresses[0]?.key ?? '');
        if (subjectIds.every((id) => keys.has(id))) resolve();
        return Promise.resolve();
      };
      consumer.run({ eachMessage }).catch(reject);
    });
    await consumer.disconnect();
    return subjectIds.map((id) => String(keys.get(id)));
  }

  it('reaches the same table from nothing as from the start, and both say what is answered for every address', async () => {
    const fromTheStart = await consumer();
    expect(fromTheStart.table.size).toBe(0);
    const subjectIds: string[] = [];
    for (const email of emails) {
      const subject = { email };
      const person = { addresses: [{ kind: 'email', value: email }] };
      subjectIds.push(String((await world.done(tenant, '/v1/subjects', person))['subjectId']));
      await world.done(tenant, '/v1/consents', {
        ...{ subject, purpose: 'newsletter', channels: ['email'], decision: 'given', notice: 'newsletter@1' },
        evidence: { method: 'form', confirmedAt: new Date().toISOString() },
      });
    }
    await reaches(fromTheStart, PEOPLE);
    const stopped = emails.slice(0, PEOPLE / 3);
    for (const email of stopped)
      await world.done(tenant, '/v1/objections', { subject: { email }, source: 'letter' });
    await reaches(fromTheStart, PEOPLE - stopped.length);

    keys = await keysOf(subjectIds);
    const fromNothing = await consumer();
    expect([...fromNothing.table].sort()).toEqual([...fromTheStart.table].sort());
    const said = await answers();
    expect(said.filter(Boolean)).toHaveLength(PEOPLE - stopped.length);
    for (const table of [fromTheStart, fromNothing])
      expect(keys.map((key) => table.mayBeMailed(key))).toEqual(said);
  }, 120_000);

  it('believes no yes from the instant on that it is valid until, and knows no address in clear', () => {
    const [table] = open as [Table];
    const [key] = allowed(table) as [string];
    const verdict = table.table.get(key);
    const end = Date.parse(verdict?.validUntil ?? '');
    expect(end - Date.now()).toBeLessThanOrEqual(86_400_000);
    expect([table.mayBeMailed(key, end - 1), table.mayBeMailed(key, end)]).toEqual([true, false]);
    expect(JSON.stringify([...table.table])).not.toContain('@example');
  });

  it('hears of a stop from whoever takes over when the publisher is killed', async () => {
    const [table] = open as [Table];
    await world.services.add('preferences');
    await world.services.remove('preferences', 'SIGKILL');
    const before = allowed(table).length;
    const email = emails.at(-1);
    await world.done(tenant, '/v1/objections', { subject: { email }, source: 'letter' });
    const left = await reaches(table, before - 1);
    expect(left).not.toContain(keys.at(-1));
    const anew = await consumer();
    expect(allowed(anew)).toEqual(left);
  }, 120_000);
});
