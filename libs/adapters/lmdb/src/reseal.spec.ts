import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LmdbDirectory } from './lmdb-directory.js';
import { LmdbStore } from './lmdb-store.js';
import { OpenBook } from './open-book-spec.js';
import { withShares } from './reseal.js';

const ADA = { kind: 'email', value: 'ada@example.org' } as const;

describe('A folder of a version without shares', () => {
  let folder: string;
  const book = new OpenBook();
  const files = () => readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  const start = async () => {
    const store = await withShares(LmdbStore.open(folder), book);
    return { store, directory: new LmdbDirectory(store, book) };
  };
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'assent-reseal-'));
    book.sealed.length = 0;
    const store = LmdbStore.open(folder);
    const [addresses, holds] = [store.db<object, string[]>('addresses'), store.db<object, string[]>('holds')];
    const [profiles, evidence] = [
      store.db<unknown, string[]>('profiles'),
      store.db<object, string[]>('evidence'),
    ];
    const owned = store.db<true, string[]>('owned');
    await store.commit(() => {
      for (let n = 0; n < 300; n++) {
        void addresses.put(['t', `k${n}`], { subjectId: `sub_${n}`, sealed: book.seal('t', ADA) });
        void owned.put(['t', `sub_${n}`, 'address', `k${n}`], true);
      }
      void holds.put(['t', 'h'], { until: 100, sealed: book.seal('t', ADA) });
      void profiles.put(['t', 'sub_1'], book.seal('t', { locale: 'fr' }));
      void evidence.put(['t', 'ev'], { owner: 'sub_1', sealed: book.seal('t', { note: 'x' }) });
      void owned.put(['t', 'sub_1', 'evidence', 'ev'], true);
    });
    await store.close();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is sealed anew at the first start, and nothing of before is left in any file', async () => {
    const before = [...book.sealed];
    const { store, directory } = await start();
    expect(await directory.address('t', 'k299', 0)).toEqual(ADA);
    expect(await directory.address('t', 'h', 99)).toEqual(ADA);
    expect(await directory.address('t', 'h', 100)).toBeUndefined();
    expect(await directory.profile('t', 'sub_1')).toEqual({ locale: 'fr' });
    expect(await directory.openEvidence('t', 'ev')).toEqual({ note: 'x' });
    const left = files();
    expect(before.filter((sealed) => left.some((file) => file.includes(sealed)))).toEqual([]);
    await directory.erase('t', 'sub_1');
    book.sealed.splice(0, before.length); // gone from every file, as was just seen
    const shares = files().filter(({ length }) => length < 1 << 16);
    expect(book.sealed).toHaveLength(303);
    expect(book.stolenWith(shares)).toHaveLength(300);
    await store.close();
  });

  it('is written afresh once', async () => {
    await (await start()).store.close();
    const { ino } = statSync(join(folder, 'data.mdb'));
    await (await start()).store.close();
    expect(statSync(join(folder, 'data.mdb')).ino).toBe(ino);
    expect(readdirSync(folder).sort()).toEqual(['data.mdb', 'lock.mdb', 'shares']);
  });

  it('is taken up again after a crash, and what was left of the old file is destroyed', async () => {
    await (await start()).store.close();
    copyFileSync(join(folder, 'data.mdb'), join(folder, 'data.mdb.old'));
    const { store, directory } = await start();
    expect(existsSync(join(folder, 'data.mdb.old'))).toBe(false);
    expect(await directory.address('t', 'k1', 0)).toEqual(ADA);
    await store.close();
  });
});
