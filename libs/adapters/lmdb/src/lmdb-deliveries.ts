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

  private write(stored: DeliveryRow | undefined, row: DeliveryRow): DeliveryRow {
    const next = { ...row, rowVersion: row.rowVersion + 1 };
    for (const key of stored ? dueKeys(stored) : []) void this.dueDb.remove(key);
    for (const key of dueKeys(next)) void this.dueDb.put(key, true);
    if (stored?.subjectId && stored.subjectId !== next.subjectId) {
      void this.bySubject.remove([row.tenant, stored.subjectId, row.id]);
    }
    if (next.subjectId) void this.bySubject.put([row.tenant, next.subjectId, row.id], true);
    void this.rows.put([row.tenant, row.id], next);
    return next;
  }

  override lease(
    tenant: string,
    integration: string,
    now: { rule: number; real: number },
    leaseUntil: number,
    limit: number,
  ): Promise<DeliveryRow[]> {
    return this.store.commit(() => {
      const leased = new Map<string, DeliveryRow>();
      for (const lane of LANES.keys()) {
        const due = (['rule', 'real'] as const).flatMap((clock) => [
          ...this.dueDb.getKeys({
            start: [clock, tenant, integration, lane, -1, ''],
            end: [clock, tenant, integration, lane, now[clock], '\uffff'],
          }),
        ]);
        due.sort((a, b) => a[4] - b[4]);
        for (const [, , , , , id] of due) {
          if (leased.size >= limit) return [...leased.values()];
          const row = this.rows.get([tenant, id]);
          if (row === undefined || leased.has(id) || row.leaseUntil > now.real) continue;
          leased.set(id, this.write(row, { ...row, leaseUntil }));
        }
      }
      return [...leased.values()];
    });
  }

  override list(
    tenant: string,
    filter: DeliveryFilter,
    limit: number,
    cursor = '',
  ): Promise<Page<DeliveryRow>> {
    const items: DeliveryRow[] = [];
    for (const id of this.ids(tenant, filter, cursor)) {
      const row = this.rows.get([tenant, id]);
      if (row === undefined || !matches(row, filter)) continue;
      if (items.length === limit) return Promise.resolve({ items, next: items.at(-1)?.id ?? null });
      items.push(row);
    }
    return Promise.resolve({ items, next: null });
  }

  private *ids(tenant: string, { subjectId }: DeliveryFilter, cursor: string): Iterable<string> {
    const after = `${cursor}\0`;
    if (subjectId !== undefined) {
      const range = { start: [tenant, subjectId, after], end: [tenant, subjectId, '\uffff'] };
      for (const [, , id] of this.bySubject.getKeys(range)) yield id;
      return;
    }
    for (const [, id] of this.rows.getKeys({ start: [tenant, after], end: [tenant, '\uffff'] })) yield id;
  }

  override pending(
    tenant: string,
    integration: string,
  ): Promise<{ byLane: Record<Lane, number>; oldestStop: number | null }> {
    const byLane: Record<Lane, number> = { stop: 0, erase: 0, verify: 0, 'opt-in': 0 };
    let oldestStop: number | null = null;
    for (const [, , , lane, , id] of this.dueOf('real', tenant, integration)) {
      const name = LANES[lane] as Lane;
      byLane[name] += 1;
      const row = this.rows.get([tenant, id]);
      const stop = name === 'stop' || (name === 'verify' && row?.todo?.[0] === 'stop');
      if (row && stop) oldestStop = Math.min(oldestStop ?? Infinity, row.firstDueAt);
    }
    return Promise.resolve({ byLane, oldestStop });
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

  private dueOf(clock: 'rule' | 'real', tenant: string, integration: string): Due[] {
    return [
      ...this.dueDb.getKeys({
        start: [clock, tenant, integration, -1, -1, ''],
        end: [clock, tenant, integration, LANES.length, 0, ''],
      }),
    ];
  }
}

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
