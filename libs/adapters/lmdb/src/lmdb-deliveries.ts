import { setImmediate as nextTurn } from 'node:timers/promises';
import { LANES, type Lane } from '@assent/contract';
import { Deliveries, type DeliveryFilter, type DeliveryRow, type Page } from '@assent/ports';
import type { Database } from 'lmdb';
import type { LmdbStore } from './lmdb-store.js';

type Id = [tenant: string, id: string];
/** [clock, tenant, integration, lane, due, id] */
type Due = [
  clock: 'rule' | 'real',
  tenant: string,
  integration: string,
  lane: number,
  due: number,
  id: string,
];

/** One write each: a transaction stays below 500. */
const MOST_LEASED = 500;
/** Keys read without letting others have their turn. */
const STEP = 500;

/** `deliveries`: [tenant, id] → row · `deliveries-due`: Due → true · `deliveries-by-subject`: [tenant, subject, id]. */
export class LmdbDeliveries extends Deliveries {
  private readonly rows: Database<DeliveryRow, Id>;
  private readonly dueDb: Database<true, Due>;
  private readonly bySubject: Database<true, [string, string, string]>;

  constructor(private readonly store: LmdbStore) {
    super();
    this.rows = store.db<DeliveryRow, Id>('deliveries');
    this.dueDb = store.db<true, Due>('deliveries-due');
    this.bySubject = store.db<true, [string, string, string]>('deliveries-by-subject');
  }

  override get(tenant: string, id: string): Promise<DeliveryRow | undefined> {
    return Promise.resolve(this.rows.get([tenant, id]));
  }

  override save(row: DeliveryRow): Promise<DeliveryRow | undefined> {
    return this.store.commit(() => {
      const stored = this.rows.get([row.tenant, row.id]);
      return (stored?.rowVersion ?? 0) === row.rowVersion ? this.write(stored, row) : undefined;
    });
  }

  /** Writes what differs and nothing else: a lease is one write per row. */
  private write(stored: DeliveryRow | undefined, row: DeliveryRow): DeliveryRow {
    const next = { ...row, rowVersion: row.rowVersion + 1 };
    const { before, after } = { before: stored ? dueKeys(stored) : [], after: dueKeys(next) };
    for (const key of before) if (!after.some((other) => same(key, other))) void this.dueDb.remove(key);
    for (const key of after) if (!before.some((other) => same(key, other))) void this.dueDb.put(key, true);
    if (stored?.subjectId !== next.subjectId) {
      if (stored?.subjectId) void this.bySubject.remove([row.tenant, stored.subjectId, row.id]);
      if (next.subjectId) void this.bySubject.put([row.tenant, next.subjectId, row.id], true);
    }
    void this.rows.put([row.tenant, row.id], next);
    return next;
  }

  override async lease(
    tenant: string,
    integration: string,
    now: { rule: number; real: number },
    leaseUntil: number,
    limit: number,
    lanes: readonly Lane[] = LANES,
  ): Promise<DeliveryRow[]> {
    const free = () => this.free(tenant, integration, now, Math.min(limit, MOST_LEASED), lanes);
    if (free().length === 0) return []; // a worker that looks in vain costs no synchronisation
    return this.store.commit(() => free().map((row) => this.write(row, { ...row, leaseUntil })));
  }

  /** Rows that may be leased, in order, `limit` at most: what is due behind them is not read. */
  private free(
    tenant: string,
    integration: string,
    now: { rule: number; real: number },
    limit: number,
    lanes: readonly Lane[],
  ): DeliveryRow[] {
    const found = new Map<string, DeliveryRow>();
    for (const [lane, name] of LANES.entries()) {
      if (!lanes.includes(name)) continue;
      for (const id of this.dueIn(tenant, integration, lane, now)) {
        if (found.size >= limit) return [...found.values()];
        const row = found.has(id) ? undefined : this.rows.get([tenant, id]);
        if (row !== undefined && row.leaseUntil <= now.real) found.set(id, row);
      }
    }
    return [...found.values()];
  }

  /** Ids due in a lane by either clock, earliest first; an id that is due by both comes twice. */
  private *dueIn(
    tenant: string,
    integration: string,
    lane: number,
    now: { rule: number; real: number },
  ): Iterable<string> {
    const cursor = (clock: 'rule' | 'real'): Iterator<Due> => {
      const start: Due = [clock, tenant, integration, lane, -1, ''];
      const range = this.dueDb.getKeys({
        start,
        end: [clock, tenant, integration, lane, now[clock], '\uffff'],
      });
      return range[Symbol.iterator]();
    };
    const cursors = [cursor('rule'), cursor('real')];
    const heads = cursors.map((one) => one.next());
    try {
      for (;;) {
        const dues = heads.map((head) => (head.done ? Infinity : head.value[4]));
        const first = (dues[0] as number) <= (dues[1] as number) ? 0 : 1;
        const head = heads[first];
        if (head === undefined || head.done) return;
        yield head.value[5];
        heads[first] = (cursors[first] as Iterator<Due>).next();
      }
    } finally {
      for (const one of cursors) one.return?.();
    }
  }

  override async list(
    tenant: string,
    filter: DeliveryFilter,
    limit: number,
    cursor = '',
  ): Promise<Page<DeliveryRow>> {
    const items: DeliveryRow[] = [];
    for (let from = cursor, ids = this.ids(tenant, filter, from); ids.length > 0;) {
      for (const id of ids) {
        const row = this.rows.get([tenant, id]);
        if (row === undefined || !matches(row, filter)) continue;
        if (items.length === limit) return { items, next: items.at(-1)?.id ?? null };
        items.push(row);
      }
      if (ids.length < STEP) break;
      await nextTurn();
      from = ids.at(-1) ?? from;
      ids = this.ids(tenant, filter, from);
    }
    return { items, next: null };
  }

  /** The next ids behind the cursor among which the matching rows are. */
  private ids(tenant: string, { subjectId, integration }: DeliveryFilter, cursor: string): string[] {
    const prefix = integration === undefined ? '' : `${integration}:`;
    const after = cursor > prefix ? `${cursor}\0` : prefix;
    const end = `${prefix}\uffff`;
    if (subjectId !== undefined) {
      const range = { start: [tenant, subjectId, after], end: [tenant, subjectId, end], limit: STEP };
      return Array.from(this.bySubject.getKeys(range), ([, , id]) => id);
    }
    const range = { start: [tenant, after], end: [tenant, end], limit: STEP };
    return Array.from(this.rows.getKeys(range), ([, id]) => id);
  }

  override async pending(
    tenant: string,
    integration: string,
  ): Promise<{ byLane: Record<Lane, number>; oldestStop: number | null }> {
    const byLane: Record<Lane, number> = { stop: 0, erase: 0, verify: 0, 'opt-in': 0 };
    let oldestStop: number | null = null;
    for (const clock of ['real', 'rule'] as const) {
      let start: Due = [clock, tenant, integration, -1, -1, ''];
      const end: Due = [clock, tenant, integration, LANES.length, 0, ''];
      for (;;) {
        const keys = [...this.dueDb.getKeys({ start, end, limit: STEP })];
        for (const [, , , lane, , id] of keys) {
          const row = this.rows.get([tenant, id]);
          // Whatever is due by both clocks is counted with the real one.
          if (row === undefined || (clock === 'rule' && row.dueAtReal !== null)) continue;
          const name = LANES[lane] as Lane;
          byLane[name] += 1;
          const stop = name === 'stop' || (name === 'verify' && row.todo?.[0] === 'stop');
          if (stop) oldestStop = Math.min(oldestStop ?? Infinity, row.firstDueAt);
        }
        const last = keys.at(-1);
        if (last === undefined || keys.length < STEP) break;
        start = [last[0], last[1], last[2], last[3], last[4], `${last[5]}\0`];
        await nextTurn();
      }
    }
    return { byLane, oldestStop };
  }

  override nextDue(
    tenant: string,
    integration: string,
  ): Promise<{ rule: number | null; real: number | null }> {
    const earliest = (clock: 'rule' | 'real') => {
      const firsts = [...LANES.keys()].flatMap((lane) => [
        ...this.dueDb.getKeys({
          start: [clock, tenant, integration, lane, -1, ''],
          end: [clock, tenant, integration, lane, Number.MAX_SAFE_INTEGER, ''],
          limit: 1,
        }),
      ]);
      return firsts.length === 0 ? null : Math.min(...firsts.map(([, , , , due]) => due));
    };
    return Promise.resolve({ rule: earliest('rule'), real: earliest('real') });
  }
}

const same = (one: Due, other: Due): boolean => one.every((part, index) => part === other[index]);

function dueKeys({ tenant, integration, lane, dueAt, dueAtReal, id }: DeliveryRow): Due[] {
  const rank = LANES.indexOf(lane);
  return [
    ...(dueAt === null ? [] : [['rule', tenant, integration, rank, dueAt, id] as Due]),
    ...(dueAtReal === null ? [] : [['real', tenant, integration, rank, dueAtReal, id] as Due]),
  ];
}

const matches = (row: DeliveryRow, { integration, state, addressKey, subjectId }: DeliveryFilter): boolean =>
  (integration === undefined || row.integration === integration) &&
  (state === undefined || row.state === state) &&
  (addressKey === undefined || row.addressKey === addressKey) &&
  (subjectId === undefined || row.subjectId === subjectId);
