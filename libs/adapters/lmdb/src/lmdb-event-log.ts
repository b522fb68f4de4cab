import type { StoredEvent } from '@assent/contract';
import { TraversableLog, VersionConflict, type Changes, type Head, type NewEvent } from '@assent/ports';
import type { Database } from 'lmdb';
import { EventEmitter } from 'node:events';
import type { LmdbStore } from './lmdb-store.js';

/** An event and where it stands in the log. */
export interface Placed {
  readonly position: number;
  readonly event: StoredEvent;
}

/** `events`: position → event · `streams`: [stream, version] → position · `heads`: stream → { version, state }. */
export class LmdbEventLog extends TraversableLog {
  private readonly events: Database<StoredEvent, number>;
  private readonly streams: Database<number, [string, number]>;
  private readonly headsDb: Database<Head, string>;
  private telling = false;
  /** Until the next append. */
  private lastRead: { position: number; limit: number; found: readonly Placed[] } | undefined;
  readonly appended = new EventEmitter().setMaxListeners(0);

  constructor(private readonly store: LmdbStore) {
    super();
    this.events = store.db<StoredEvent, number>('events');
    this.streams = store.db<number, [string, number]>('streams');
    this.headsDb = store.db<Head>('heads');
  }

  override async append(
    stream: string,
    expected: number,
    events: readonly NewEvent[],
    state: unknown,
  ): Promise<void> {
    await this.store.commit(() => {
      const actual = this.headsDb.get(stream)?.version ?? 0;
      if (actual !== expected) throw new VersionConflict(stream, expected, actual);
      let position = this.last();
      events.forEach((event, index) => {
        const version = expected + index + 1;
        position += 1;
        void this.events.put(position, { ...event, stream, version });
        void this.streams.put([stream, version], position);
      });
      void this.headsDb.put(stream, { version: expected + events.length, state });
    });
    this.lastRead = undefined;
    this.tellSoon();
  }

  /** Whoever waits for the append goes on first: its answer is on its way before what follows from it begins. */
  private tellSoon(): void {
    if (this.telling) return;
    this.telling = true;
    setImmediate(() => {
      this.telling = false;
      this.appended.emit('append');
    });
  }

  override read(stream: string): Promise<StoredEvent[]> {
    const positions = this.streams.getRange({ start: [stream, 0], end: [stream, Number.MAX_SAFE_INTEGER] });
    return Promise.resolve(Array.from(positions, ({ value }) => this.events.get(value) as StoredEvent));
  }

  override head<S>(stream: string): Promise<Head<S> | undefined> {
    return Promise.resolve(this.headsDb.get(stream) as Head<S> | undefined);
  }

  override heads(streams: readonly string[]): Promise<(Head | undefined)[]> {
    return Promise.resolve(streams.map((stream) => this.headsDb.get(stream)));
  }

  /** `next` is the position of the last event that was looked at. */
  override changes(after: string | undefined, limit: number): Promise<Changes> {
    const from = Number(after ?? 0);
    const found = this.after(from, limit);
    const appended = found.map(({ event: { stream, version } }) => ({
      stream,
      first: version,
      last: version,
    }));
    return Promise.resolve({ appended, next: String(found.at(-1)?.position ?? from) });
  }

  /** The position of the newest event; 0 when there is none. */
  last(): number {
    for (const key of this.events.getKeys({ reverse: true, limit: 1 })) return key;
    return 0;
  }

  /** Nothing in the answer may be changed: lanes that stand at the same place share it, so that it is unpacked once. */
  after(position: number, limit: number): readonly Placed[] {
    const read = this.lastRead;
    if (read?.position === position && read.limit === limit) return read.found;
    const range = this.events.getRange({ start: position + 1, limit });
    const found = Array.from(range, ({ key, value }) => ({ position: key, event: value }));
    this.lastRead = { position, limit, found };
    return found;
  }

  at(position: number): StoredEvent | undefined {
    return this.events.get(position);
  }
}
