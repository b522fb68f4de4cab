import { Injectable, Logger } from '@nestjs/common';
import { Clock, parseStream } from '@assent/kernel';
import type { Address, AddressVerdict, Channel, SubjectState } from '@assent/contract';
import { Policies } from '@assent/policy';
import { EventLog, Keyring } from '@assent/ports';
import { addressVerdict } from './address-verdict.js';
import { compile, pairOf } from './compiled.js';
import { KernelTable, newKernel } from './kernel-table.js';
import { Marked } from './marked.js';
import { People } from './people.service.js';
import type { Standing } from './standing.js';
import { Standings } from './standings.service.js';
import { ToldAnswers, type Room, type Told } from './told-answers.js';
import { allows, ASK, dayOf, NO_DAY, PlainTable, type Verdicts, type VerdictTable } from './verdict-table.js';

type Listener = (tenant: string, key: string, verdict: () => AddressVerdict) => void;

/** Addresses that are decided at once. */
const AT_ONCE = 128;
const MOST_WAITING = 10_000;
/** As long as another process's write may be unknown here. */
const STALE_MS = 5_000;

/**
 * The compiled verdicts of every address of every tenant, in memory. A verdict is only ever written from the heads, by
 * `decide`; an address that is being written to, or that time may have changed, is marked "ask" until then, and an
 * answer about it is read from the heads. So what the index says is what `decide` says, or it says nothing.
 */
@Injectable()
export class VerdictIndex {
  private readonly logger = new Logger('VerdictIndex');
  private readonly tables = new Map<string, VerdictTable>();
  private readonly marked = new Marked();
  private working: Promise<void> | undefined;
  /** The latest instant that a verdict was made at: verdicts say nothing of the time before. */
  private newest = -Infinity;
  private complete = false;
  private isDoubted = false;
  private isFollowing = false;
  private isAsked = true;
  private heard = -Infinity;
  private tell: Listener | undefined;
  /** Whole answers, each until its address is marked. */
  private readonly answers = new ToldAnswers();

  constructor(
    private readonly log: EventLog,
    private readonly people: People,
    private readonly standings: Standings,
    private readonly policies: Policies,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  /** The verdicts of a pair as of now; undefined: none are known, or not for such a question. */
  of(tenant: string, purpose: string, channel: Channel): Verdicts | undefined {
    const now = this.clock.now();
    if (!this.isSure || now < this.newest) return undefined;
    const pair = pairOf(this.policies.at(tenant, now), purpose, channel);
    const table = this.tables.get(tenant);
    if (pair === undefined || table === undefined) return undefined;
    const today = dayOf(now);
    return {
      scan: (lines, form) => table.scan(lines, form, pair, today),
      of: (key) => allows(table.get(key), pair, today),
    };
  }

  /** The answer that was told last about a pair; undefined: none that may be told again. */
  told(tenant: string, key: string, pair: number): Told | undefined {
    const answer = this.answers.find(tenant, key, pair);
    return answer !== undefined && this.knowsAll ? answer : undefined;
  }

  /** Where an answer that is made from heads read after this call may be kept; undefined: nowhere now. */
  room(tenant: string, key: string): Room | undefined {
    return this.knowsAll && !this.marked.isHeld(tenant, key) ? this.answers.room(tenant, key) : undefined;
  }

  /** The key of an address, as the keyring computes it. */
  keyOf(tenant: string, address: Address): string {
    return this.tables.get(tenant)?.keyOf(address) ?? this.keyring.addressKey(tenant, address);
  }

  private get isSure(): boolean {
    return this.isAsked && this.complete && !this.isStale;
  }

  /** Whether every write goes through this process, so that none can be seen before it is marked here. */
  private get knowsAll(): boolean {
    return this.isSure && !this.isFollowing;
  }

  /** Whether every address is in it; until then all answers are read from the heads. */
  get isComplete(): boolean {
    return this.complete;
  }

  /** How much it holds, and how much of it waits to be decided. */
  size(): { addresses: number; bytes: number; waiting: number } {
    const tables = [...this.tables.values()];
    const sum = (of: (table: VerdictTable) => number) => tables.reduce((all, table) => all + of(table), 0);
    const waiting = this.marked.count;
    return { addresses: sum(({ size }) => size), bytes: sum(({ bytes }) => bytes), waiting };
  }

  /** From now on every address that is decided, changed or not, is told; `verdict` says what `decide` says of it. */
  tells(listener: Listener): void {
    this.tell = listener;
  }

  /** Marks the addresses until they were decided anew, from heads that are read after this call. */
  touch(tenant: string, keys: readonly string[]): void {
    if (!this.policies.has(tenant)) return;
    const table = this.tableOf(tenant);
    for (const key of keys) {
      table.set(key, ASK);
      this.answers.forget(tenant, key);
      this.marked.add(tenant, key);
    }
    this.work();
  }

  /**
   * Runs `write` on a stream. From before it can be seen until after, addresses that rest on the stream are marked: an
   * answer never says less than a write that was acknowledged, or only seen.
   */
  async during<T>(stream: string, write: () => Promise<T>): Promise<T> {
    const parts = parseStream(stream);
    const before = await this.people.touchedBy(parts);
    const release = this.hold(parts.tenant, before);
    try {
      return await write();
    } finally {
      release();
      // Read again: an address may have come meanwhile, of this write or of another.
      await this.people.touchedBy(parts).then(
        (after) => this.touch(parts.tenant, after),
        (error: unknown) => this.distrust(error),
      );
    }
  }

  private hold(tenant: string, keys: readonly string[]): () => void {
    this.marked.hold(tenant, keys);
    this.touch(tenant, keys);
    return () => {
      this.marked.release(tenant, keys);
      this.touch(tenant, keys);
    };
  }

  /** It is not known which address a write concerns: nothing in the index counts before it was built anew. */
  private distrust(error: unknown): void {
    this.complete = false;
    this.isDoubted = true;
    this.answers.forgetAll();
    this.logger.error(
      error,
      'the index of verdicts is not trusted any more, answers are read from the heads',
    );
  }

  /** Puts every address of the persons among these streams in. */
  async add(streams: readonly string[]): Promise<void> {
    const persons = streams.filter((stream) => stream.startsWith('subject/'));
    const heads = await this.log.heads(persons);
    heads.forEach((head, index) => {
      const { tenant } = parseStream(persons[index] as string);
      const { addresses } = (head?.state ?? { addresses: [] }) as Pick<SubjectState, 'addresses'>;
      this.touch(
        tenant,
        addresses.map(({ key }) => key),
      );
    });
    if (this.size().waiting > MOST_WAITING) await this.idle();
  }

  /** From here on every address is put in, and what was doubtful before is not any more. */
  begin(): void {
    this.isDoubted = false;
  }

  /** Every address there was at `asOf`, in real time, is in it; false when it was distrusted meanwhile. */
  finish(asOf: number): boolean {
    this.complete = !this.isDoubted;
    this.heard = asOf;
    return this.complete;
  }

  /** From now on it is stale unless it is told of the writes of other processes. */
  follow(): void {
    this.isFollowing = true;
  }

  /** Marks what rests on streams that were written by any process. */
  async hear(streams: readonly string[]): Promise<void> {
    for (const stream of streams) {
      const parts = parseStream(stream);
      this.touch(parts.tenant, await this.people.touchedBy(parts));
    }
  }

  /** It answers nobody here: what it decides is only told. For a log that tells of a write some time later. */
  onlyTells(): void {
    this.isAsked = false;
  }

  /** Everything that was acknowledged by `asOf`, in real time, has been heard. */
  heardUpTo(asOf: number): void {
    this.heard = asOf;
  }

  /** Not told of other processes' writes for too long: what is asked meanwhile is not answered. */
  get isStale(): boolean {
    return this.isAsked && this.isFollowing && this.complete && this.clock.real() - this.heard > STALE_MS;
  }

  /** Decides anew what time has changed since, a part at a time; answers how many addresses that were. */
  refresh(): Promise<number> {
    return this.again(dayOf(this.clock.now()));
  }

  /** Decides every address anew, a part at a time, `pause` after each. */
  async refreshAll(pause: () => Promise<void>): Promise<void> {
    await this.again(NO_DAY, pause);
  }

  private async again(today: number, pause?: () => Promise<void>): Promise<number> {
    let count = 0;
    for (const [tenant, table] of this.tables) {
      for (let from: number | undefined = 0; from !== undefined;) {
        const { keys, next }: { keys: string[]; next: number | undefined } = table.due(today, from);
        this.touch(tenant, keys);
        await this.idle();
        await pause?.();
        count += keys.length;
        from = next;
      }
    }
    return count;
  }

  /** Resolves when nothing waits to be decided. */
  async idle(): Promise<void> {
    while (this.working !== undefined) await this.working;
  }

  private work(): void {
    this.working ??= this.run().finally(() => (this.working = undefined));
  }

  private async run(): Promise<void> {
    for (;;) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      const some = this.marked.take(AT_ONCE);
      if (some === undefined) return;
      const { tenant, keys } = some;
      try {
        await this.decide(tenant, keys);
      } catch (error) {
        // They stay marked, so their answers come from the heads, or are no; `refresh` tries again.
        this.logger.warn(error, `${keys.length} addresses of ${tenant} cannot be decided now`);
      }
    }
  }

  private async decide(tenant: string, keys: readonly string[]): Promise<void> {
    const at = this.clock.now();
    this.newest = Math.max(this.newest, at);
    const policy = this.policies.at(tenant, at);
    const people = await this.people.byKeys(tenant, keys);
    const standings = await this.standings.ofAll(tenant, people, at);
    const words = standings.map((standing) => compile(standing, policy, at));
    const table = this.tableOf(tenant);
    // What was marked again meanwhile may rest on heads that were read too early.
    keys.forEach((key, index) => {
      if (this.marked.has(tenant, key)) return;
      table.set(key, words[index] as bigint);
      this.tell?.(tenant, key, () => addressVerdict(standings[index] as Standing, key, policy, at));
    });
  }

  private tableOf(tenant: string): VerdictTable {
    let table = this.tables.get(tenant);
    if (table === undefined) {
      const secret = this.keyring.addressSecret(tenant);
      const kernel = secret && newKernel();
      table = kernel ? new KernelTable(kernel, secret) : new PlainTable();
      this.tables.set(tenant, table);
    }
    return table;
  }
}
