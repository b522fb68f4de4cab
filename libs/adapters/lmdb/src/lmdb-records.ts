import { setImmediate as nextTurn } from 'node:timers/promises';
import { Records } from '@assent/ports';
import type { Database } from 'lmdb';
import type { LmdbStore } from './lmdb-store.js';

/** Entries read without letting others have their turn, and removed in one transaction. */
const STEP = 500;
/** Behind every character there is. */
const LAST = '\u{10ffff}';

interface Entry {
  readonly value: unknown;
  readonly expiresAt: number;
}

/** `records`: key → { value, expiresAt } */
export class LmdbRecords extends Records {
  private readonly entries: Database<Entry, string>;

  constructor(private readonly store: LmdbStore) {
    super();
    this.entries = store.db<Entry>('records');
  }

  private live(key: string, now: number): Entry | undefined {
    const entry = this.entries.get(key);
    return entry && entry.expiresAt > now ? entry : undefined;
  }

  override get<T>(key: string, now: number): Promise<T | undefined> {
    return Promise.resolve(this.live(key, now)?.value as T | undefined);
  }

  override putIfAbsent<T>(key: string, value: T, expiresAt: number, now: number): Promise<T | undefined> {
    return this.store.commit(() => {
      const live = this.live(key, now);
      if (live === undefined) void this.entries.put(key, { value, expiresAt });
      return live?.value as T | undefined;
    });
  }

  override put(key: string, value: unknown, expiresAt: number): Promise<void> {
    return this.store.commit(() => void this.entries.put(key, { value, expiresAt }));
  }

  override delete(key: string): Promise<void> {
    return this.store.commit(() => void this.entries.remove(key));
  }

  override list<T>(prefix: string, now: number): Promise<{ key: string; value: T }[]> {
    const range = this.entries.getRange({ start: prefix, end: `${prefix}${LAST}` });
    const live = [...range].filter(({ value }) => value.expiresAt > now);
    return Promise.resolve(live.map(({ key, value }) => ({ key, value: value.value as T })));
  }

  override async sweep(now: number): Promise<number> {
    let swept = 0;
    let start = '';
    for (;;) {
      const step = [...this.entries.getRange({ start, limit: STEP })];
      const over = step.filter(({ value }) => value.expiresAt <= now);
      if (over.length > 0) swept += await this.store.commit(() => this.removeOver(over, now));
      else await nextTurn();
      const last = step.at(-1);
      if (last === undefined || step.length < STEP) return swept;
      start = `${last.key}\0`;
    }
  }

  /** Looks again: a key may have been put anew since it was seen to be over. */
  private removeOver(over: readonly { key: string }[], now: number): number {
    const still = over.filter(({ key }) => (this.entries.get(key)?.expiresAt ?? Infinity) <= now);
    for (const { key } of still) void this.entries.remove(key);
    return still.length;
  }
}
