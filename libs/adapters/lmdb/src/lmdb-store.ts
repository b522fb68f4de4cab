import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { open, type Database, type Key, type RootDatabase } from 'lmdb';
import { lockFolder } from './folder-lock.js';

const DATA = 'data.mdb';

/** The one environment of the embedded profile: every adapter of this folder keeps its databases in it. */
export class LmdbStore {
  private readonly root: RootDatabase;
  private readonly giveBack: () => void;
  private readonly closers: (() => void)[] = [];

  private constructor(
    readonly path: string,
    readOnly: boolean,
  ) {
    if (!readOnly) mkdirSync(path, { recursive: true, mode: 0o700 });
    else if (!existsSync(join(path, DATA))) throw new Error(`there is no store in ${path}`);
    this.giveBack = lockFolder(path);
    try {
      // The map grows by itself; this is where it begins.
      // `noSubdir`: a folder with a dot in its name is taken for a file otherwise.
      this.root = open({ path, noSubdir: false, maxDbs: 32, mapSize: 1 << 30, readOnly });
    } catch (error) {
      this.giveBack();
      throw error;
    }
  }

  /** Opens or makes the folder; throws when another process has it. */
  static open(path: string): LmdbStore {
    return new LmdbStore(path, false);
  }

  /** Opens what is there and changes nothing in it; meanwhile nobody else has the folder. */
  static openToRead(path: string): LmdbStore {
    return new LmdbStore(path, true);
  }

  /** Another one after every commit. */
  state(): string {
    const { lastTxnId } = this.root.getStats() as { lastTxnId: number };
    const { ino, size } = statSync(join(this.path, DATA));
    return [ino, size, lastTxnId].join('-');
  }

  /** Of a store that is open to be read, `undefined` for a database that was never made. */
  db<V, K extends Key = string>(name: string): Database<V, K> {
    const options = { name, encoder: { writeFunction } }; // missing in the package's types
    return this.root.openDB<V, K>(options);
  }

  /**
   * All writes of `work` or none, on disk when it resolves. `work` must not await. Commits that come at the same time
   * share one synchronisation.
   */
  async commit<T>(work: () => T): Promise<T> {
    const result = await this.root.childTransaction(work);
    await this.root.flushed;
    return result;
  }

  /**
   * As `commit`, but resolves when everybody sees the writes: they are on disk before, or with, whatever is committed
   * afterwards. For what nobody is told of until a later commit speaks of it.
   */
  ahead<T>(work: () => T): Promise<T> {
    return this.root.childTransaction(work);
  }

  /** A copy without free pages, in an empty folder. */
  async copyTo(folder: string): Promise<void> {
    await this.root.flushed;
    await this.root.backup(folder, true);
  }

  /** What else an adapter has open in the folder, closed behind the last commit. */
  beforeGivingBack(close: () => void): void {
    this.closers.push(close);
  }

  /** Waits for the commits under way. */
  async close(): Promise<void> {
    try {
      await this.root.close();
    } finally {
      for (const close of this.closers) close();
      this.giveBack();
    }
  }
}

/** Otherwise one would be stored as `undefined`, in silence. */
function writeFunction(): never {
  throw new TypeError('a function cannot be stored');
}
