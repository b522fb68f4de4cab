import { LANES, type Lane } from '@assent/contract';
import { Deliveries, type DeliveryFilter, type DeliveryRow, type Page } from '@assent/ports';
import type { mongo } from 'mongoose';
import { isDuplicate } from './failure.js';
import { idOf, rowOf, toDocument, type StoredRow } from './delivery-document.js';
import { LAST } from './mongo-records.js';
import type { MongoStore } from './mongo-store.js';

interface Now {
  readonly rule: number;
  readonly real: number;
}

const MOST_LEASED = 500;
const RANKS = [...LANES.keys()];
/** Reads what is there, confirmed or not: every row is looked at again when it is taken. */
const CANDIDATES = { readConcern: { level: 'local' } } as const;

/** `deliveries`: one document per row, every change by compare-and-set of `rowVersion`, a lease too. */
export class MongoDeliveries extends Deliveries {
  private readonly rows: mongo.Collection<StoredRow>;

  constructor(private readonly store: MongoStore) {
    super();
    this.rows = store.collection<StoredRow>('deliveries');
  }

  override async get(tenant: string, id: string): Promise<DeliveryRow | undefined> {
    const row = await this.store.ask(() => this.rows.findOne({ _id: idOf(tenant, id) }));
    return row ? rowOf(row) : undefined;
  }

  override async save(row: DeliveryRow): Promise<DeliveryRow | undefined> {
    const next = { ...row, rowVersion: row.rowVersion + 1 };
    const document = toDocument(next);
    const isSaved = await this.store.ask(() =>
      row.rowVersion === 0 ? this.add(document) : this.replace(document, row.rowVersion),
    );
    return isSaved ? next : undefined;
  }

  private async add(document: StoredRow): Promise<boolean> {
    try {
      await this.rows.insertOne(document);
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  private async replace({ _id, ...document }: StoredRow, rowVersion: number): Promise<boolean> {
    return (await this.rows.replaceOne({ _id, rowVersion }, document)).matchedCount === 1;
  }

  override async lease(
    tenant: string,
    integration: string,
    now: Now,
    leaseUntil: number,
    limit: number,
    lanes: readonly Lane[] = LANES,
  ): Promise<DeliveryRow[]> {
    const ranks = RANKS.filter((rank) => lanes.includes(LANES[rank] as Lane));
    const most = Math.min(limit, MOST_LEASED);
    const leased: DeliveryRow[] = [];
    return this.store.ask(async () => {
      while (leased.length < most) {
        const wanted = most - leased.length;
        const free = await this.free(tenant, integration, now, wanted, ranks);
        const taken = await Promise.all(free.map((row) => this.take(row, leaseUntil)));
        leased.push(...taken.filter((row) => row !== undefined));
        // Otherwise others were faster, and behind these there may be more.
        if (free.length < wanted) break;
      }
      return leased;
    });
  }

  private async take({ _id, rowVersion }: StoredRow, leaseUntil: number): Promise<DeliveryRow | undefined> {
    const taken = { $set: { leaseUntil }, $inc: { rowVersion: 1 } };
    const row = await this.rows.findOneAndUpdate({ _id, rowVersion }, taken, { returnDocument: 'after' });
    return row ? rowOf(row) : undefined;
  }

  /** Rows that may be leased, in order, `limit` at most. */
  private async free(
    tenant: string,
    integration: string,
    now: Now,
    limit: number,
    ranks: readonly number[],
  ): Promise<StoredRow[]> {
    const dueBy = (clock: 'dueAt' | 'dueAtReal', until: number) => {
      const due = { tenant, integration, rank: { $in: ranks }, [clock]: { $lte: until } };
      return this.rows
        .find({ ...due, leaseUntil: { $lte: now.real } }, CANDIDATES)
        .sort({ rank: 1, [clock]: 1, _id: 1 })
        .limit(limit)
        .toArray();
    };
    const found = await Promise.all([dueBy('dueAt', now.rule), dueBy('dueAtReal', now.real)]);
    const unique = [...new Map(found.flat().map((row) => [row._id, row])).values()];
    return unique.sort((one, other) => compare(place(one, now), place(other, now))).slice(0, limit);
  }

  override async list(
    tenant: string,
    filter: DeliveryFilter,
    limit: number,
    cursor = '',
  ): Promise<Page<DeliveryRow>> {
    const prefix = filter.integration === undefined ? '' : `${filter.integration}:`;
    const ids = {
      ...(cursor > prefix ? { $gt: idOf(tenant, cursor) } : { $gte: idOf(tenant, prefix) }),
      $lt: idOf(tenant, `${prefix}${LAST}`),
    };
    const { integration, state, addressKey, subjectId } = filter;
    const wanted = Object.entries({ integration, state, addressKey, subjectId }).flatMap(([name, value]) =>
      value === undefined ? [] : [{ [name]: { $eq: value } }],
    );
    const rows = await this.store.ask(() =>
      this.rows
        .find({ $and: [{ _id: ids, tenant }, ...wanted] } as mongo.Filter<StoredRow>)
        .sort({ _id: 1 })
        .limit(limit + 1)
        .toArray(),
    );
    const items = rows.slice(0, limit).map(rowOf);
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  override async pending(
    tenant: string,
    integration: string,
  ): Promise<{ byLane: Record<Lane, number>; oldestStop: number | null }> {
    const isStop = { $eq: ['$lane', 'stop'] };
    const isStopToProve = {
      $and: [{ $eq: ['$lane', 'verify'] }, { $eq: [{ $arrayElemAt: ['$todo', 0] }, 'stop'] }],
    };
    const stopSince = { $cond: [{ $or: [isStop, isStopToProve] }, '$firstDueAt', null] };
    const lanes = await this.store.ask(() =>
      this.rows
        .aggregate<{ _id: number; rows: number; oldestStop: number | null }>([
          { $match: { tenant, integration, rank: { $in: RANKS } } },
          { $group: { _id: '$rank', rows: { $sum: 1 }, oldestStop: { $min: stopSince } } },
        ])
        .toArray(),
    );
    const byLane: Record<Lane, number> = { stop: 0, erase: 0, verify: 0, 'opt-in': 0 };
    for (const { _id: rank, rows } of lanes) byLane[LANES[rank] as Lane] = rows;
    return { byLane, oldestStop: least(lanes.map(({ oldestStop }) => oldestStop)) };
  }

  override async nextDue(
    tenant: string,
    integration: string,
  ): Promise<{ rule: number | null; real: number | null }> {
    // Lane by lane, each the first entry of its index.
    const earliest = async (clock: 'dueAt' | 'dueAtReal') => {
      const firsts = await Promise.all(
        RANKS.map((rank) =>
          this.rows.findOne(
            { tenant, integration, rank, [clock]: { $gt: -1 } },
            { sort: { [clock]: 1 }, projection: { [clock]: 1 } },
          ),
        ),
      );
      return least(firsts.map((row) => row?.[clock] ?? null));
    };
    const [rule, real] = await this.store.ask(() => Promise.all([earliest('dueAt'), earliest('dueAtReal')]));
    return { rule, real };
  }
}

/** Lane, then the earlier of the instants that have come, then the id. */
function place({ rank = 0, dueAt, dueAtReal, _id }: StoredRow, now: Now): [number, number, string] {
  const byRule = dueAt !== null && dueAt <= now.rule ? dueAt : Infinity;
  const byReal = dueAtReal !== null && dueAtReal <= now.real ? dueAtReal : Infinity;
  return [rank, Math.min(byRule, byReal), _id];
}

const compare = (one: [number, number, string], other: [number, number, string]): number =>
  one[0] - other[0] || one[1] - other[1] || (one[2] < other[2] ? -1 : 1);

const least = (instants: readonly (number | null)[]): number | null =>
  instants.reduce((first, one) => (first === null || (one !== null && one < first) ? one : first), null);
