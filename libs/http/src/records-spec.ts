import { Records } from '@assent/ports';

/** Records in memory, for specifications. */
export class MemoryRecords extends Records {
  readonly entries = new Map<string, { value: unknown; expiresAt: number }>();
  private live(key: string, now: number): unknown {
    const entry = this.entries.get(key);
    return entry !== undefined && entry.expiresAt > now ? structuredClone(entry.value) : undefined;
  }
  override get<T>(key: string, now: number): Promise<T | undefined> {
    return Promise.resolve(this.live(key, now) as T | undefined);
  }
  override putIfAbsent<T>(key: string, value: T, expiresAt: number, now: number): Promise<T | undefined> {
    const live = this.live(key, now) as T | undefined;
    if (live === undefined) this.entries.set(key, { value, expiresAt });
    return Promise.resolve(live);
  }
  override put(key: string, value: unknown, expiresAt: number): Promise<void> {
    this.entries.set(key, { value: structuredClone(value), expiresAt });
    return Promise.resolve();
  }
  override delete(key: string): Promise<void> {
    this.entries.delete(key);
    return Promise.resolve();
  }
  override list<T>(prefix: string, now: number): Promise<{ key: string; value: T }[]> {
    const keys = [...this.entries.keys()].filter((key) => key.startsWith(prefix)).sort();
    return Promise.resolve(
      keys.flatMap((key) =>
        this.live(key, now) === undefined ? [] : [{ key, value: this.live(key, now) as T }],
      ),
    );
  }
  override sweep(): Promise<number> {
    return Promise.resolve(0);
  }
}
