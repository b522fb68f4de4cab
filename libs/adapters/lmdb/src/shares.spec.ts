import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LmdbStore } from './lmdb-store.js';
import { Shares, type Owner } from './shares.js';

const ADA: Owner = ['t', 'owner', 'sub_1'];
const BOB: Owner = ['t', 'owner', 'sub_2'];

describe('The share of an owner', () => {
  let folder: string;
  let store: LmdbStore;
  let shares: Shares;
  const reopen = (): void => {
    store = LmdbStore.open(folder);
    shares = new Shares(store);
  };
  const made = async (owner: Owner) => {
    const share = await shares.of(owner);
    await store.commit(() => shares.keep(owner, share.slot));
    shares.kept(owner);
    return share;
  };
  const onDisk = () => readFileSync(join(folder, 'shares'));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'assent-shares-'));
    reopen();
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  it('is random, the owner’s alone, and the same after a restart', async () => {
    const [ada, bob] = [await made(ADA), await made(BOB)];
    expect(Buffer.from(ada.bytes).equals(bob.bytes)).toBe(false);
    await store.close();
    reopen();
    expect(shares.find(ADA)).toEqual(ada);
    expect(statSync(join(folder, 'shares')).mode & 0o777).toBe(0o600);
  });

  it('is one for all who ask at once', async () => {
    const all = await Promise.all(
      Array.from({ length: 200 }, (_, n) => shares.of(['t', 'owner', `sub_${n % 100}`])),
    );
    expect(new Set(all.map(({ slot }) => slot)).size).toBe(100);
  });

  it('never stands in the store', async () => {
    const { bytes } = await made(ADA);
    expect(onDisk().includes(bytes)).toBe(true);
    expect(readFileSync(join(folder, 'data.mdb')).includes(bytes)).toBe(false);
  });

  it('is gone from its file when it is shredded, and its slot serves another', async () => {
    const { bytes, slot } = await made(ADA);
    await shares.shred(await store.commit(() => shares.doom(ADA)));
    expect(onDisk().includes(bytes)).toBe(false);
    expect(shares.find(ADA)).toBeUndefined();
    const next = await made(BOB);
    expect(next.slot).toBe(slot);
    expect(onDisk().length).toBe(64 * 32);
  });

  it('does not outlive the next start when a crash came between the erasure and the overwriting', async () => {
    const { bytes } = await made(ADA);
    await store.commit(() => shares.doom(ADA));
    await store.close();
    expect(onDisk().includes(bytes)).toBe(true);
    reopen();
    expect(onDisk().includes(bytes)).toBe(false);
  });

  it('is not stored with what was sealed before an erasure that came between', async () => {
    const { slot } = await made(ADA);
    await shares.shred(await store.commit(() => shares.doom(ADA)));
    expect(await store.commit(() => shares.keep(ADA, slot))).toBe(false);
  });

  it('is missed loudly when its file is not there', async () => {
    await made(ADA);
    await store.close();
    rmSync(join(folder, 'shares'));
    store = LmdbStore.open(folder);
    expect(() => new Shares(store)).toThrow('restore it together with data.mdb');
  });
});
