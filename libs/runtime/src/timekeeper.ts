import { createHash } from 'node:crypto';
import { parseStream, type Clock, type ConceptName } from '@assent/kernel';
import { topicOf, type StoredEvent } from '@assent/contract';
import type { Policies } from '@assent/policy';
import type { Agenda, EventFeed } from '@assent/ports';
import { OnlyProcess, type Leases } from './leases.js';
import type { Waker } from './waker.js';

const TICK_MS = 1_000;
const AGAIN_MS = 30_000;
const BATCH = 200;
/** A stream that wants to be woken again at once has a rule that disagrees with itself: not in a hot loop. */
const STUBBORN_MS = 3_600_000;
/** A dead process is missed after so long. */
const LEASE_MS = 10_000;

/** What the timekeeper tells its operator. */
export type Report = (message: string, error: unknown) => void;

/**
 * Keeps the agenda: plans a stream's wake-up after each of its events, and wakes what is due. Decisions never wait for
 * it: they compute with the instant; it turns what time changed into events.
 */
export class Timekeeper {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<number> = Promise.resolve(0);
  private stopped = false;
  private readonly followed = new Set<string>();
  private readonly wakers: ReadonlyMap<string, Waker>;
  private readonly lease: string;

  constructor(
    private readonly agenda: Agenda,
    private readonly feed: EventFeed,
    private readonly clock: Clock,
    private readonly policies: Policies,
    wakers: readonly Waker[],
    private readonly report: Report,
    /** Of several processes that wake the same concepts, one does it at a time. */
    private readonly leases: Leases = new OnlyProcess(),
  ) {
    this.wakers = new Map(wakers.map((waker) => [waker.concept, waker]));
    this.lease = `agenda:${this.concepts.join('+')}`;
  }

  private get concepts(): ConceptName[] {
    return [...this.wakers.values()].map(({ concept }) => concept);
  }

  async start(): Promise<void> {
    await this.turn();
    if (this.wakers.size === 0) return;
    this.timer = setInterval(() => {
      this.runInTurn().catch((error: unknown) => this.report('the agenda could not be read', error));
    }, TICK_MS);
    this.timer.unref();
  }

  /**
   * Plans everything anew when another policy version is in force: the checkpoint is named after the versions, so a
   * new one reads the log from its first event.
   */
  async turn(): Promise<void> {
    if (this.wakers.size === 0) return;
    const now = this.clock.now();
    const versions = this.policies.tenants().map((tenant) => this.policies.at(tenant, now).id);
    // A digest, as the names of many tenants would be too long for a key.
    const name = `agenda:${createHash('sha256')
      .update([...this.concepts, ...versions].join(','))
      .digest('hex')
      .slice(0, 16)}`;
    if (this.followed.has(name)) return;
    this.followed.add(name);
    const topics = this.concepts.map(topicOf);
    await this.feed.follow({ name, topics, handle: (event) => this.plan(event) });
  }

  private async plan({ stream }: StoredEvent): Promise<void> {
    const { version, wakeAt } = await this.waker(stream).wakeAt(stream);
    await this.agenda.plan(stream, version, wakeAt);
  }

  private async runInTurn(): Promise<void> {
    if (await this.leases.take(this.lease, LEASE_MS)) await this.runDue();
  }

  /**
   * Wakes everything that is due now, whoever's turn it is; answers how many streams. One pass at a time in this process;
   * beside another process it changes nothing: a stream is woken once, and then wants no more.
   */
  runDue(): Promise<number> {
    this.running = this.running.then(
      () => this.pass(),
      () => this.pass(),
    );
    return this.running;
  }

  private async pass(): Promise<number> {
    if (this.wakers.size === 0) return 0;
    await this.turn();
    const now = this.clock.now();
    let woken = 0;
    for (;;) {
      const due = await this.agenda.due(now, BATCH, this.concepts);
      for (const { stream } of due) await this.wake(stream, now);
      if (due.length === BATCH) await this.leases.take(this.lease, LEASE_MS); // much to do: it stays ours
      woken += due.length;
      if (due.length < BATCH || this.stopped) return woken;
    }
  }

  private async wake(stream: string, now: number): Promise<void> {
    try {
      const { version, wakeAt } = await this.waker(stream).wake(stream, now);
      const stubborn = wakeAt !== 'never' && wakeAt <= now;
      if (stubborn) this.report(`${stream} wants to be woken again at once`, undefined);
      await this.agenda.plan(stream, version, stubborn ? now + STUBBORN_MS : wakeAt);
    } catch (error) {
      this.report(`${stream} could not be woken`, error);
      const { version } = await this.waker(stream).wakeAt(stream);
      await this.agenda.plan(stream, version, now + AGAIN_MS);
    }
  }

  private waker(stream: string): Waker {
    const waker = this.wakers.get(parseStream(stream).concept);
    if (waker === undefined) throw new Error(`nothing wakes ${stream}`);
    return waker;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running.catch(() => 0);
    await this.leases.release(this.lease).catch(() => undefined); // it ends by itself
  }
}
