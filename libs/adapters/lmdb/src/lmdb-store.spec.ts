import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LmdbDeliveries } from './lmdb-deliveries.js';
import { LmdbDirectory } from './lmdb-directory.js';
import { LmdbStore } from './lmdb-store.js';

describe('A store', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'assent-store-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is open once, and can be opened again when it was closed', async () => {
    const store = LmdbStore.open(folder);
    expect(() => LmdbStore.open(folder)).toThrow('ASSENT_DATA_DIR');
    await store.close();
    await LmdbStore.open(folder).close();
  });

  it('is on disk as soon as a commit under way when it is closed', async () => {
    const store = LmdbStore.open(folder);
    const db = store.db<number>('numbers');
    const commit = store.commit(() => void db.put('one', 1));
    await store.close();
    await commit;
    const again = LmdbStore.open(folder);
    expect(again.db<number>('numbers').get('one')).toBe(1);
    await again.close();
  });

  it('synchronises nothing for a worker that finds no work, and for nobody but the leased rows', async () => {
    const store = LmdbStore.open(folder);
    const commit = store.commit.bind(store);
    let commits = 0;
    store.commit = <T>(work: () => T): Promise<T> => {
      commits += 1;
      return commit(work);
    };
    const deliveries = new LmdbDeliveries(store);
    const lease = (real: number) => deliveries.lease('t', 'crm', { rule: 0, real }, real + 100, 10);
    expect(await lease(50)).toEqual([]);
    expect(commits).toBe(0);
    await deliveries.save(row);
    expect([await lease(9), commits]).toEqual([[], 1]);
    expect([(await lease(10)).length, commits]).toEqual([1, 2]);
    expect([await lease(20), commits]).toEqual([[], 2]);
    await store.close();
  });

  it('erases a person with very many documents in transactions of bounded size', async () => {
    const store = LmdbStore.open(folder);
    const sealed = { seal: () => new Uint8Array([1]), open: <T>() => ({}) as T };
    const directory = new LmdbDirectory(store, sealed);
    const ids = Array.from({ length: 1_000 }, (_, n) => `ev_${n}`);
    await Promise.all(ids.map((id) => directory.sealEvidence('t', 'sub_1', id, {})));
    const commit = store.commit.bind(store);
    let commits = 0;
    store.commit = <T>(work: () => T): Promise<T> => {
      commits += 1;
      return commit(work);
    };
    await directory.erase('t', 'sub_1');
    expect(commits).toBeGreaterThanOrEqual(4);
    expect(await directory.openEvidence('t', 'ev_999')).toBeUndefined();
    await store.close();
  });
});

const row = {
  id: 'crm:a',
  tenant: 't',
  integration: 'crm',
  addressKey: 'a',
  subjectId: null,
  desired: { kind: 'email', purposes: {}, allMarketing: 'stopped', objectedToAll: false, erase: false },
  revision: 1,
  appliedRevision: 0,
  state: 'queued',
  lane: 'stop',
  dueAt: null,
  dueAtReal: 10,
  attempts: 0,
  firstDueAt: 10,
  acceptedAt: null,
  verifiedAt: null,
  readBacks: 0,
  lastOutcome: null,
  outSince: {},
  leaseUntil: 0,
  rowVersion: 0,
} as const;
