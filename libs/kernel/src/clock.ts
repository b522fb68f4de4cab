/** The only source of the present time, in epoch milliseconds UTC. */
export abstract class Clock {
  /** The time of every rule: what the test clock moves. */
  abstract now(): number;
  /** The time of sockets, leases and timers: never moved. */
  abstract real(): number;
}

export class SystemClock extends Clock {
  override now(): number {
    return Date.now();
  }
  override real(): number {
    return Date.now();
  }
}

/** Stands still until it is set again, in any direction. Only the time of the rules: `real()` goes on. */
export class TestClock extends Clock {
  constructor(private instant: number = Date.now()) {
    super();
  }
  override now(): number {
    return this.instant;
  }
  override real(): number {
    return Date.now();
  }
  set(instant: number): void {
    this.instant = instant;
  }
}
