import { mkdirSync } from 'node:fs';
import { open, type Database, type Key, type RootDatabase } from 'lmdb';

export class LmdbStore {
  private readonly root: RootDatabase;

  private constructor(readonly path: string) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    this.root = open({ path, maxDbs: 32, mapSize: 1 << 30 });
  }

  static open(path: string): LmdbStore {
    return new LmdbStore(path);
  }

  db<V, K extends Key = string>(name: string): Database<V, K> {
    return this.root.openDB<V, K>({ name });
  }

  /** All writes of `work` or none, on disk when it resolves. `work` must not await. */
  async commit<T>(work: () => T): Promise<T> {
    const result = await this.root.childTransaction(work);
    await this.root.flushed;
    return result;
  }

  close(): Promise<void> {
    return this.root.close();
  }
}
