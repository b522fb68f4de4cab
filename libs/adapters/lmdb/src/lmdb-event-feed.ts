import { EventFeed, type Consumer, type ConsumerStatus, type ParkedEvent } from '@assent/ports';
import type { Database } from 'lmdb';
import { Lane } from './lane.js';
import type { LmdbEventLog } from './lmdb-event-log.js';
import type { LmdbStore } from './lmdb-store.js';

export interface FeedOptions {
  /** Tries before an event is parked. */
  readonly attempts: number;
  /** Pause after the first failure; twice as long after each further one, `maxDelayMs` at most. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** A handler that took longer has failed; what it does later is not waited for. */
  readonly timeoutMs: number;
  /** Told of every event that is parked, when that is durable. Must not throw. */
  readonly onParked: (parked: ParkedEvent) => void;
}

interface Parked {
  readonly position: number;
  readonly error: string;
  readonly parkedAt: number;
}

export const FEED_DEFAULTS: FeedOptions = {
  attempts: 8,
  firstDelayMs: 200,
  maxDelayMs: 30_000,
  timeoutMs: 30_000,
  onParked: () => undefined,
};

const RETRY_BATCH = 100;

/** `checkpoints`: consumer → position · `parked`: [consumer, position] → error and time. One lane per consumer. */
export class LmdbEventFeed extends EventFeed {
  private readonly checkpoints: Database<number, string>;
  private readonly parkedDb: Database<Parked, [string, number]>;
  private readonly lanes = new Map<string, Lane>();
  private readonly retries = new Map<Lane, { readonly current: Promise<void>; next?: Promise<void> }>();
  private stopped = false;
  private readonly options: FeedOptions;

  constructor(
    private readonly store: LmdbStore,
    private readonly log: LmdbEventLog,
    options: Partial<FeedOptions> = {},
  ) {
    super();
    this.options = { ...FEED_DEFAULTS, ...options };
    this.checkpoints = store.db<number>('checkpoints');
    this.parkedDb = store.db<Parked, [string, number]>('parked');
  }

  override follow(consumer: Consumer): Promise<void> {
    if (this.lanes.has(consumer.name)) {
      return Promise.reject(new Error(`${consumer.name} follows the log already`));
    }
    if (this.stopped) return Promise.resolve();
    const lane = new Lane(consumer, this.log, this.options, {
      load: () => this.checkpoints.get(consumer.name) ?? 0,
      save: (position) => this.store.ahead(() => void this.checkpoints.put(consumer.name, position)),
      park: (position, error) => this.park(consumer.name, position, error),
    });
    this.lanes.set(consumer.name, lane);
    this.retry(lane).catch(() => undefined); // what could not be unparked stays listed, and is tried again
    lane.start();
    return Promise.resolve();
  }

  private async park(consumer: string, position: number, error: unknown): Promise<void> {
    const parked = { position, error: String(error), parkedAt: Date.now() };
    await this.store.commit(() => void this.parkedDb.put([consumer, position], parked));
    const event = this.log.at(position);
    if (event === undefined) return;
    this.options.onParked({ consumer, event, error: parked.error, parkedAt: parked.parkedAt });
  }

  override async idle(): Promise<void> {
    const last = this.log.last();
    const lanes = [...this.lanes.values()];
    await Promise.all(lanes.map((lane) => lane.reached(last)));
    await Promise.all(lanes.map(async (lane) => this.retries.get(lane)?.current));
  }

  override status(): ConsumerStatus[] {
    const last = this.log.last();
    return [...this.lanes.values()].map((lane) => ({
      consumer: lane.name,
      lag: Math.max(0, last - lane.position),
      parked: this.positionsParked(lane.name).length,
    }));
  }

  private positionsParked(name: string): number[] {
    const keys = this.parkedDb.getKeys({ start: [name, 0], end: [name, Number.MAX_SAFE_INTEGER] });
    return Array.from(keys, ([, position]) => position);
  }

  override parked(): Promise<ParkedEvent[]> {
    const all = [...this.parkedDb.getRange({})].flatMap(({ key: [consumer], value }) => {
      const event = this.log.at(value.position);
      return event === undefined ? [] : [{ consumer, event, error: value.error, parkedAt: value.parkedAt }];
    });
    return Promise.resolve(all);
  }

  override async retryParked(): Promise<void> {
    await Promise.all([...this.lanes.values()].map((lane) => this.retry(lane)));
  }

  /** One pass at a time; whoever asks during one shares the pass after it. */
  private retry(lane: Lane): Promise<void> {
    const under = this.retries.get(lane);
    if (under?.next) return under.next;
    if (under) return (under.next = under.current.then(() => this.retry(lane)));
    const current = this.pass(lane).finally(() => this.retries.delete(lane));
    this.retries.set(lane, { current });
    return current;
  }

  private async pass(lane: Lane): Promise<void> {
    const positions = this.positionsParked(lane.name);
    for (let from = 0; from < positions.length && !lane.stopped; from += RETRY_BATCH) {
      const batch = positions.slice(from, from + RETRY_BATCH);
      await Promise.all(
        batch.map(async (position) => {
          const event = this.log.at(position);
          if (event && !(await lane.again(event))) return;
          await this.store.commit(() => void this.parkedDb.remove([lane.name, position]));
        }),
      );
    }
  }

  override async stop(): Promise<void> {
    this.stopped = true;
    const lanes = [...this.lanes.values()];
    await Promise.all(lanes.map((lane) => lane.stop()));
    await Promise.all([...this.retries.values()].map(({ current }) => current));
  }
}
