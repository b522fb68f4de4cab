/** Stores and feed for the specifications of delivery: programs with rules, in memory. */
import { LANES, type Address, type Lane, type StoredEvent } from '@assent/contract';
import { Clock } from '@assent/kernel';
import {
  Deliveries,
  EventFeed,
  EventLog,
  Records,
  VersionConflict,
  type Consumer,
  type DeliveryFilter,
  type DeliveryRow,
  type Directory,
  type EvidenceDocument,
  type Head,
  type Hold,
  type NewEvent,
  type Page,
} from '@assent/ports';

export const TENANT = 'presentinfini';
export const T0 = Date.parse('2026-06-01T08:00:00Z');
export const KEY = '0123456789abcdef0123456789abcdef';
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

export class ManualClock extends Clock {
  constructor(
    public rule = T0,
    public actual = T0,
  ) {
    super();
  }
  override now = (): number => this.rule;
  override real = (): number => this.actual;
  /** Both go on, as outside of tests. */
  pass(ms: number): void {
    this.rule += ms;
    this.actual += ms;
  }
}

export class MemoryLog extends EventLog {
  private readonly streams = new Map<string, { events: StoredEvent[]; state: unknown }>();
  /** Called before an append; throws what the disk would. */
  onAppend: (stream: string, events: readonly NewEvent[]) => void = () => undefined;

  override async append(
    stream: string,
    expected: number,
    events: readonly NewEvent[],
    state: unknown,
  ): Promise<void> {
    await Promise.resolve();
    this.onAppend(stream, events);
    const stored = this.streams.get(stream)?.events ?? [];
    if (stored.length !== expected) throw new VersionConflict(stream, expected, stored.length);
    const added = events.map((event, index) => ({ ...event, stream, version: expected + index + 1 }));
    this.streams.set(stream, { events: [...stored, ...added], state: structuredClone(state) });
  }
  override read = (stream: string): Promise<StoredEvent[]> =>
    Promise.resolve(this.streams.get(stream)?.events ?? []);
  override head = <S>(stream: string): Promise<Head<S> | undefined> => {
    const found = this.streams.get(stream);
    return Promise.resolve(found && { version: found.events.length, state: found.state as S });
  };
  override heads = (streams: readonly string[]): Promise<(Head | undefined)[]> =>
    Promise.all(streams.map((stream) => this.head(stream)));
}

export class MemoryDeliveries extends Deliveries {
  readonly rows = new Map<string, DeliveryRow>();
  saves = 0;

  override async get(tenant: string, id: string): Promise<DeliveryRow | undefined> {
    await Promise.resolve();
    return this.rows.get(`${tenant}/${id}`);
  }
  override async save(row: DeliveryRow): Promise<DeliveryRow | undefined> {
    await Promise.resolve();
    const name = `${row.tenant}/${row.id}`;
    if ((this.rows.get(name)?.rowVersion ?? 0) !== row.rowVersion) return undefined;
    const saved = { ...structuredClone(row), rowVersion: row.rowVersion + 1 };
    this.rows.set(name, saved);
    this.saves++;
    return saved;
  }
  override async lease(
    tenant: string,
    integration: string,
    now: { rule: number; real: number },
    leaseUntil: number,
    limit: number,
    lanes: readonly Lane[] = LANES,
  ): Promise<DeliveryRow[]> {
    await Promise.resolve();
    const due = this.of(tenant, integration)
      .filter((row) => isDue(row, now) && row.leaseUntil <= now.real && lanes.includes(row.lane))
      .sort((a, b) => LANES.indexOf(a.lane) - LANES.indexOf(b.lane) || (a.dueAt ?? 0) - (b.dueAt ?? 0))
      .slice(0, limit)
      .map((row) => ({ ...row, leaseUntil, rowVersion: row.rowVersion + 1 }));
    for (const row of due) this.rows.set(`${tenant}/${row.id}`, row);
    return due;
  }
  override list(
    tenant: string,
    filter: DeliveryFilter,
    limit: number,
    cursor = '',
  ): Promise<Page<DeliveryRow>> {
    const wanted = Object.entries(filter) as [keyof DeliveryRow, string][];
    const all = [...this.rows.values()]
      .filter((row) => row.tenant === tenant && wanted.every(([name, value]) => row[name] === value))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .filter(({ id }) => id > cursor);
    const items = all.slice(0, limit);
    return Promise.resolve({ items, next: all.length > limit ? (items.at(-1)?.id ?? null) : null });
  }
  override pending(tenant: string, integration: string) {
    const rows = this.of(tenant, integration).filter(({ dueAt }) => dueAt !== null);
    const count = (lane: Lane) => rows.filter((row) => row.lane === lane).length;
    const stops = rows
      .filter(({ todo, lane }) => (todo?.[0] ?? lane) === 'stop')
      .map((row) => row.firstDueAt);
    const byLane = Object.fromEntries(LANES.map((lane) => [lane, count(lane)])) as Record<Lane, number>;
    return Promise.resolve({ byLane, oldestStop: stops.length > 0 ? Math.min(...stops) : null });
  }
  override nextDue(tenant: string, integration: string) {
    const rows = this.of(tenant, integration);
    const least = (all: (number | null)[]) => {
      const known = all.filter((instant) => instant !== null);
      return known.length > 0 ? Math.min(...known) : null;
    };
    return Promise.resolve({
      rule: least(rows.map(({ dueAt }) => dueAt)),
      real: least(rows.map(({ dueAtReal }) => dueAtReal)),
    });
  }
  private of = (tenant: string, integration: string): DeliveryRow[] =>
    [...this.rows.values()].filter((row) => row.tenant === tenant && row.integration === integration);
}
const isDue = ({ dueAt, dueAtReal }: DeliveryRow, now: { rule: number; real: number }): boolean =>
  (dueAt !== null && dueAt <= now.rule) || (dueAtReal !== null && dueAtReal <= now.real);

/** Only what delivery asks of a directory; everything else is no business of it. */
export class MemoryDirectory {
  readonly addresses = new Map<string, Address>();
  readonly claimed = new Map<string, string>();
  readonly released: string[] = [];
  sweptAt: number | null = null;
  readonly sealed = new Map<string, EvidenceDocument>();
  sealEvidence(_tenant: string, _owner: string, id: string, document: EvidenceDocument): Promise<void> {
    this.sealed.set(id, document);
    return Promise.resolve();
  }
  openEvidence(_tenant: string, id: string): Promise<EvidenceDocument | undefined> {
    return Promise.resolve(this.sealed.get(id));
  }
  owner(_tenant: string, key: string): Promise<string | undefined> {
    return Promise.resolve(this.claimed.get(key));
  }
  owners(_tenant: string, keys: readonly string[]): Promise<(string | undefined)[]> {
    return Promise.resolve(keys.map((key) => this.claimed.get(key)));
  }
  address(_tenant: string, key: string): Promise<Address | undefined> {
    return Promise.resolve(this.addresses.get(key));
  }
  hold(_tenant: string, key: string, { address }: Hold): Promise<void> {
    this.addresses.set(key, address);
    return Promise.resolve();
  }
  release(_tenant: string, key: string): Promise<void> {
    this.released.push(key);
    this.addresses.delete(key);
    return Promise.resolve();
  }
  releaseOver(now: number): Promise<number> {
    this.sweptAt = now;
    return Promise.resolve(0);
  }
  asPort(): Directory {
    return this as unknown as Directory;
  }
}

export class MemoryRecords extends Records {
  readonly entries = new Map<string, unknown>();
  private readonly ends = new Map<string, number>();
  override get<T>(key: string, now = 0): Promise<T | undefined> {
    return Promise.resolve((this.ends.get(key) ?? 0) > now ? (this.entries.get(key) as T) : undefined);
  }
  override async putIfAbsent<T>(key: string, value: T, expiresAt: number, now: number) {
    const before = (this.ends.get(key) ?? 0) > now ? (this.entries.get(key) as T) : undefined;
    if (before === undefined) await this.put(key, value, expiresAt);
    return before;
  }
  override put(key: string, value: unknown, expiresAt: number): Promise<void> {
    this.entries.set(key, structuredClone(value));
    this.ends.set(key, expiresAt);
    return Promise.resolve();
  }
  override delete(key: string): Promise<void> {
    this.entries.delete(key);
    this.ends.delete(key);
    return Promise.resolve();
  }
  override list<T>(prefix: string): Promise<{ key: string; value: T }[]> {
    const keys = [...this.entries.keys()].filter((key) => key.startsWith(prefix)).sort();
    return Promise.resolve(keys.map((key) => ({ key, value: this.entries.get(key) as T })));
  }
  override sweep = () => Promise.resolve(0);
}

/** Hands events over when told to, in any order and as often as told. */
export class ManualFeed extends EventFeed {
  readonly consumers = new Map<string, Consumer>();
  override follow(consumer: Consumer): Promise<void> {
    if (this.consumers.has(consumer.name)) throw new Error(`${consumer.name} is followed twice`);
    this.consumers.set(consumer.name, consumer);
    return Promise.resolve();
  }
  async hand(stream: string): Promise<void> {
    const tenant = stream.split('/')[1] ?? '';
    for (const consumer of this.consumers.values()) {
      await consumer.handle({ stream, tenant } as StoredEvent);
    }
  }
  override idle = (): Promise<void> => Promise.resolve();
  override status = () => [];
  override parked = () => Promise.resolve([]);
  override retryParked = (): Promise<void> => Promise.resolve();
  override stop = (): Promise<void> => Promise.resolve();
}
