import type { EventFeed } from '@assent/ports';
import type { Timekeeper } from '@assent/runtime';

/** What the delivery worker is asked for here. */
interface Deliverer {
  /** One pass over everything due now; answers how many attempts were made. */
  runDue(): Promise<number>;
}

const ROUNDS = 100;

/** Runs what is due now until nothing more follows from it: events, wake-ups, deliveries. */
export class Due {
  constructor(
    private readonly feed: EventFeed,
    private readonly timekeeper: Timekeeper,
    private readonly deliverer: Deliverer,
  ) {}

  async run(): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      await this.feed.idle();
      const woken = await this.timekeeper.runDue();
      await this.feed.idle();
      const delivered = await this.deliverer.runDue();
      if (woken + delivered === 0) return;
    }
    throw new Error(`what is due does not come to an end after ${ROUNDS} rounds`);
  }
}
