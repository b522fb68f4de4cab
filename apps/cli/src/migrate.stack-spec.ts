import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { NodeKeyring } from '@assent/adapter-keyring';
import { LmdbStore, withShares } from '@assent/adapter-lmdb';
import { MongoStore } from '@assent/adapter-mongodb';
import { eventNamed } from '@assent/ports';
import { freshUri } from './fresh-uri-spec.js';
import { answers, fill, lmdbPorts, LONG, mongoPorts, PERSONS, SECRET } from './filled-store-spec.js';

const program = fileURLToPath(new URL('./main.js', import.meta.url));

describe('assent migrate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assent-moved-'));
  let uri: string;
  let database: MongoStore;
  beforeAll(async () => {
    const store = await withShares(LmdbStore.open(folder), new NodeKeyring(SECRET));
    await fill(lmdbPorts(store));
    await store.close();
  }, 180_000);
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeEach(async () => {
    uri = freshUri();
    database = await MongoStore.connect(uri);
  });
  afterEach(async () => {
    await database.db.dropDatabase();
    await database.close();
  });

  const start = (dir = folder) => {
    const args = [program, 'migrate', '--from', 'lmdb', '--to', 'mongodb', '--data-dir', dir];
    const child = spawn(process.execPath, args, { env: { ...process.env, MONGODB_URI: uri } });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => (text += data.toString()));
    return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, text })) };
  };
  const fromSource = async <T>(ask: (ports: ReturnType<typeof lmdbPorts>) => Promise<T>): Promise<T> => {
    const store = LmdbStore.open(folder);
    try {
      return await ask(lmdbPorts(store));
    } finally {
      await store.close();
    }
  };
  const killedAt = async (part: string): Promise<void> => {
    const { child, ended } = start();
    const isThere = async () => await database.db.collection('moving').findOne({ 'place.part': part });
    while ((await isThere()) === null) await sleep(2);
    child.kill('SIGKILL');
    expect((await ended).code).toBeNull();
  };
  const bytes = () =>
    createHash('sha256')
      .update(readFileSync(join(folder, 'data.mdb')))
      .digest('hex');

  it('copies everything: each port answers as before, and the source is what it was', async () => {
    const expected = await fromSource(answers);
    const before = [bytes(), ...readdirSync(folder)];
    const { code, text } = await start().ended;
    expect([code, text]).toEqual([0, expect.stringMatching(/^Moved\. The services need the same secret/m)]);
    expect(text).toMatch(new RegExp(`^streams +${PERSONS + 1} +${PERSONS + 1} +[0-9a-f]{32} +equal$`, 'm'));
    expect(text).toMatch(new RegExp(`^records +${PERSONS} +${PERSONS} +[0-9a-f]{32} +equal$`, 'm'));
    expect(text).not.toContain('DIFFERENT');
    expect([bytes(), ...readdirSync(folder)]).toEqual(before);
    const store = await MongoStore.open(uri);
    expect(await answers(mongoPorts(store))).toEqual(expected);
    await mongoPorts(store).log.append(LONG, 1_200, [eventNamed('next')], { count: 1_201 });
    expect(await mongoPorts(store).log.head(LONG)).toEqual({ version: 1_201, state: { count: 1_201 } });
    await store.close();
    expect(await start().ended).toMatchObject({
      code: 0,
      text: expect.stringContaining('nothing was done') as string,
    });
  }, 180_000);

  it.each(['streams', 'deliveries'])(
    'killed at the %s, goes on and comes to the same',
    async (part) => {
      const expected = await fromSource(answers);
      await killedAt(part);
      await expect(MongoStore.open(uri)).rejects.toThrow('was interrupted');
      const { code, text } = await start().ended;
      expect(code).toBe(0);
      expect(text).not.toContain(part === 'streams' ? 'copying streams' : 'copying agenda'); // not from the start
      const store = await MongoStore.open(uri);
      expect(await answers(mongoPorts(store))).toEqual(expected);
      await store.close();
    },
    180_000,
  );

  it('begins anew when the source was used after an interruption, and leaves nothing of before', async () => {
    await killedAt('deliveries');
    await fromSource(async ({ directory, log, records }) => {
      await directory.erase('t', 'sub_2');
      await records.delete('idempotency/3');
      await log.append('consent/t/new', 0, [eventNamed('new')], 1);
    });
    const expected = await fromSource(answers);
    expect(await start().ended).toMatchObject({
      code: 0,
      text: expect.stringContaining('copying streams') as string,
    });
    const store = await MongoStore.open(uri);
    expect(await answers(mongoPorts(store))).toEqual(expected);
    expect(await mongoPorts(store).directory.openEvidence('t', 'ev_2')).toBeUndefined();
    await store.close();
  }, 180_000);

  it('does not finish when the copy is not what the source holds', async () => {
    await killedAt('records'); // all parts before are there
    await database.db
      .collection<{ _id: string }>('claims')
      .updateOne({ _id: `t/${'0'.repeat(32)}` }, { $set: { owner: 'sub_x' } });
    const { code, text } = await start().ended;
    expect([code, text]).toEqual([1, expect.stringMatching(/^assent: the copy differs in claims: /m)]);
    expect(text).toMatch(/^claims .* DIFFERENT$/m);
    await expect(MongoStore.open(uri)).rejects.toThrow('was interrupted');
  }, 180_000);

  it('refuses a store of before there were shares, which it would take for dead', async () => {
    const old = mkdtempSync(join(tmpdir(), 'assent-old-'));
    await LmdbStore.open(old).close();
    const text = expect.stringMatching(
      /^assent: .* is of an earlier version: start the service on it once/m,
    ) as string;
    expect(await start(old).ended).toMatchObject({ code: 1, text });
    rmSync(old, { recursive: true });
  }, 180_000);

  it('refuses a database that holds something, and a folder that is in use', async () => {
    await MongoStore.prepare(uri);
    const open = await MongoStore.open(uri);
    await mongoPorts(open).records.put('k', 1, 10);
    await open.close();
    expect(await start().ended).toMatchObject({
      code: 1,
      text: expect.stringMatching(/^assent: the database .* holds data already/m) as string,
    });
    const inUse = LmdbStore.open(folder);
    expect(await start().ended).toMatchObject({
      code: 1,
      text: expect.stringContaining(`is in use by process ${process.pid}`) as string,
    });
    await inUse.close();
  }, 180_000);
});
