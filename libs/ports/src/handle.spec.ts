import { refuse, type Decider } from '@assent/kernel';
import type { StoredEvent } from '@assent/contract';
import { EventLog, VersionConflict, type Head, type NewEvent } from './event-log.js';
import { handle } from './handle.js';

class MemoryLog extends EventLog {
  readonly streams = new Map<string, { events: StoredEvent[]; state: unknown }>();
  /** Runs before each append: where another process can come between. */
  between: () => Promise<void> = () => Promise.resolve();
  override async append(
    stream: string,
    expected: number,
    events: readonly NewEvent[],
    state: unknown,
  ): Promise<void> {
    await this.between();
    const before = this.streams.get(stream)?.events ?? [];
    if (before.length !== expected) throw new VersionConflict(stream, expected, before.length);
    const added = events.map((event, index) => ({ ...event, stream, version: expected + index + 1 }));
    this.streams.set(stream, { events: [...before, ...added], state });
  }
  override read(stream: string): Promise<StoredEvent[]> {
    return Promise.resolve(this.streams.get(stream)?.events ?? []);
  }
  override head<S>(stream: string): Promise<Head<S> | undefined> {
    const found = this.streams.get(stream);
    return Promise.resolve(found && { version: found.events.length, state: found.state as S });
  }
  override heads(streams: readonly string[]): Promise<(Head | undefined)[]> {
    return Promise.all(streams.map((stream) => this.head(stream)));
  }
}

interface Added {
  readonly type: 'Added' | 'Noted';
  readonly at: number;
  readonly amount: number;
}
type Add = { readonly amount: number };

/** Adds up to a limit; what goes over it is noted and refused. */
const sum: Decider<number, Add, Added, { limit: number }, 'too-much'> = {
  initial: 0,
  decide(state, { amount }, { limit }) {
    if (amount === 0) return [];
    const noted: Added = { type: 'Noted', at: 1, amount };
    if (state + amount > limit) return refuse('too-much', `over ${limit}`, [noted]);
    return [{ type: 'Added', at: 1, amount }];
  },
  evolve: (state, { type, amount }) => (type === 'Added' ? state + amount : state),
  wakeAt: () => 'never',
};

describe('handle', () => {
  const origin = { actor: 'key:1', policy: 't@1', recordedAt: 5 };
  const add = (log: EventLog, amount: number, more: object = {}) =>
    handle(log, 'subject/t/1', sum, { amount }, { limit: 100 }, { ...origin, ...more });

  it('answers the state, the version and what was recorded', async () => {
    const log = new MemoryLog();
    await add(log, 1);
    const { state, version, events } = await add(log, 2);
    expect([state, version]).toEqual([3, 2]);
    expect(events).toMatchObject([
      { version: 2, tenant: 't', actor: 'key:1', fact: { amount: 2 }, state: 3 },
    ]);
  });

  it('records nothing when nothing changes', async () => {
    const log = new MemoryLog();
    expect(await add(log, 0)).toMatchObject({ version: 0, events: [] });
    expect(log.streams.size).toBe(0);
  });

  it('records what a refusal notes, and hands on the refusal', async () => {
    const log = new MemoryLog();
    const { refusal, version, state } = await add(log, 101);
    expect([refusal?.refused, version, state]).toEqual(['too-much', 1, 0]);
  });

  it('lets fifty writers of one stream all come through', async () => {
    const log = new MemoryLog();
    await Promise.all(Array.from({ length: 50 }, () => add(log, 1)));
    expect((await log.head('subject/t/1'))?.state).toBe(50);
  });

  it('decides again when another process came between', async () => {
    const log = new MemoryLog();
    let rivals = 3;
    log.between = async () => {
      if (rivals-- <= 0) return;
      const version = log.streams.get('subject/t/1')?.events.length ?? 0;
      const state = ((await log.head<number>('subject/t/1'))?.state ?? 0) + 10;
      const event = { fact: { type: 'Added', at: 1, amount: 10 } } as unknown as StoredEvent;
      const events = [...(log.streams.get('subject/t/1')?.events ?? []), { ...event, version: version + 1 }];
      log.streams.set('subject/t/1', { events, state });
    };
    expect(await add(log, 1)).toMatchObject({ state: 31, version: 4 });
  });

  it('finds its own events when a request is repeated after a crash', async () => {
    const log = new MemoryLog();
    const first = await add(log, 1, { commandId: 'c1' });
    await add(log, 1);
    const again = await add(log, 1, { commandId: 'c1' });
    expect([again.repeated, again.events[0]?.id, again.version]).toEqual([true, first.events[0]?.id, 2]);
  });

  it('hands on what is no conflict', async () => {
    const log = new MemoryLog();
    log.between = () => Promise.reject(new Error('disk full'));
    await expect(add(log, 1)).rejects.toThrow('disk full');
    log.between = () => Promise.resolve();
    await expect(add(log, 1)).resolves.toMatchObject({ state: 1 });
  });
});
