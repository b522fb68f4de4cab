import { Records } from '@assent/ports';
import { SharedLeases } from './leases.js';

class MemoryRecords extends Records {
  readonly entries = new Map<string, { value: unknown; expiresAt: number }>();
  private live(key: string, now: number) {
    const entry = this.entries.get(key);
    return entry !== undefined && entry.expiresAt > now ? entry : undefined;
  }
  override get = <T>(key: string, now: number) =>
    Promise.resolve(this.live(key, now)?.value as T | undefined);
  override putIfAbsent<T>(key: string, value: T, expiresAt: number, now: number): Promise<T | undefined> {
    const live = this.live(key, now);
    if (live === undefined) this.entries.set(key, { value, expiresAt });
    return Promise.resolve(live?.value as T | undefined);
  }
  override put(key: string, value: unknown, expiresAt: number): Promise<void> {
    this.entries.set(key, { value, expiresAt });
    return Promise.resolve();
  }
  override delete(key: string): Promise<void> {
    this.entries.delete(key);
    return Promise.resolve();
  }
  override list = <T>() => Promise.resolve<{ key: string; value: T }[]>([]);
  override sweep = () => Promise.resolve(0);
}

describe('A lease', () => {
  let now = 0;
  const clock = { real: () => now };
  const processes = () => {
    const records = new MemoryRecords();
    return [new SharedLeases(records, clock), new SharedLeases(records, clock)] as const;
  };
  beforeEach(() => (now = 0));

  it('is one process’s at a time, for as long as that one asks again in time', async () => {
    const [one, other] = processes();
    expect(await one.take('agenda', 100)).toBe(true);
    expect(await other.take('agenda', 100)).toBe(false);
    now = 90;
    expect(await one.take('agenda', 100)).toBe(true);
    now = 150;
    expect(await other.take('agenda', 100)).toBe(false);
  });

  it('of a dead process ends by itself', async () => {
    const [dead, other] = processes();
    await dead.take('agenda', 100);
    now = 101;
    expect(await other.take('agenda', 100)).toBe(true);
    expect(await dead.take('agenda', 100)).toBe(false);
  });

  it('is given back at once, and never somebody else’s', async () => {
    const [one, other] = processes();
    await one.take('agenda', 100);
    await other.release('agenda');
    expect(await other.take('agenda', 100)).toBe(false);
    await one.release('agenda');
    expect(await other.take('agenda', 100)).toBe(true);
    now = 99;
    await one.release('agenda');
    expect(await one.take('agenda', 100)).toBe(false);
  });
});
