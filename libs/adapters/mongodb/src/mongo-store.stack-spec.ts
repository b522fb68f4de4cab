import { freshDatabase, freshStore } from './database-spec.js';
import { DatabaseUnusable } from './failure.js';
import { COLLECTIONS, LAYOUT } from './layout.js';
import { MongoDeliveries } from './mongo-deliveries.js';
import { MongoStore } from './mongo-store.js';
import { rowNamed } from './row-spec.js';

describe('A database', () => {
  let dropped: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const drop of dropped) await drop();
    dropped = [];
  });
  const connected = async (uri: string): Promise<MongoStore> => {
    const store = await MongoStore.connect(uri);
    dropped.push(async () => {
      await store.db.dropDatabase();
      await store.close();
    });
    return store;
  };

  it('is refused with one sentence until the deploy step has made its indexes', async () => {
    const uri = freshDatabase();
    const { db } = await connected(uri);
    await expect(MongoStore.open(uri)).rejects.toThrow(
      /^the database "assent-[^"]+" is not prepared, run `assent prepare` first: the indexes commits\.head, .*records\.end are missing$/,
    );
    expect(await db.listCollections().toArray()).toEqual([]); // opening makes nothing
    const made = await MongoStore.prepare(uri);
    expect(made).toEqual(COLLECTIONS.flatMap((name) => LAYOUT[name].map((index) => `${name}.${index.name}`)));
    expect(await MongoStore.prepare(uri)).toEqual([]);
    await (await MongoStore.open(uri)).close();
  });

  it('is refused when an index is not what it must be', async () => {
    const uri = freshDatabase();
    const { db } = await connected(uri);
    await MongoStore.prepare(uri);
    await db.collection('commits').dropIndex('head');
    await db.collection('commits').createIndex({ stream: 1, first: -1 }, { name: 'head' }); // not unique
    await expect(MongoStore.open(uri)).rejects.toThrow('the indexes commits.head are missing');
    await expect(MongoStore.prepare(uri)).rejects.toThrow(/^the index commits\.head is not what it must be/);
  });

  it('is refused while a move into it is not finished', async () => {
    const { uri, store } = await freshStore();
    const { db } = await connected(uri);
    await store.close();
    await db.collection<{ _id: string }>('moving').insertOne({ _id: 'move' });
    await expect(MongoStore.open(uri)).rejects.toThrow(/interrupted: run the same `assent migrate` again$/);
    await db
      .collection<{ _id: string }>('moving')
      .updateOne({ _id: 'move' }, { $set: { finishedAt: new Date() } });
    await (await MongoStore.open(uri)).close();
  });

  it('that does not answer is named without its password, within seconds', async () => {
    const started = performance.now();
    const opening = MongoStore.open('mongodb://ada:secret@127.0.0.1:1/x', { withinMs: 500 });
    await expect(opening).rejects.toThrow(DatabaseUnusable);
    await expect(opening).rejects.toThrow(/^no MongoDB can be used at 127\.0\.0\.1:1, check MONGODB_URI: /);
    await expect(opening).rejects.not.toThrow('secret');
    expect(performance.now() - started).toBeLessThan(5_000);
    await expect(MongoStore.open('not an address')).rejects.toThrow(/check MONGODB_URI/);
  });

  it('is the one that the address names, or assent', async () => {
    const uri = freshDatabase();
    const name = /assent-[0-9a-f-]+/.exec(uri)?.[0] ?? '';
    const named = await connected(uri);
    const unnamed = await MongoStore.connect(uri.replace(name, ''));
    expect([named.db.databaseName, unnamed.db.databaseName]).toEqual([name, 'assent']);
    await unnamed.close();
  });

  it('keeps names with dots and dollars in a value as they are', async () => {
    const { uri, store } = await freshStore();
    await connected(uri);
    const deliveries = new MongoDeliveries(store);
    const cell = {
      verdict: 'stopped',
      code: 'objection-in-force',
      tri: 'out',
      since: 1,
      eventId: null,
    } as const;
    const desired = {
      ...rowNamed('a').desired,
      purposes: { 'newsletter.weekly': { email: cell }, $where: {} },
    };
    const saved = await deliveries.save(rowNamed('a', { desired, outSince: { 'list.a': 5 } }));
    expect(await deliveries.get('t', 'crm:a')).toEqual(saved);
    expect(saved).toMatchObject({ desired, outSince: { 'list.a': 5 } });
    await store.close();
  });
});
