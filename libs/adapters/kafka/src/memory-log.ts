import type { StoredEvent } from '@assent/contract';
import { TraversableLog, VersionConflict, type Changes, type Head, type NewEvent } from '@assent/ports';

/** A log for the tests of this adapter: what survives a crash is the object itself. */
export class MemoryLog extends TraversableLog {
  private readonly events: StoredEvent[] = [];
  private readonly streams = new Map<string, StoredEvent[]>();
  private readonly states = new Map<string, string>();

  override append(
    stream: string,
    expected: number,
    events: readonly NewEvent[],
    state: unknown,
  ): Promise<void> {
    return Promise.resolve().then(() => {
      const before = this.streams.get(stream) ?? [];
      if (before.length !== expected) throw new VersionConflict(stream, expected, before.length);
      const head = stored(state);
      const fresh = events.map((event, index) => {
        const kept = JSON.parse(stored(event)) as NewEvent;
        return { ...kept, stream, version: expected + index + 1 };
      });
      this.events.push(...fresh);
      this.streams.set(stream, [...before, ...fresh]);
      this.states.set(stream, head);
    });
  }

  override read(stream: string): Promise<StoredEvent[]> {
    return Promise.resolve(structuredClone(this.streams.get(stream) ?? []));
  }

  override head<S>(stream: string): Promise<Head<S> | undefined> {
    const state = this.states.get(stream);
    const version = this.streams.get(stream)?.length ?? 0;
    return Promise.resolve(state === undefined ? undefined : { version, state: JSON.parse(state) as S });
  }

  override heads(streams: readonly string[]): Promise<(Head | undefined)[]> {
    return Promise.all(streams.map((stream) => this.head(stream)));
  }

  override changes(after: string | undefined, limit: number): Promise<Changes> {
    const from = Number(after ?? 0);
    const told = this.events.slice(from, from + limit);
    const appended = told.map(({ stream, version }) => ({ stream, first: version, last: version }));
    return Promise.resolve({ appended, next: String(from + told.length) });
  }
}

/** JSON, which refuses what it cannot hold instead of leaving it out. */
function stored(value: unknown): string {
  const text = JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'symbol' || typeof part === 'function') throw new Error('not storable');
    return part;
  });
  return text ?? 'null';
}
