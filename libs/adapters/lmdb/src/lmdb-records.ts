import { Records } from '@assent/ports';
import type { Database } from 'lmdb';
import type { LmdbStore } from './lmdb-store.js';

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
    const range = this.entries.getRange({ start: prefix, end: `${prefix}\uffff` });
    const live = [...range].filter(({ value }) => value.expiresAt > now);
    return Promise.resolve(live.map(({ key, value }) => ({ key, value: value.value as T })));
  }

  override async sweep(now: number): Promise<number> {
    const over = [...this.entries.getRange({})].filter(({ value }) => value.expiresAt <= now).slice(0, 500);
    if (over.length > 0)
      await this.store.commit(() => over.forEach(({ key }) => void this.entries.remove(key)));
    return over.length;
  }
}
