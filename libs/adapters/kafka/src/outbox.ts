import type { StoredEvent } from '@assent/contract';
import type { EventLog } from '@assent/ports';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaPublisher } from './kafka-publisher.js';
import { Slots } from './slots.js';

/** What one stream still owes the topic: everything from `from` on. Without `events` they are read from the log. */
interface Owed {
  from: number;
  events: StoredEvent[] | undefined;
}

/** Events kept in memory for streams that wait; more of them are read from the log again. */
const MOST_EVENTS = 10_000;
/** Events of a stream that are published at once. */
const PART = 200;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Copies what was appended into the topics, stream by stream, for as long as it takes. The log is the truth: what is lost
 * with this process is found again by the reconciler.
 */
export class Outbox {
  private readonly owed = new Map<string, Owed>();
  private readonly working = new Set<string>();
  private readonly stopping = new AbortController();
  private readonly reading = new Slots(32);
  private held = 0;
  private watchers: (() => void)[] = [];

  constructor(
    private readonly log: EventLog,
    private readonly publisher: Pick<KafkaPublisher, 'publish' | 'partitionOfStream' | 'tails'>,
    private readonly onFailure: (error: unknown) => void = () => undefined,
  ) {
    setMaxListeners(0, this.stopping.signal); // one for each stream that waits
  }

  /** Events of one stream that the log has just made durable. */
  appended(stream: string, events: readonly StoredEvent[]): void {
    const [first] = events;
    if (first === undefined || this.stopping.signal.aborted) return;
    const partition = this.publisher.partitionOfStream(stream);
    for (const { id } of events) this.publisher.tails.sent(id, partition);
    const before = this.owed.get(stream);
    const keep = this.held < MOST_EVENTS && (before === undefined || before.events !== undefined);
    this.held += keep ? events.length : 0;
    this.owe(stream, first.version, keep ? [...(before?.events ?? []), ...events] : undefined);
  }

  /** Publishes the stream from this version to its head. */
  missing(stream: string, from: number): void {
    this.owe(stream, from, undefined);
  }

  private owe(stream: string, from: number, events: StoredEvent[] | undefined): void {
    const before = this.owed.get(stream);
    if (events === undefined) this.held -= before?.events?.length ?? 0;
    this.owed.set(stream, { from: Math.min(from, before?.from ?? from), events });
    if (!this.working.has(stream)) void this.work(stream);
  }

  /** Whether events of this stream are on their way already. */
  owes(stream: string): boolean {
    return this.owed.has(stream) || this.working.has(stream);
  }

  /** Streams whose last events are not known to be in their topic. */
  get pending(): number {
    return new Set([...this.owed.keys(), ...this.working]).size;
  }

  private async work(stream: string): Promise<void> {
    this.working.add(stream);
    let pause = FIRST_PAUSE_MS;
    for (;;) {
      const owed = this.owed.get(stream);
      if (owed === undefined || this.stopping.signal.aborted) break;
      this.owed.delete(stream);
      this.held -= owed.events?.length ?? 0;
      try {
        await this.copy(stream, owed);
        pause = FIRST_PAUSE_MS;
      } catch (error) {
        const newer = this.owed.get(stream);
        this.held -= newer?.events?.length ?? 0;
        this.owed.set(stream, { from: owed.from, events: undefined });
        this.onFailure(error);
        await sleep(pause, undefined, { signal: this.stopping.signal }).catch(() => undefined);
        pause = Math.min(LONGEST_PAUSE_MS, 2 * pause);
      }
    }
    this.working.delete(stream);
    if (this.pending === 0) this.tell();
  }

  /** Moves `from` on with every part that is stored, so that a failure repeats one part at most. */
  private async copy(stream: string, owed: Owed): Promise<void> {
    if (owed.events) await this.publish(owed, owed.events);
    else await this.reading.run(async () => this.publish(owed, await this.log.read(stream)));
    // Another process may have appended and published a newer version while ours was on its way: then ours is now the
    // last one of its key, and the head must be published again.
    const head = (await this.log.head(stream))?.version ?? 0;
    if (head >= owed.from && !this.owed.has(stream))
      this.owed.set(stream, { from: owed.from, events: undefined });
  }

  private async publish(owed: Owed, events: readonly StoredEvent[]): Promise<void> {
    const due = events.filter(({ version }) => version >= owed.from);
    for (let next = 0; next < due.length; next += PART) {
      const part = due.slice(next, next + PART);
      await this.publisher.publish(part);
      owed.from = (part.at(-1)?.version ?? owed.from) + 1;
    }
  }

  private tell(): void {
    const watchers = this.watchers;
    this.watchers = [];
    for (const tell of watchers) tell();
  }

  /** Resolves when nothing is owed, or when stopped. */
  async drained(): Promise<void> {
    while (this.pending > 0 && !this.stopping.signal.aborted) {
      await new Promise<void>((resolve) => this.watchers.push(resolve));
    }
  }

  /** What is owed then stays owed: the reconciler of the next start pays it. */
  stop(): void {
    this.stopping.abort();
    this.tell();
  }
}
