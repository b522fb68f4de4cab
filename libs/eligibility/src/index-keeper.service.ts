import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '@assent/kernel';
import { TraversableLog } from '@assent/ports';
import { VerdictIndex } from './verdict-index.service.js';
import { dayOf } from './verdict-table.js';

const PAGE = 1000;
const LOOK_MS = 60_000;
/** How often a process that is not alone looks for what the others wrote. */
const TAIL_MS = 500;

/**
 * Builds the index of verdicts from the log when the process starts, and again should it be distrusted; decides anew,
 * day by day, what time or a new policy version has changed. All in the background: meanwhile answers are read from the
 * heads. A process that shares the log with others goes on reading it, and the index is stale when that fails.
 */
@Injectable()
export class IndexKeeper {
  private readonly logger = new Logger('IndexKeeper');
  private readonly timers: NodeJS.Timeout[] = [];
  /** What is under way: one pass of each kind at a time, so that a long one holds up no other. */
  private readonly running = new Map<'pass' | 'tail', Promise<void>>();
  private isStopped = false;
  /** The day of which all verdicts are. */
  private day = NaN;
  /** Up to where the log was read. */
  private place: string | undefined;

  constructor(
    private readonly index: VerdictIndex,
    private readonly log: TraversableLog,
    private readonly clock: Clock,
  ) {}

  /** `isAlone`: every write goes through the `IndexedLog` of this process. */
  start({ isAlone }: { readonly isAlone: boolean }): void {
    if (!isAlone) {
      this.index.follow();
      this.every(TAIL_MS, () => this.look('tail'));
    }
    this.every(LOOK_MS, () => this.look());
    void this.look();
  }

  private every(ms: number, work: () => Promise<void>): void {
    const timer = setInterval(() => void work(), ms);
    timer.unref();
    this.timers.push(timer);
  }

  /** Does what there is to do now; resolves when it is done. */
  look(kind: 'pass' | 'tail' = 'pass'): Promise<void> {
    const under = this.running.get(kind);
    if (under !== undefined) return under;
    const begun = (kind === 'pass' ? this.pass() : this.tail())
      .catch((error: unknown) =>
        this.logger.warn(error, 'the index of verdicts could not be kept, and is tried again'),
      )
      .finally(() => this.running.delete(kind));
    this.running.set(kind, begun);
    return begun;
  }

  private async pass(): Promise<void> {
    const today = dayOf(this.clock.now());
    if (!this.index.isComplete) await this.build();
    else if (today !== this.day) await this.index.refresh();
    this.day = today;
  }

  private async build(): Promise<void> {
    const asOf = this.clock.real();
    this.index.begin();
    const place = await this.read(undefined, (streams) => this.index.add(streams));
    await this.index.idle();
    if (this.isStopped || !this.index.finish(asOf)) return;
    this.place = place;
    const { addresses, bytes } = this.index.size();
    this.logger.log(`the index of verdicts is complete: ${addresses} addresses, ${bytes} bytes`);
  }

  /** What was written since, also by others. */
  private async tail(): Promise<void> {
    if (!this.index.isComplete) return;
    const asOf = this.clock.real();
    this.place = await this.read(this.place, (streams) => this.index.hear(streams));
    if (!this.isStopped) this.index.heardUpTo(asOf);
  }

  /** Reads the log from a place to its end; answers where that is. */
  private async read(
    from: string | undefined,
    take: (streams: string[]) => Promise<void>,
  ): Promise<string | undefined> {
    let place = from;
    while (!this.isStopped) {
      const { appended, next } = await this.log.changes(place, PAGE);
      await take([...new Set(appended.map(({ stream }) => stream))]);
      if (next === place || appended.length === 0) break;
      place = next;
    }
    return place;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.timers.forEach((timer) => clearInterval(timer));
    await Promise.all(this.running.values());
  }
}
