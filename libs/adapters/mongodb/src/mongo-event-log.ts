import type { StoredEvent } from '@assent/contract';
import { EventLog, VersionConflict, type Head, type NewEvent } from '@assent/ports';
import mongoose, { type mongo } from 'mongoose';
import { isDuplicate } from './failure.js';
import type { MongoStore } from './mongo-store.js';
import { storable } from './storable.js';

/** One append, whole: all its events and the state after them. The newest of a stream is the stream's head. */
export interface Commit {
  readonly _id: mongo.ObjectId;
  readonly stream: string;
  /** Versions of its first event and of its last. */
  readonly first: number;
  readonly version: number;
  /** The decider's state after the last event. */
  readonly state?: unknown;
  readonly events: readonly NewEvent[];
  /** By the clock of the database, when it was stored. */
  readonly storedAt: Date;
}

type Newest = Pick<Commit, 'stream' | 'version' | 'state'>;
const HEAD = { _id: 0, stream: 1, version: 1, state: 1 } as const;

/**
 * `commits`: one document per append. A stale writer is refused twice: what it expects is compared with the head, and of
 * two that expect the same head the unique index lets one in. Versions only grow, so a head that was current once
 * has exactly one successor, and no stream has a gap.
 */
export class MongoEventLog extends EventLog {
  private readonly commits: mongo.Collection<Commit>;

  constructor(private readonly store: MongoStore) {
    super();
    this.commits = store.collection<Commit>('commits');
  }

  override async append(
    stream: string,
    expected: number,
    events: readonly NewEvent[],
    state: unknown,
  ): Promise<void> {
    if (events.length === 0) throw new RangeError('an append has at least one event');
    const first = expected + 1;
    const content = storable({ stream, first, version: expected + events.length, state, events });
    await this.store.ask(async () => {
      const actual = await this.versionOf(stream);
      if (actual !== expected) throw new VersionConflict(stream, expected, actual);
      try {
        // Found by its own id when a lost answer makes the driver send it again.
        await this.commits.updateOne(
          { _id: new mongoose.mongo.ObjectId() },
          { $setOnInsert: content, $currentDate: { storedAt: true } },
          { upsert: true },
        );
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        throw new VersionConflict(stream, expected, Math.max(first, await this.versionOf(stream)));
      }
    });
  }

  private async versionOf(stream: string): Promise<number> {
    return (await this.newest(stream))?.version ?? 0;
  }

  private newest(stream: string): Promise<Newest | null> {
    return this.commits.findOne<Newest>({ stream }, { sort: { first: -1 }, projection: HEAD });
  }

  override async read(stream: string): Promise<StoredEvent[]> {
    const commits = await this.store.ask(() =>
      this.commits.find({ stream }).sort({ first: 1 }).project<Commit>({ events: 1, first: 1 }).toArray(),
    );
    return commits.flatMap(({ events, first }) =>
      events.map((event, index) => ({ ...event, stream, version: first + index })),
    );
  }

  override async head<S>(stream: string): Promise<Head<S> | undefined> {
    const newest = await this.store.ask(() => this.newest(stream));
    return newest ? (headOf(newest) as Head<S>) : undefined;
  }

  override async heads(streams: readonly string[]): Promise<(Head | undefined)[]> {
    if (streams.length === 0) return [];
    const newest = await this.store.ask(() =>
      this.commits
        .aggregate<{ newest: Newest }>(
          [
            { $match: { stream: { $in: [...new Set(streams)] } } },
            { $sort: { stream: 1, first: -1 } },
            {
              $group: {
                _id: '$stream',
                newest: { $first: { stream: '$stream', version: '$version', state: '$state' } },
              },
            },
          ],
          this.store.oneMoment,
        )
        .toArray(),
    );
    const byStream = new Map(newest.map(({ newest: one }) => [one.stream, headOf(one)]));
    return streams.map((stream) => byStream.get(stream));
  }
}

const headOf = ({ version, state }: Newest): Head => ({ version, state });
