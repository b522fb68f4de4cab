import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseStream } from '@assent/kernel';
import { topicOf, type StoredEvent } from '@assent/contract';
import type { Consumer } from '@assent/ports';
import type { LmdbEventLog } from './lmdb-event-log.js';
import type { FeedOptions } from './lmdb-event-feed.js';

export interface Keeping {
  load(): number;
  save(position: number): Promise<void>;
  park(position: number, error: unknown): Promise<void>;
}

const WINDOW = 1000;
const IN_FLIGHT = 16;
const SAVE_MS = 50;

/** One consumer on its way through the log: streams side by side, each stream strictly in order. */
export class Lane {
  /** Everything up to here is dealt with. */
  position: number;
  private readonly topics: ReadonlySet<string>;
  private readonly done = new Set<number>();
  private readonly queues = new Map<string, Promise<void>>();
  private readonly changed = new EventEmitter().setMaxListeners(0);
  private readonly stopping = new AbortController();
  private readEnd: number;
  private inFlight = 0;
  private saved: number;
  private saving: Promise<void> = Promise.resolve();
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly consumer: Consumer,
    private readonly log: LmdbEventLog,
    private readonly options: FeedOptions,
    private readonly keeping: Keeping,
  ) {
    this.topics = new Set(consumer.topics);
    this.position = this.saved = this.readEnd = keeping.load();
  }

  get name(): string {
    return this.consumer.name;
  }

  start(): void {
    this.loop = this.run();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const batch =
        this.inFlight < IN_FLIGHT && this.readEnd - this.position < WINDOW
          ? this.log.after(this.readEnd, IN_FLIGHT)
          : [];
      for (const { position, event } of batch) {
        this.readEnd = position;
        this.take(position, event);
      }
      if (batch.length === 0) await this.somethingHappens(signal);
    }
  }

  private async somethingHappens(signal: AbortSignal): Promise<void> {
    const either = new AbortController();
    const stop = () => either.abort();
    signal.addEventListener('abort', stop, { once: true });
    const wait = (emitter: EventEmitter, name: string) =>
      once(emitter, name, { signal: either.signal }).catch(() => undefined);
    await Promise.race([wait(this.log.appended, 'append'), wait(this.changed, 'done')]);
    either.abort();
    signal.removeEventListener('abort', stop);
  }

  private take(position: number, event: StoredEvent): void {
    if (!this.topics.has(topicOf(parseStream(event.stream).concept))) {
      this.finish(position);
      return;
    }
    this.inFlight += 1;
    const turn = (this.queues.get(event.stream) ?? Promise.resolve()).then(() => this.deal(position, event));
    this.queues.set(event.stream, turn);
    void turn.then(() => {
      this.inFlight -= 1;
      if (this.queues.get(event.stream) === turn) this.queues.delete(event.stream);
      this.changed.emit('done');
    });
  }

  private async deal(position: number, event: StoredEvent): Promise<void> {
    const { attempts, firstDelayMs, maxDelayMs } = this.options;
    const { signal } = this.stopping;
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        await this.once(event);
        return this.finish(position);
      } catch (error) {
        if (attempt >= attempts) {
          const parked = await this.keeping.park(position, error).then(
            () => true,
            () => false,
          );
          if (parked) return this.finish(position);
        }
        const delay = Math.min(maxDelayMs, firstDelayMs * 2 ** Math.min(attempt - 1, 20));
        await sleep(delay, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async once(event: StoredEvent): Promise<void> {
    const { timeoutMs } = this.options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no result within ${timeoutMs} ms`)), timeoutMs);
    });
    await Promise.race([this.consumer.handle(event), late]).finally(() => clearTimeout(timer));
  }

  private finish(position: number): void {
    this.done.add(position);
    while (this.done.delete(this.position + 1)) this.position += 1;
    this.changed.emit('done');
    void this.saveSoon();
  }

  private saveSoon(): Promise<void> {
    this.saving = this.saving.then(async () => {
      if (this.saved === this.position) return;
      await sleep(SAVE_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      await this.save();
    });
    return this.saving;
  }

  private async save(): Promise<void> {
    const { position } = this;
    if (position === this.saved) return;
    await this.keeping.save(position);
    this.saved = position;
  }

  async reached(position: number): Promise<void> {
    while (this.position < position && !this.stopping.signal.aborted) await once(this.changed, 'done');
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
    await Promise.all(this.queues.values());
    await this.saving;
    await this.save();
    this.changed.emit('done');
  }
}
