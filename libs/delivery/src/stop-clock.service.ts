import { Injectable, Logger, Optional } from '@nestjs/common';
import { Clock } from '@assent/kernel';
import { NO_END, Records } from '@assent/ports';
import { Leases } from '@assent/runtime';
import { DeliveryMetrics } from './metrics.js';
import { AGES, passedBy, type Age } from './schedule.js';
import { DeliveryWorker, UNMEASURED, type Runner } from './worker.service.js';

const LOOK_MS = 30_000;
const LEASE_MS = 25_000;
const LEASE = 'delivery-stop-clock';

/** What was told of the oldest stop of an integration. */
interface Told {
  readonly age: Age;
}

/**
 * A clock per stop (integrations.md §3.7): whoever refused is mailed no more within the hour; Gmail and Yahoo allow two
 * days. What passes 1 h, 24 h and 48 h without proof is told once each, over restarts and replicas; again only for a stop
 * that becomes as old after all older ones were proven.
 */
@Injectable()
export class StopClock implements Runner {
  private readonly logger = new Logger('Delivery');
  private readonly metrics: DeliveryMetrics;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly worker: DeliveryWorker,
    private readonly records: Records,
    private readonly leases: Leases,
    private readonly clock: Clock,
    @Optional() metrics?: DeliveryMetrics,
  ) {
    this.metrics = metrics ?? UNMEASURED;
    worker.takeLast(this);
  }

  start(): void {
    this.timer = setInterval(() => this.ring(), LOOK_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running.catch(() => undefined);
  }

  /** It brings about nothing. */
  async runDue(): Promise<number> {
    await this.turn();
    return 0;
  }

  private ring(): void {
    this.turn().catch((error: unknown) =>
      this.logger.error(`the age of stops could not be read: ${String(error)}`),
    );
  }

  private turn(): Promise<void> {
    this.running = this.running.then(
      () => this.look(),
      () => this.look(),
    );
    return this.running;
  }

  private async look(): Promise<void> {
    if (!(await this.leases.take(LEASE, LEASE_MS))) return;
    for (const { tenant, id, oldestStop } of await this.worker.report()) {
      const age = passedBy(oldestStop, this.clock.now());
      const key = `stop-clock/${tenant}/${id}`;
      const told = (await this.records.get<Told>(key, this.clock.real()))?.age ?? null;
      if (age === told) continue;
      // Before it is told: a crash between the two must not tell it twice.
      if (age === null) await this.records.delete(key);
      else await this.records.put(key, { age } satisfies Told, NO_END);
      for (const { name, ms, level } of AGES) {
        if (ms <= msOf(told) || ms > msOf(age)) continue;
        this.metrics.alarmed?.(tenant, id, name);
        const sentence = `${tenant}/${id}: a stop is not proven ${ms / 3_600_000} h after it was first due`;
        if (level === 'warn') this.logger.warn(sentence);
        else
          this.logger.error(level === 'incident' ? `${sentence}: mailbox providers allow no more` : sentence);
      }
    }
  }
}

const msOf = (age: Age | null): number => AGES.find(({ name }) => name === age)?.ms ?? 0;
