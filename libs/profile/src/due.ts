import type { EventFeed } from '@assent/ports';
import type { Timekeeper } from '@assent/runtime';
import type { CountingLog } from './counting-log.js';

/** Runs something that is due; answers how much was. */
interface Runner {
  runDue(): Promise<number>;
}

const ROUNDS = 100;

/** What one process did since it started. */
export interface Still {
  /** How much was due in this round. */
  readonly ran: number;
  /** Events it has appended so far. */
  readonly appended: number;
}

/** Runs what is due now until nothing more follows from it: events, wake-ups, deliveries. */
export class Due {
  private runners: { timekeeper: Timekeeper; deliverer: Runner | undefined } | undefined;

  constructor(
    private readonly feed: EventFeed,
    private readonly log: CountingLog,
  ) {}

  /** Named once the application is made. */
  uses(timekeeper: Timekeeper, deliverer: Runner | undefined): void {
    this.runners = { timekeeper, deliverer };
  }

  /** One round: of several processes each does its part, and what follows from it may be due at another. */
  async round(): Promise<Still> {
    if (this.runners === undefined) throw new Error('nothing runs yet');
    const { timekeeper, deliverer } = this.runners;
    await timekeeper.turn(); // what another policy brings forward is due in this round
    await this.feed.idle();
    const woken = await timekeeper.runDue();
    await this.feed.idle();
    const delivered = (await deliverer?.runDue()) ?? 0;
    return { ran: woken + delivered, appended: this.log.appended };
  }

  /** For a process that is alone. */
  async run(): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) if ((await this.round()).ran === 0) return;
    throw new Error(`what is due does not come to an end after ${ROUNDS} rounds`);
  }
}
