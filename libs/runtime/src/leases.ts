import { randomUUID } from 'node:crypto';
import type { Clock } from '@assent/kernel';
import type { Records } from '@assent/ports';

/**
 * Work that one of several processes does at a time. A lease spares work that would be done twice; correctness never hangs
 * on it, as whoever was slow may believe for a moment longer that it is his.
 */
export abstract class Leases {
  /** True when it is ours for the next `forMs`, in real time; asked again in time, it stays ours. */
  abstract take(name: string, forMs: number): Promise<boolean>;
  /** Gives it back, if it is ours. */
  abstract release(name: string): Promise<void>;
}

/** For a store that one process alone can open: whoever held something before is dead. */
export class OnlyProcess extends Leases {
  override take = (): Promise<boolean> => Promise.resolve(true);
  override release = (): Promise<void> => Promise.resolve();
}

/** Held in the records: those of a dead process end by themselves. */
export class SharedLeases extends Leases {
  private readonly holder = randomUUID();
  /** Until when, by our own clock. */
  private readonly held = new Map<string, number>();

  constructor(
    private readonly records: Records,
    private readonly clock: Pick<Clock, 'real'>,
  ) {
    super();
  }

  override async take(name: string, forMs: number): Promise<boolean> {
    const now = this.clock.real();
    const until = now + forMs;
    const key = `lease/${name}`;
    if ((this.held.get(name) ?? 0) > now) {
      // Ours beyond doubt: nobody can have taken it meanwhile.
      await this.records.put(key, this.holder, until);
    } else {
      const live = await this.records.putIfAbsent(key, this.holder, until, now);
      if (live !== undefined) return false;
    }
    this.held.set(name, until);
    return true;
  }

  override async release(name: string): Promise<void> {
    if ((this.held.get(name) ?? 0) > this.clock.real()) await this.records.delete(`lease/${name}`);
    this.held.delete(name);
  }
}
