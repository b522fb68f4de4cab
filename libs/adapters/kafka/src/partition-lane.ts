import type { StoredEvent } from '@assent/contract';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Slots } from './slots.js';

export interface FeedOptions {
  /** Tries before an event is parked. */
  readonly attempts: number;
  /** Pause after the first failure; twice as long after each further one, `maxDelayMs` at most. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** A handler that took longer has failed; what it does later is not waited for. */
  readonly timeoutMs: number;
}

/** An event, or what stands in its place and can only be parked. */
export interface Item {
  readonly offset: number;
  readonly event: StoredEvent;
  readonly unreadable?: unknown;
}

export interface Handing {
  readonly handle: (event: StoredEvent) => Promise<void>;
  /** Durable when it resolves. */
  readonly park: (item: Item, error: unknown) => Promise<void>;
  /** Something was dealt with. */
  readonly progress: () => void;
}

/**
 * One partition on its way through one consumer: streams side by side, each strictly in order. What fails holds back its
 * own stream only; between two tries it has no slot.
 */
export class PartitionLane {
  /** Everything before this offset is dealt with; undefined until it is known where the consumer begins. */
  position: number | undefined;
  committed: number | undefined;
  paused = false;
  /** An offset that was asked for because an answer had left it out. */
  sought: number | undefined;
  private taken = -1;
  private readonly open: number[] = [];
  private readonly done = new Set<number>();
  private readonly queues = new Map<string, Promise<unknown>>();
  private readonly stopping = new AbortController();
  private readonly end = new Promise<false>((resolve) =>
    this.stopping.signal.addEventListener('abort', () => resolve(false)),
  );

  constructor(
    readonly topic: string,
    readonly partition: number,
    private readonly slots: Slots,
    private readonly options: FeedOptions,
    private readonly handing: Handing,
  ) {
    setMaxListeners(0, this.stopping.signal); // one for each event between two tries
  }

  get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Events taken and not dealt with. */
  get held(): number {
    return this.open.length - this.done.size;
  }

  /** How far reading is ahead of what may be committed. */
  get ahead(): number {
    return this.taken + 1 - (this.position ?? 0);
  }

  /** The offset that must be fetched next; undefined until it is known where the consumer begins. */
  get next(): number | undefined {
    return this.taken >= 0 ? this.taken + 1 : this.position;
  }

  begins(offset: number): void {
    this.position ??= offset;
    this.committed ??= offset;
  }

  /** `next` is the offset behind everything that was fetched; what was taken before is passed over. */
  take(items: readonly Item[], next: number): void {
    if (this.stopped) return;
    const fresh = items.filter(({ offset }) => offset >= (this.next ?? 0));
    for (const item of fresh) {
      this.open.push(item.offset);
      void this.inTurn(item.event.stream, () => this.deal(item));
    }
    this.position ??= fresh[0]?.offset ?? next;
    this.taken = Math.max(this.taken, next - 1);
    this.advance();
  }

  private inTurn<T>(stream: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.queues.get(stream) ?? Promise.resolve()).then(work);
    const left = turn.finally(() => {
      if (this.queues.get(stream) === left) this.queues.delete(stream);
    });
    this.queues.set(stream, left);
    return left;
  }

  private async deal(item: Item): Promise<void> {
    const { attempts, firstDelayMs, maxDelayMs } = this.options;
    const tries = item.unreadable === undefined ? attempts : 1;
    for (let attempt = 1; !this.stopped; attempt++) {
      const outcome =
        item.unreadable === undefined
          ? await this.slots.run(() => this.hand(item.event))
          : { error: item.unreadable };
      if (outcome === 'stopped') return;
      if (outcome === 'handled' || (attempt >= tries && (await this.parks(item, outcome.error)))) {
        this.done.add(item.offset);
        this.advance();
        return;
      }
      await this.pause(Math.min(maxDelayMs, firstDelayMs * 2 ** Math.min(attempt - 1, 20)));
    }
  }

  /** Once more, in its stream's turn; whether it succeeded. */
  again(event: StoredEvent): Promise<boolean> {
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
      await Promise.race([this.handing.handle(event), late]);
      return 'handled';
    } catch (error) {
      return { error };
    } finally {
      clearTimeout(timer);
    }
  }

  /** What cannot be parked, for Kafka is away, is tried on: an event is never passed over. A stop does not wait for it. */
  private async parks(item: Item, error: unknown): Promise<boolean> {
    const parked = this.handing.park(item, error).then(
      () => true,
      () => false,
    );
    return Promise.race([parked, this.end]);
  }

  private pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  private advance(): void {
    let count = 0;
    while (count < this.open.length && this.done.delete(this.open[count] as number)) count += 1;
    if (count > 0) this.open.splice(0, count);
    if (this.taken >= 0) this.position = this.open[0] ?? Math.max(this.position ?? 0, this.taken + 1);
    this.handing.progress();
  }

  /** Hands over nothing more; resolves when what is in hand is done. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.allSettled([...this.queues.values()]);
  }
}
