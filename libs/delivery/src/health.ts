/** How integrations stood when they were last heard of: told after a restart, and by a replica that had nothing to send. */
import type { Clock } from '@assent/kernel';
import { NO_END, type Records } from '@assent/ports';
import type { IntegrationReport } from './metrics.js';

export type HealthState = Pick<IntegrationReport, 'lastSuccess' | 'lastError' | 'breaker' | 'breakerReason'>;

/** A success alone is stored no more often. */
const UNHURRIED_MS = 5_000;

interface Waiting {
  readonly state: () => HealthState;
  timer: NodeJS.Timeout | undefined;
  writing: Promise<void> | undefined;
}

export class Healths {
  private readonly waiting = new Map<string, Waiting>();

  constructor(
    /** Without them nothing outlives the process. */
    private readonly records: Records | undefined,
    private readonly clock: Pick<Clock, 'real'>,
    private readonly warn: (message: string) => void,
  ) {}

  load(name: string): Promise<HealthState | undefined> {
    return this.records?.get<HealthState>(keyOf(name), this.clock.real()) ?? Promise.resolve(undefined);
  }

  /** Stores it soon; what comes meanwhile is stored with it. */
  changed(name: string, state: () => HealthState, urgent: boolean): void {
    const one = this.waiting.get(name) ?? { state, timer: undefined, writing: undefined };
    this.waiting.set(name, one);
    if (urgent) {
      clearTimeout(one.timer);
      one.timer = undefined;
      this.write(name, one);
    } else if (one.timer === undefined) {
      one.timer = setTimeout(() => this.write(name, one), UNHURRIED_MS);
      one.timer.unref();
    }
  }

  /** Everything is stored when it resolves. */
  async settle(): Promise<void> {
    for (const [name, one] of this.waiting) {
      if (one.timer !== undefined) {
        clearTimeout(one.timer);
        this.write(name, one);
      }
      await one.writing;
    }
  }

  private write(name: string, one: Waiting): void {
    one.timer = undefined;
    // In turn, each with what is true then: the last write is the newest state.
    one.writing = (one.writing ?? Promise.resolve())
      .then(() => this.records?.put(keyOf(name), one.state(), NO_END))
      .catch((error: unknown) => this.warn(`${name}: how it stands could not be stored: ${String(error)}`));
  }
}

const keyOf = (name: string): string => `health/${name}`;
