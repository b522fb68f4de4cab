import { EventFeed, type Consumer, type ConsumerStatus, type ParkedEvent } from '@assent/ports';
import type { Database } from 'lmdb';
import { Lane } from './lane.js';
import type { LmdbEventLog } from './lmdb-event-log.js';
import type { LmdbStore } from './lmdb-store.js';

export interface FeedOptions {
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  readonly timeoutMs: number;
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

export class LmdbEventFeed extends EventFeed {
  private readonly checkpoints: Database<number, string>;
  private readonly parkedDb: Database<Parked, [string, number]>;
  private readonly lanes = new Map<string, Lane>();
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

  override async follow(consumer: Consumer): Promise<void> {
    if (this.lanes.has(consumer.name)) throw new Error(`${consumer.name} follows the log already`);
    const lane = new Lane(consumer, this.log, this.options, {
      load: () => this.checkpoints.get(consumer.name) ?? 0,
      save: (position) => this.store.commit(() => void this.checkpoints.put(consumer.name, position)),
      park: async (position, error) => {
        const parked = { position, error: String(error), parkedAt: Date.now() };
        await this.store.commit(() => void this.parkedDb.put([consumer.name, position], parked));
        const event = this.log.at(position);
        if (event !== undefined) this.options.onParked({ consumer: consumer.name, event, ...parked });
      },
    });
    this.lanes.set(consumer.name, lane);
    await this.retry(lane);
    lane.start();
  }

  override async idle(): Promise<void> {
    const last = this.log.last();
    await Promise.all([...this.lanes.values()].map((lane) => lane.reached(last)));
  }

  override status(): ConsumerStatus[] {
    const last = this.log.last();
    return [...this.lanes.values()].map((lane) => ({
      consumer: lane.name,
      lag: Math.max(0, last - lane.position),
      parked: this.positionsParked(lane.name).length,
    }));
  }

  private positionsParked(name: string) {
    return [...this.parkedDb.getRange({ start: [name, 0], end: [name, Number.MAX_SAFE_INTEGER] })];
  }

  override parked(): Promise<ParkedEvent[]> {
    const all = [...this.parkedDb.getRange({})].flatMap(({ key: [consumer], value }) => {
      const event = this.log.at(value.position);
      return event === undefined ? [] : [{ consumer, event, error: value.error, parkedAt: value.parkedAt }];
    });
    return Promise.resolve(all);
  }

  override async retryParked(): Promise<void> {
    for (const lane of this.lanes.values()) await this.retry(lane);
  }

  private async retry(lane: Lane): Promise<void> {
    for (const { key, value } of this.positionsParked(lane.name)) {
      const event = this.log.at(value.position);
      const failed =
        event &&
        (await lane.once(event).then(
          () => undefined,
          (error: unknown) => ({ error }),
        ));
      if (failed === undefined) await this.store.commit(() => void this.parkedDb.remove(key));
    }
  }

  override async stop(): Promise<void> {
    await Promise.all([...this.lanes.values()].map((lane) => lane.stop()));
  }
}
