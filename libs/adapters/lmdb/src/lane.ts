import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { setMaxListeners } from 'node:events';
import { topicOf, type StoredEvent } from '@assent/contract';
import { parseStream } from '@assent/kernel';
import type { Consumer } from '@assent/ports';
import type { LmdbEventLog } from './lmdb-event-log.js';
import type { FeedOptions } from './lmdb-event-feed.js';
import { Slots } from './slots.js';

export interface Keeping {
  load(): number;
  save(position: number): Promise<void>;
  /** Durable when it resolves. */
  park(position: number, error: unknown): Promise<void>;
}

/** Handlers that run at once. An event that waits for its next try is none of them. */
const AT_ONCE = 16;
const BATCH = 16;
/** Events taken and not dealt with: behind others of their stream, or between two tries. */
const HELD = 10_000;
/** How far reading may be ahead of the checkpoint; a crash hands over so many again at most. */
const WINDOW = 100_000;
/** All lanes save at the same moments, so that they share a commit. */
const SAVE_MS = 50;

/**
 * One consumer on its way through the log: streams side by side, each stream strictly in order. What fails holds back
 * its own stream only: between two tries it has no slot, and reading goes on.
 */
export class Lane {
  /** Everything up to here is dealt with. */
  position: number;
  private readonly topics: ReadonlySet<string>;
  private readonly done = new Set<number>();
  private readonly queues = new Map<string, Promise<unknown>>();
  private readonly slots = new Slots(AT_ONCE);
  private readonly stopping = new AbortController();
  private readEnd: number;
  private held = 0;
  private saved: number;
  private saving: Promise<void> | undefined;
  private loop: Promise<void> = Promise.resolve();
  private wake = (): void => undefined;
  private watchers: (() => void)[] = [];

  constructor(
    private readonly consumer: Consumer,
    private readonly log: LmdbEventLog,
    private readonly options: FeedOptions,
    private readonly keeping: Keeping,
  ) {
    this.topics = new Set(consumer.topics);
    this.position = this.saved = this.readEnd = keeping.load();
    setMaxListeners(0, this.stopping.signal); // one for each event between two tries
  }

  get name(): string {
    return this.consumer.name;
  }

  get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  start(): void {
    if (this.stopped) return;
    this.log.appended.on('append', this.ring);
    this.loop = this.run();
  }

  private readonly ring = (): void => this.wake();

  private async run(): Promise<void> {
    while (!this.stopped) {
      const batch = this.mayRead() ? this.log.after(this.readEnd, BATCH) : [];
      for (const { position, event } of batch) {
        this.readEnd = position;
        this.take(position, event);
      }
      // Nothing comes between the reading and the waiting, so no append is missed.
      if (batch.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
      else await nextTurn();
    }
  }

  private mayRead(): boolean {
    return !this.slots.taken && this.held < HELD && this.readEnd - this.position < WINDOW;
  }

  private take(position: number, event: StoredEvent): void {
    const { stream } = event;
    if (!this.topics.has(topicOf(parseStream(stream).concept))) {
      this.finish(position);
      return;
    }
    this.held += 1;
    // What waits behind others is read again on its turn, so that a long queue is one of numbers.
    const now = this.queues.has(stream) ? undefined : event;
    void this.inTurn(stream, () => this.deal(position, now ?? (this.log.at(position) as StoredEvent))).then(
      () => {
        this.held -= 1;
        this.ring();
      },
    );
  }

  private inTurn<T>(stream: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.queues.get(stream) ?? Promise.resolve()).then(work);
    const left = turn.finally(() => {
      if (this.queues.get(stream) === left) this.queues.delete(stream);
    });
    this.queues.set(stream, left);
    return left;
  }

  private async deal(position: number, event: StoredEvent): Promise<void> {
    const { attempts, firstDelayMs, maxDelayMs } = this.options;
    for (let attempt = 1; !this.stopped; attempt++) {
      const outcome = await this.slots.run(() => this.hand(event));
      this.ring();
      if (outcome === 'stopped') return;
      if (outcome === 'handled' || (attempt >= attempts && (await this.parks(position, outcome.error)))) {
        return this.finish(position);
      }
      await this.pause(Math.min(maxDelayMs, firstDelayMs * 2 ** Math.min(attempt - 1, 20)));
    }
  }

  /** Once more, in its stream's turn; whether it succeeded. */
  async again(event: StoredEvent): Promise<boolean> {
    return this.inTurn(
      event.stream,
      async () => (await this.slots.run(() => this.hand(event))) === 'handled',
    );
  }

  private async hand(event: StoredEvent): Promise<'handled' | 'stopped' | { error: unknown }> {
    if (this.stopped) return 'stopped';
    const { timeoutMs } = this.options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no result within ${timeoutMs} ms`)), timeoutMs);
    });
    try {
      await Promise.race([this.consumer.handle(event), late]);
      return 'handled';
    } catch (error) {
      return { error };
    } finally {
      clearTimeout(timer);
    }
  }

  /** What cannot be parked, for the store is in trouble, is tried on: an event is never passed over. */
  private parks(position: number, error: unknown): Promise<boolean> {
    return this.keeping.park(position, error).then(
      () => true,
      () => false,
    );
  }

  private pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  private finish(position: number): void {
    this.done.add(position);
    while (this.done.delete(this.position + 1)) this.position += 1;
    this.tell();
    this.saveSoon();
  }

  /** One write for all that was dealt with meanwhile. One that fails is made up for by the next. */
  private saveSoon(): void {
    this.saving ??= this.pause(SAVE_MS - (performance.now() % SAVE_MS))
      .then(() => this.save())
      .catch(() => this.pause(this.options.maxDelayMs))
      .finally(() => {
        this.saving = undefined;
        if (!this.stopped && this.position !== this.saved) this.saveSoon();
      });
  }

  private async save(): Promise<void> {
    const { position } = this;
    if (position === this.saved) return;
    await this.keeping.save(position);
    this.saved = position;
  }

  private tell(): void {
    const watchers = this.watchers;
    this.watchers = [];
    for (const tell of watchers) tell();
  }

  /** Resolves when everything up to `position` is dealt with, or the lane is stopped. */
  async reached(position: number): Promise<void> {
    while (this.position < position && !this.stopped) {
      await new Promise<void>((resolve) => this.watchers.push(resolve));
    }
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.log.appended.off('append', this.ring);
    this.ring();
    this.tell();
    await this.loop;
    await Promise.all(this.queues.values());
    await this.saving;
    await this.save();
  }
}
