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
/** Streams woken at once: their commits are grouped. */
const AT_ONCE = 64;
/** How far the clocks of processes may differ. */
const SKEW_MS = 5 * 60_000;

/** What the timekeeper tells its operator when something is wrong. */
export type Report = (message: string, error: unknown) => void;
/** And when nothing is. */
export type Tell = (message: string) => void;

/**
 * Keeps the agenda: plans a stream's wake-up after each of its events, and wakes what is due. Decisions never wait for
 * it: they compute with the instant; it turns what time changed into events.
 */
export class Timekeeper {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<number> = Promise.resolve(0);
  private stopped = false;
  private isFollowing = false;
  private readonly followed = new Set<string>();
  /** Of each tenant, as of the last turn. */
  private versions = new Map<string, string>();
  private replanned: { readonly name: string; looked: number } | undefined;
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
    private readonly tell: Tell = () => undefined,
  ) {
    this.wakers = new Map(wakers.map((waker) => [waker.concept, waker]));
    this.lease = `agenda:${this.concepts.join('+')}`;
  }

  private get concepts(): ConceptName[] {
    return [...this.wakers.values()].map(({ concept }) => concept);
  }

  /** Plans from now on. What a policy changed is planned anew a moment later, and keeps nobody from being ready. */
  async start(): Promise<void> {
    if (this.wakers.size === 0) return;
    await this.follow();
    this.timer = setInterval(() => {
      this.runInTurn().catch((error: unknown) => this.report('the agenda could not be read', error));
    }, TICK_MS);
    this.timer.unref();
  }

  /** Every event, under the policy of its moment. */
  private async follow(): Promise<void> {
    if (this.isFollowing) return;
    this.isFollowing = true;
    const name = `agenda:${nameOf(this.concepts)}`;
    await this.feed.follow({ name, topics: this.topics, handle: (event) => this.plan(event) });
  }

  private get topics(): string[] {
    return this.concepts.map(topicOf);
  }

  /**
   * Plans anew, in the background, when another policy version is in force: the checkpoint is named after the versions,
   * so a new one reads the log from its first event, and goes on after a restart.
   */
  async turn(): Promise<void> {
    if (this.wakers.size === 0) return;
    await this.follow();
    const now = this.clock.now();
    const inForce = new Map(
      this.policies.tenants().map((tenant) => [tenant, this.policies.at(tenant, now).id]),
    );
    const changed = [...inForce].filter(([tenant, id]) => this.versions.get(tenant) !== id);
    if (changed.length === 0) return;
    this.versions = inForce;
    const versions = `agenda:${nameOf([...this.concepts, ...inForce.values()])}`;
    // These were in force before: the clock of a test has gone back in between.
    const name = this.followed.has(versions) ? `${versions}:${now}` : versions;
    if (this.followed.has(name)) return;
    this.followed.add(name);
    const walk = { name, looked: 0 };
    this.replanned = walk;
    const tenants = new Set(changed.map(([tenant]) => tenant));
    const handle = async (event: StoredEvent): Promise<void> => {
      // What was recorded since is planned as it happens.
      if (!tenants.has(event.tenant) || event.recordedAt >= now + SKEW_MS) return;
      walk.looked += 1;
      await this.plan(event);
    };
    await this.feed.follow({ name, topics: this.topics, handle });
    // Not at a start that finds everything planned.
    if (this.replanning() > 0)
      this.tell(`wake-ups are planned anew under ${changed.map(([, id]) => id).join(', ')}`);
  }

  /** Events that are still to be looked at before every wake-up is planned under the policies in force. */
  replanning(): number {
    const { name } = this.replanned ?? {};
    return this.feed.status().find(({ consumer }) => consumer === name)?.lag ?? 0;
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
    this.tellReplanned();
    const now = this.clock.now();
    let woken = 0;
    for (;;) {
      const due = await this.agenda.due(now, BATCH, this.concepts);
      for (let from = 0; from < due.length; from += AT_ONCE)
        await Promise.all(due.slice(from, from + AT_ONCE).map(({ stream }) => this.wake(stream, now)));
      if (due.length === BATCH) await this.leases.take(this.lease, LEASE_MS); // much to do: it stays ours
      woken += due.length;
      if (due.length < BATCH || this.stopped) return woken;
    }
  }

  private tellReplanned(): void {
    if (this.replanned === undefined || this.replanning() > 0) return;
    const { looked } = this.replanned;
    if (looked > 0) this.tell(`wake-ups are planned under the policies in force; ${looked} events looked at`);
    this.replanned = undefined;
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

/** A digest, as the names of many tenants would be too long for a key. */
const nameOf = (parts: readonly string[]): string =>
  createHash('sha256').update(parts.join(',')).digest('hex').slice(0, 16);
