import {
  closeSync,
  existsSync,
  fsyncSync,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Keyring } from '@assent/ports';
import type { Key } from 'lmdb';
import { LmdbStore } from './lmdb-store.js';
import { Shares, type Owner } from './shares.js';

type Seals = Pick<Keyring, 'seal' | 'open'>;
type At = [tenant: string, id: string];
interface Sealed {
  readonly sealed: Uint8Array;
  readonly subjectId?: string;
  readonly owner?: string;
}

const STEP = 200;

/**
 * Data of a version without shares is sealed anew, and the file written afresh: nothing of before is left in it that
 * the secret alone opens. Once, at the first start; a crash repeats it.
 */
export async function withShares(store: LmdbStore, keyring: Seals): Promise<LmdbStore> {
  const { path } = store;
  const old = join(path, 'data.mdb.old');
  if (existsSync(old)) destroy(old);
  const done = (fresh: LmdbStore) => {
    const layout = fresh.db<number>('layout');
    return fresh.commit(() => void layout.put('sealed', 2));
  };
  if (store.db<number>('layout').get('sealed') === 2) return store;
  if (await resealed(store, keyring)) {
    const fresh = join(path, 'fresh');
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { mode: 0o700 });
    await store.copyTo(fresh);
    await store.close();
    linkSync(join(path, 'data.mdb'), old);
    renameSync(join(fresh, 'data.mdb'), join(path, 'data.mdb'));
    synchronise(path);
    rmSync(fresh, { recursive: true });
    destroy(old);
    store = LmdbStore.open(path);
  }
  await done(store);
  return store;
}

/** Whether there was anything. */
async function resealed(store: LmdbStore, keyring: Seals): Promise<boolean> {
  const shares = new Shares(store);
  const one = async (
    owner: Owner,
    sealed: Uint8Array,
    put: (sealed: Uint8Array) => void,
  ): Promise<boolean> => {
    const clear = opened(keyring, owner[0], sealed);
    if (clear === undefined) return false;
    const { slot, bytes } = await shares.of(owner);
    await store.commit(() => {
      if (shares.keep(owner, slot)) put(keyring.seal(owner[0], clear.value, bytes));
    });
    shares.kept(owner);
    return true;
  };
  let any = false;
  for (const name of ['addresses', 'evidence', 'holds'] as const) {
    const db = store.db<Sealed, At>(name);
    for await (const [key, row] of rowsOf<Sealed>(store, name)) {
      const [tenant, id] = key;
      const owner: Owner =
        name === 'holds' ? [tenant, 'hold', id] : [tenant, 'owner', row.subjectId ?? row.owner ?? id];
      any = (await one(owner, row.sealed, (sealed) => void db.put(key, { ...row, sealed }))) || any;
    }
  }
  const profiles = store.db<Uint8Array, At>('profiles');
  for await (const [key, row] of rowsOf<Uint8Array>(store, 'profiles')) {
    const owner: Owner = [key[0], 'owner', key[1]];
    any = (await one(owner, row, (sealed) => void profiles.put(key, sealed))) || any;
  }
  return any;
}

/** Undefined: it has a share already. */
function opened(keyring: Seals, tenant: string, sealed: Uint8Array): { value: unknown } | undefined {
  try {
    return { value: keyring.open(tenant, sealed) };
  } catch {
    return undefined;
  }
}

async function* rowsOf<V>(store: LmdbStore, name: string): AsyncGenerator<[At, V]> {
  const db = store.db<V, At & Key>(name);
  for (let start: At | undefined; ;) {
    const step = [...db.getRange({ ...(start && { start: start as At & Key }), limit: STEP })];
    for (const { key, value } of step) yield await Promise.resolve([key, value]);
    const last = step.at(-1);
    if (last === undefined || step.length < STEP) return;
    start = [last.key[0], `${last.key[1]}\0`];
  }
}

/** Written over, then removed. */
function destroy(path: string): void {
  const file = openSync(path, 'r+');
  const nothing = Buffer.alloc(1 << 20);
  for (let at = 0, { size } = fstatSync(file); at < size; at += nothing.length)
    writeSync(file, nothing, 0, Math.min(nothing.length, size - at), at);
  fsyncSync(file);
  closeSync(file);
  rmSync(path);
}

function synchronise(folder: string): void {
  const directory = openSync(folder, 'r');
  fsyncSync(directory);
  closeSync(directory);
}
