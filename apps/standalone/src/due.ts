import type { EventFeed } from '@assent/ports';
import type { Timekeeper } from '@assent/runtime';

/** Runs something that is due; answers how much was. */
interface Runner {
  runDue(): Promise<number>;
}

const ROUNDS = 100;

/** Runs what is due now until nothing more follows from it: events, wake-ups, deliveries. */
export class Due {
  private runners: { timekeeper: Timekeeper; deliverer: Runner } | undefined;

  constructor(private readonly feed: EventFeed) {}

  /** Named once the application is made. */
  uses(timekeeper: Timekeeper, deliverer: Runner): void {
    this.runners = { timekeeper, deliverer };
  }

  async run(): Promise<void> {
    if (this.runners === undefined) throw new Error('nothing runs yet');
    const { timekeeper, deliverer } = this.runners;
    for (let round = 0; round < ROUNDS; round++) {
      await this.feed.idle();
      const woken = await timekeeper.runDue();
      await this.feed.idle();
      const delivered = await deliverer.runDue();
      if (woken + delivered === 0) return;
    }
    throw new Error(`what is due does not come to an end after ${ROUNDS} rounds`);
  }
}
