import { parseStream, type Clock } from '@assent/kernel';
import { verdictKey, type AddressVerdict } from '@assent/contract';
import type { VerdictTopic } from '@assent/ports';
import type { Leases } from '@assent/runtime';
import { BELIEVED_MS } from './address-verdict.js';
import type { VerdictIndex } from './verdict-index.service.js';

const LEASE = 'verdicts';
const LEASE_MS = 10_000;
const LOOK_MS = 2_000;
/** What is allowed is said again long before it ends to be believed. */
const AGAIN_MS = BELIEVED_MS / 2;
const PAUSE_MS = 1_000;
const PART = 1_000;

/** What was published last of one address. */
interface Said {
  /** All but when it was decided, and until when it is believed. */
  readonly text: string;
  /** Epoch milliseconds; Infinity when nothing is allowed. */
  readonly believedUntil: number;
  /** Epoch milliseconds from which on it is said again, changed or not. */
  readonly againAt: number;
}

/**
 * Publishes the verdict of an address whenever it differs from what was published last. Consumers take the last message of a
 * key, so an old verdict must never be that one:
 * - One process publishes at a time (a lease), each address's verdicts one after the other. It hears of every write, and
 *   decides and publishes anew after it: what it says last rests on the newest heads.
 * - Whoever takes over says everything again.
 * - Whoever was slow and has lost the lease decides anew what it still had under way, and corrects it.
 * - Should that one die too before it has, nothing is believed for longer than a day, and what is allowed is said again
 *   before. So time ends a wrong yes, whatever happened.
 */
export class VerdictPublisher {
  private readonly said = new Map<string, Said>();
  /** The newest verdicts that are still to be published, by message key. */
  private readonly wanted = new Map<string, AddressVerdict>();
  private readonly sending = new Map<string, Promise<void>>();
  /** Said without the lease: decided anew until nothing newer is found. */
  private readonly answersFor = new Set<string>();
  private heldUntil = -Infinity;
  private owesAll = false;
  private looking: Promise<void> | undefined;
  private going: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;
  /** While Kafka takes nothing: one wait for all. */
  private waiting: Promise<void> | undefined;
  private wake = (): void => undefined;

  constructor(
    private readonly index: Pick<VerdictIndex, 'tells' | 'touch' | 'idle' | 'refreshAll' | 'isComplete'>,
    private readonly topic: VerdictTopic,
    private readonly leases: Leases,
    private readonly clock: Clock,
    private readonly report: (message: string, error: unknown) => void,
  ) {
    index.tells((tenant, key, verdict) => this.decided(verdictKey(tenant, key), verdict));
  }

  /** Before the index is built, so that its first verdicts are published as they are made. */
  async start(): Promise<void> {
    await this.look();
    this.owesAll = false;
    this.timer = setInterval(() => void this.look(), LOOK_MS);
    this.timer.unref();
  }

  private get isPublishing(): boolean {
    return !this.isStopped && this.clock.real() < this.heldUntil;
  }

  /** Keeps the lease, or tries to get it, and does what is due; resolves when the lease was asked for. */
  look(): Promise<void> {
    this.looking ??= this.lease()
      .catch((error: unknown) => this.report('the lease on verdicts could not be asked for', error))
      .finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async lease(): Promise<void> {
    const was = this.isPublishing;
    const until = this.clock.real() + LEASE_MS;
    const isOurs = await this.leases.take(LEASE, LEASE_MS);
    this.heldUntil = isOurs ? until : -Infinity;
    if (isOurs && !was) {
      this.said.clear();
      this.owesAll = true;
    }
    if (!this.isPublishing) return;
    this.going ??= this.go()
      .catch((error: unknown) => this.report('verdicts could not be decided anew', error))
      .finally(() => (this.going = undefined));
  }

  /** Says everything after a takeover, and again what would not be believed for much longer. */
  private async go(): Promise<void> {
    if (this.owesAll && this.index.isComplete) {
      this.owesAll = false;
      await this.index.refreshAll(() => this.drained());
    }
    const now = this.clock.now();
    const due = [...this.said].filter(([, { againAt }]) => againAt <= now).map(([name]) => name);
    for (let from = 0; from < due.length && this.isPublishing; from += PART) {
      for (const name of due.slice(from, from + PART)) this.touch(name);
      await this.index.idle();
      await this.drained();
    }
  }

  /** Resolves when what was due at the last look is said. */
  async idle(): Promise<void> {
    while (this.going !== undefined) await this.going;
  }

  private touch(name: string): void {
    const { tenant, key } = parseStream(name);
    this.index.touch(tenant, [key]);
  }

  private decided(name: string, verdict: () => AddressVerdict): void {
    if (!this.mayPublish(name)) return;
    this.wanted.set(name, verdict());
    if (!this.sending.has(name)) {
      const sent = this.send(name).finally(() => this.sending.delete(name));
      this.sending.set(name, sent);
    }
  }

  private mayPublish(name: string): boolean {
    return this.isPublishing || (!this.isStopped && this.answersFor.has(name));
  }

  /** What was said still holds, and not for longer than it is true. */
  private holds(before: Said, now: Said): boolean {
    return (
      before.text === now.text &&
      before.believedUntil <= now.believedUntil &&
      this.clock.now() < before.againAt
    );
  }

  private async send(name: string): Promise<void> {
    for (;;) {
      const verdict = this.wanted.get(name);
      this.wanted.delete(name);
      if (verdict === undefined || !this.mayPublish(name)) return;
      const said = saidBy(verdict);
      const before = this.said.get(name);
      if (before !== undefined && this.holds(before, said)) {
        this.answersFor.delete(name);
        continue;
      }
      try {
        await this.topic.publish(verdict);
        this.said.set(name, said);
      } catch (error) {
        this.said.delete(name); // it may be there all the same
        await this.pause(error);
        if (this.isPublishing && !this.wanted.has(name)) this.wanted.set(name, verdict);
      }
      if (this.isPublishing) continue;
      this.answersFor.add(name);
      this.touch(name);
    }
  }

  private pause(error: unknown): Promise<void> {
    if (this.waiting === undefined) {
      this.report('verdicts cannot be published now, and are tried again', error);
      this.waiting = new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, PAUSE_MS);
        this.wake = () => (clearTimeout(timer), resolve());
      }).finally(() => (this.waiting = undefined));
    }
    return this.waiting;
  }

  /** Resolves when nothing is under way. */
  async drained(): Promise<void> {
    while (this.sending.size > 0) await Promise.all(this.sending.values());
  }

  /** What is under way ends; what waits is said by whoever takes over. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.timer);
    this.wake();
    await Promise.all([this.looking, this.going]);
    await this.drained();
    await this.leases.release(LEASE);
  }
}

function saidBy({ kind, verdicts, policy, validUntil, at }: AddressVerdict): Said {
  const believedUntil = validUntil === null ? Infinity : Date.parse(validUntil);
  const againAt = validUntil === null ? Infinity : Math.min(believedUntil, Date.parse(at) + AGAIN_MS);
  return { text: JSON.stringify([kind, verdicts, policy]), believedUntil, againAt };
}
