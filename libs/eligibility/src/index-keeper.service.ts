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
  private running: Promise<void> | undefined;
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
      this.every(TAIL_MS, () => this.look(() => this.tail()));
    }
    this.every(LOOK_MS, () => this.look());
    void this.look();
  }

  private every(ms: number, work: () => Promise<void>): void {
    const timer = setInterval(() => void work(), ms);
    timer.unref();
    this.timers.push(timer);
  }

  /** Does what there is to do now; resolves when it is done. One pass at a time. */
  look(pass: () => Promise<void> = () => this.pass()): Promise<void> {
    this.running ??= pass()
      .catch((error: unknown) =>
        this.logger.warn(error, 'the index of verdicts could not be kept, and is tried again'),
      )
      .finally(() => (this.running = undefined));
    return this.running;
  }

  private async pass(): Promise<void> {
    const today = dayOf(this.clock.now());
    if (!this.index.isComplete) await this.build();
    else if (today !== this.day) await this.index.refresh();
    this.day = today;
  }

  private async build(): Promise<void> {
    this.place = undefined;
    const asOf = this.clock.real();
    if (!(await this.read((streams) => this.index.add(streams)))) return;
    await this.index.idle();
    this.index.finish(asOf);
    const { addresses, bytes } = this.index.size();
    this.logger.log(`the index of verdicts is complete: ${addresses} addresses, ${bytes} bytes`);
  }

  /** What was written since, also by others. */
  async tail(): Promise<void> {
    if (!this.index.isComplete) return;
    const asOf = this.clock.real();
    if (await this.read((streams) => this.index.hear(streams))) this.index.heardUpTo(asOf);
  }

  /** Reads the log to its end; whether it came there. */
  private async read(take: (streams: string[]) => Promise<void>): Promise<boolean> {
    while (!this.isStopped) {
      const { appended, next } = await this.log.changes(this.place, PAGE);
      await take([...new Set(appended.map(({ stream }) => stream))]);
      if (next === this.place || appended.length === 0) return true;
      this.place = next;
    }
    return false;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.timers.forEach((timer) => clearInterval(timer));
    await this.running;
  }
}
