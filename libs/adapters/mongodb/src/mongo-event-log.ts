import type { StoredEvent } from '@assent/contract';
import {
  TraversableLog,
  VersionConflict,
  type Appended,
  type Changes,
  type Head,
  type NewEvent,
} from '@assent/ports';
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

const SETTLED_MS = 5_000;

type Newest = Pick<Commit, 'stream' | 'version' | 'state'>;
const HEAD = { _id: 0, stream: 1, version: 1, state: 1 } as const;

/**
 * `commits`: one document per append. A stale writer is refused twice: what it expects is compared with the head, and of
 * two that expect the same head the unique index lets one in. Versions only grow, so a head that was current once
 * has exactly one successor, and no stream has a gap.
 */
export class MongoEventLog extends TraversableLog {
  private readonly commits: mongo.Collection<Commit>;

  constructor(
    private readonly store: MongoStore,
    private readonly settledMs = SETTLED_MS,
  ) {
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
      // Every stream was at 0 once.
      const actual = expected === 0 ? 0 : await this.versionOf(stream);
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
    return this.commits.findOne<Newest>(
      { stream: { $eq: stream } },
      { sort: { first: -1 }, projection: HEAD },
    );
  }

  override async read(stream: string): Promise<StoredEvent[]> {
    const commits = await this.store.ask(() =>
      this.commits
        .find({ stream: { $eq: stream } })
        .sort({ first: 1 })
        .project<Commit>({ events: 1, first: 1 })
        .toArray(),
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

  /**
   * In the order in which the database stored them. What it stored within the last `settledMs` is told later, for an
   * append may be seen after one that was stored behind it.
   */
  async changes(after: string | undefined, limit: number): Promise<Changes> {
    return this.store.ask(async () => {
      const until = new Date((await this.store.now()) - this.settledMs);
      const found = this.commits
        .find({ ...behind(after, until) })
        .sort({ storedAt: 1, stream: 1, first: 1 })
        .project<Place & Pick<Commit, 'version'>>({ _id: 0, storedAt: 1, stream: 1, first: 1, version: 1 })
        .limit(limit);
      const appended: Appended[] = [];
      let next = after ?? START;
      let events = 0;
      for await (const { storedAt, stream, first, version } of found) {
        appended.push({ stream, first, last: version });
        next = JSON.stringify([storedAt.getTime(), stream, first]);
        events += version - first + 1;
        if (events >= limit) break;
      }
      return { appended, next };
    });
  }
}

type Place = Pick<Commit, 'storedAt' | 'stream' | 'first'>;
const START = '';

function behind(after: string | undefined, until: Date): mongo.Filter<Commit> {
  if (!after) return { storedAt: { $lte: until } };
  const [ms, stream, first] = JSON.parse(after) as [number, string, number];
  const storedAt = new Date(ms);
  return {
    storedAt: { $gte: storedAt, $lte: until },
    $or: [{ storedAt: { $gt: storedAt } }, { stream: { $gt: stream } }, { stream, first: { $gt: first } }],
  };
}

const headOf = ({ version, state }: Newest): Head => ({ version, state });
