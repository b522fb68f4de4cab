import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LmdbStore } from '@assent/adapter-lmdb';
import { MongoStore } from '@assent/adapter-mongodb';
import { LANES } from '@assent/contract';
import { eventNamed, type DeliveryRow } from '@assent/ports';
import fc from 'fast-check';
import { freshUri } from './fresh-uri-spec.js';
import { lmdbPorts, mongoPorts, rowOf, type Ports } from './filled-store-spec.js';

/** What is asked of both stores; what a store answered before is known to the next step. */
type Step = (ports: Ports, run: string) => Promise<unknown>;

const value = fc
  .jsonValue({ maxDepth: 3 })
  .map((one): unknown => JSON.parse(JSON.stringify(one)))
  .filter((one) => !JSON.stringify(one).includes('__proto__')); // LMDB gives it another name
const small = fc.nat({ max: 6 });

/** Told as what is asked when a sequence fails. */
const asks = <T>(name: string, given: fc.Arbitrary<T>, ask: (given: T) => Step): fc.Arbitrary<Step> =>
  given.map((one) => Object.assign(ask(one), { [fc.toStringMethod]: () => `${name} ${fc.stringify(one)}` }));

const append = asks(
  'append',
  fc.record({
    on: small,
    off: fc.constantFrom(0, 0, 0, -1, 1),
    count: fc.integer({ min: 1, max: 3 }),
    value,
  }),
  ({ on, off, count, value: state }) =>
    async ({ log }, run) => {
      const stream = `consent/${run}/sub_${on % 2}`;
      const expected = Math.max(0, ((await log.head(stream))?.version ?? 0) + off);
      const events = Array.from({ length: count }, (_, n) =>
        eventNamed(`${expected}-${n}`, { tenant: run, state }),
      );
      await log.append(stream, expected, events, state);
    },
);
const readLog = asks('readLog', small, (on) => async ({ log }, run) => {
  const stream = `consent/${run}/sub_${on % 2}`;
  const both = [`consent/${run}/none`, `consent/${run}/sub_1`, `consent/${run}/sub_0`];
  return [await log.read(stream), await log.head(stream), await log.heads(both)];
});

const plan = asks(
  'plan',
  fc.tuple(small, small, fc.oneof(fc.constant('never' as const), small)),
  ([on, version, at]) =>
    async ({ agenda }, run) => {
      await agenda.plan(`consent/${run}/sub_${on % 3}`, version, at);
    },
);
const due = asks('due', fc.tuple(small, small), ([now, limit]) => async ({ agenda }) => [
  await agenda.due(now, limit + 1),
  await agenda.next(),
]);

const record = asks(
  'record',
  fc.tuple(
    fc.constantFrom('put', 'putIfAbsent', 'get', 'delete', 'list', 'sweep'),
    small,
    small,
    small,
    value,
  ),
  ([what, on, expiresAt, now, stored]) =>
    async ({ records }, run) => {
      const key = `${run}/${'aé\uffff'.charAt(on % 3)}${on}`;
      if (what === 'put') return records.put(key, stored, expiresAt);
      if (what === 'putIfAbsent') return records.putIfAbsent(key, stored, expiresAt, now);
      if (what === 'get') return records.get(key, now);
      if (what === 'delete') return records.delete(key);
      return what === 'list' ? records.list(`${run}/`, now) : records.sweep(now);
    },
);

/** Never the same instant for two rows or two clocks: which of two equal ones comes first is not promised. */
const save = asks(
  'save',
  fc.record({
    on: small,
    old: fc.boolean(),
    lane: fc.constantFrom(...LANES),
    by: fc.option(small),
    real: fc.option(small),
  }),
  ({ on, old, lane, by, real }) =>
    async ({ deliveries }, run) => {
      const fresh = { ...rowOf(on), tenant: run, id: `crm:${on}`, addressKey: String(on) };
      const stored = (await deliveries.get(run, fresh.id)) ?? fresh;
      const change: Partial<DeliveryRow> = {
        ...{
          lane,
          dueAt: by === null ? null : by * 20 + on,
          dueAtReal: real === null ? null : real * 20 + on + 10,
        },
        ...{ state: 'failed', rowVersion: stored.rowVersion - (old ? 1 : 0) },
      };
      return deliveries.save({ ...stored, ...change });
    },
);
const lease = asks(
  'lease',
  fc.tuple(small, small, small),
  ([rule, real, limit]) =>
    ({ deliveries }, run) =>
      deliveries.lease(run, 'crm', { rule: rule * 20, real: real * 20 }, real * 20 + 15, limit),
);
const look = asks(
  'look',
  fc.tuple(
    small,
    fc.constantFrom({}, { subjectId: 'sub_3' }, { state: 'failed' as const }, { integration: 'crm' }),
  ),
  ([limit, filter]) =>
    async ({ deliveries }, run) => {
      const first = await deliveries.list(run, filter, limit + 1);
      const rest = first.next === null ? null : await deliveries.list(run, filter, 10, first.next);
      return [first, rest, await deliveries.pending(run, 'crm'), await deliveries.nextDue(run, 'crm')];
    },
);

/** An error counts by its name: its sentence is the store's own. */
const answerOf = async (step: Step, ports: Ports, run: string): Promise<unknown> => {
  try {
    return await step(ports, run);
  } catch (error) {
    return `rejected: ${(error as Error).name}`;
  }
};

describe('The embedded store and MongoDB, asked the same', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assent-in-step-'));
  let embedded: LmdbStore;
  let database: MongoStore;
  beforeAll(async () => {
    const uri = freshUri();
    await MongoStore.prepare(uri);
    database = await MongoStore.open(uri);
    embedded = LmdbStore.open(folder);
  });
  afterAll(async () => {
    await database?.db.dropDatabase();
    await database?.close();
    await embedded?.close();
    rmSync(folder, { recursive: true });
  });
  let runs = 0;
  let answers = 0;

  it.each([
    ['of a log', [append, append, readLog]],
    ['of an agenda', [plan, plan, due]],
    ['of records', [record]],
    ['of deliveries', [save, save, save, lease, look]],
  ])(
    'answer the same to any sequence of questions %s',
    async (_, steps) => {
      const [one, other] = [lmdbPorts(embedded), mongoPorts(database)];
      const sequence = fc.array(fc.oneof(...steps), { minLength: 5, maxLength: 30 });
      await fc.assert(
        fc.asyncProperty(sequence, async (asked) => {
          const run = `run-${(runs += 1)}`;
          for (const step of asked) {
            expect(await answerOf(step, other, run)).toEqual(await answerOf(step, one, run));
            answers += 1;
          }
        }),
        { numRuns: 12, interruptAfterTimeLimit: 60_000 },
      );
      expect(answers).toBeGreaterThan(50);
    },
    180_000,
  );
});
