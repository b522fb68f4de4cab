import type { ConceptName } from '@assent/kernel';
import { Agenda, type WakeUp } from '@assent/ports';
import type { mongo } from 'mongoose';
import type { MongoStore } from './mongo-store.js';
import { putUnlessHeld } from './put.js';

export interface Planned {
  /** The stream. */
  readonly _id: string;
  readonly version: number;
  /** Absent: planned by this version not to be woken. */
  readonly at?: number;
}

/** `agenda`: one document per stream. What a newer version has planned is not replaced. */
export class MongoAgenda extends Agenda {
  private readonly rows: mongo.Collection<Planned>;

  constructor(private readonly store: MongoStore) {
    super();
    this.rows = store.collection<Planned>('agenda');
  }

  override async plan(stream: string, version: number, at: number | 'never'): Promise<void> {
    const planned = { version, ...(at !== 'never' && { at }) };
    await this.store.ask(() => putUnlessHeld(this.rows, stream, { version: { $lte: version } }, planned));
  }

  override async due(now: number, limit: number, concepts?: readonly ConceptName[]): Promise<WakeUp[]> {
    const named = concepts && { _id: { $regex: `^(?:${concepts.join('|')})/` } };
    const rows = await this.store.ask(() =>
      this.rows
        .find({ at: { $lte: now }, ...named })
        .sort({ at: 1, _id: 1 })
        .limit(limit)
        .toArray(),
    );
    return rows.map(({ _id, version, at }) => ({ stream: _id, version, at: at as number }));
  }

  override async next(): Promise<number | undefined> {
    const [first] = await this.store.ask(() =>
      this.rows
        .find({ at: { $exists: true } })
        .sort({ at: 1, _id: 1 })
        .limit(1)
        .toArray(),
    );
    return first?.at;
  }
}
