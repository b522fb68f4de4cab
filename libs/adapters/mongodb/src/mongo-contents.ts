import { MovingIn, type Part, type Place, type Thing } from '@assent/ports';
import type { mongo } from 'mongoose';
import { DatabaseUnusable } from './failure.js';
import { COLLECTIONS, type CollectionName } from './layout.js';
import { commitsOf, streamsOf } from './moved-streams.js';
import { documentOf, isSealed, shareOf, thingOf, type StoredThing } from './moved-things.js';
import type { Commit } from './mongo-event-log.js';
import type { MongoStore } from './mongo-store.js';
import type { Share } from './shares.js';

/** Documents whose shares are looked up at once. */
const STEP = 200;

/** The one document of `moving`. `source` is empty while remains of an earlier move are removed. */
interface Move {
  readonly _id: 'move';
  readonly source: string;
  readonly place?: Place;
  readonly startedAt: Date;
  readonly finishedAt?: Date;
}

/** All that the database holds; and how it is filled from another store, by writes that may be done again. */
export class MongoContents extends MovingIn {
  private readonly moves: mongo.Collection<Move>;

  constructor(private readonly store: MongoStore) {
    super();
    this.moves = store.collection<Move>('moving');
  }

  override count(part: Part): Promise<number> {
    if (part === 'streams') return this.store.collection<Commit>('commits').countDocuments({ first: 1 });
    return this.store.collection(part).countDocuments();
  }

  override async *things(part: Part, after?: string): AsyncIterable<Thing> {
    if (part === 'streams') {
      const newestFirst = this.store
        .collection<Commit>('commits')
        .find(after === undefined ? {} : { stream: { $gt: after } })
        .sort({ stream: 1, first: -1 });
      yield* streamsOf(newestFirst);
      return;
    }
    const documents = this.store
      .collection<StoredThing>(part)
      .find(after === undefined ? {} : { _id: { $gt: after } })
      .sort({ _id: 1 });
    for await (const some of stepsOf(documents)) {
      const shares = isSealed(part) ? await this.sharesOf(some) : undefined;
      for (const document of some) {
        const share = shares?.get(String(document['share']));
        if (shares === undefined || share) yield thingOf(part, document, share);
      }
    }
  }

  private async sharesOf(documents: readonly StoredThing[]): Promise<Map<string, Uint8Array>> {
    const ids = documents.map(({ share }) => share as mongo.ObjectId);
    const shares = await this.store
      .collection<Share>('shares')
      .find({ _id: { $in: ids } })
      .toArray();
    return new Map(shares.map(({ _id, bytes }) => [String(_id), bytes]));
  }

  override async begin(source: string): Promise<Place | 'start' | 'finished'> {
    const move = await this.moves.findOne({ _id: 'move' });
    if (move?.finishedAt) return 'finished';
    if (move?.source === source) return move.place ?? 'start';
    if (move === null && !(await this.store.isEmpty())) {
      throw new DatabaseUnusable(
        `the database "${this.store.db.databaseName}" holds data already: move into an empty one`,
      );
    }
    const startedAt = new Date();
    await this.moves.replaceOne({ _id: 'move' }, { source: '', startedAt }, { upsert: true });
    const filled = COLLECTIONS.filter((name): name is Exclude<CollectionName, 'moving'> => name !== 'moving');
    for (const name of filled) await this.store.collection(name).deleteMany({});
    await this.moves.replaceOne({ _id: 'move' }, { source, startedAt });
    return 'start';
  }

  override async take(things: readonly Thing[], place: Place): Promise<void> {
    const { part } = place;
    if (part === 'streams') {
      const operations = things.flatMap(commitsOf).map(({ stream, first, ...rest }) => ({
        updateOne: {
          filter: { stream, first },
          update: { $set: rest, $currentDate: { storedAt: true } } as const,
          upsert: true,
        },
      }));
      await this.store.collection<Commit>('commits').bulkWrite(operations, { ordered: false });
    } else {
      if (isSealed(part)) await this.takeShares(things.map((thing) => shareOf(part, thing)));
      const operations = things.map((thing) => {
        const { _id, ...replacement } = documentOf(part, thing);
        return { replaceOne: { filter: { _id }, replacement, upsert: true } };
      });
      await this.store.collection<StoredThing>(part).bulkWrite(operations, { ordered: false });
    }
    await this.moves.updateOne({ _id: 'move' }, { $set: { place } });
  }

  private async takeShares(shares: readonly Share[]): Promise<void> {
    const operations = shares.map(({ _id, ...replacement }) => ({
      replaceOne: { filter: { _id }, replacement, upsert: true },
    }));
    await this.store.collection<Share>('shares').bulkWrite(operations, { ordered: false });
  }

  override async finish(): Promise<void> {
    await this.moves.updateOne({ _id: 'move' }, { $set: { finishedAt: new Date() } });
  }
}

async function* stepsOf<T>(all: AsyncIterable<T>): AsyncIterable<T[]> {
  let step: T[] = [];
  for await (const one of all) {
    step.push(one);
    if (step.length < STEP) continue;
    yield step;
    step = [];
  }
  yield step;
}
