import type { TraversableLog } from '@assent/ports';
import { setTimeout as sleep } from 'node:timers/promises';
import { decode } from './cloud-event.js';
import { everythingToOne } from './everything-to-one.js';
import { GroupMember, type Assignment, type Fetched } from './group-member.js';
import type { KafkaCluster } from './kafka-cluster.js';
import { Missing } from './missing.js';
import type { Outbox } from './outbox.js';
import { Seen } from './seen.js';
import { partitionName, partitionNamed } from './tails.js';

export interface ReconcilerOptions {
  readonly everyMs: number;
  /** How long an append may take to appear in its topic before it is missing. */
  readonly graceMs: number;
  /** Told of every stream that is published again. Must not throw. */
  readonly onMissing: (stream: string, from: number) => void;
  readonly onFailure: (error: unknown) => void;
}

const DEFAULTS: ReconcilerOptions = {
  everyMs: 1_000,
  graceMs: 2_000,
  onMissing: () => undefined,
  onFailure: () => undefined,
};

/** Where to go on after a crash: nothing before is missing once `waits` is empty. */
interface Checkpoint {
  readonly offsets: ReadonlyMap<string, number>;
  readonly cursor: string;
  readonly waits: Set<string>;
}

const PAGE = 500;
/** A log may tell of an append again for a while; that it was read must be remembered for longer. */
const REMEMBERED_MS = 60_000;

/**
 * Compares the log with the topics and has published what is missing: what a crash left behind, what Kafka confirmed and
 * did not store, and a head behind which an old version of its stream came to lie. One process does it for all; how far it
 * came is its group's offset and, beside it, the place in the log.
 */
export class Reconciler {
  private readonly member: GroupMember;
  private readonly options: ReconcilerOptions;
  private readonly stopping = new AbortController();
  private readonly groupId: string;
  private readonly missing: Missing;
  private readonly offsets = new Map<string, number>();
  /** Streams read since the last look at their heads, with the version that is now the last one of their key. */
  private readonly touched = new Map<string, number>();
  private readonly seen = new Seen();
  private role: 'joining' | 'standby' | 'active' = 'joining';
  private term = 0;
  /** Undefined until this process knows where to begin; empty for the beginning of the log. */
  private cursor: string | undefined;
  /** While the log is compared from its beginning: of older events Kafka may keep the last one of a key only. */
  private whole = false;
  private saved = '';
  private checkpoint: Checkpoint | undefined;
  private rounds: Promise<void>;
  private ring = (): void => undefined;
  private watchers: (() => void)[] = [];
  private round = 0;

  constructor(
    private readonly log: TraversableLog,
    private readonly cluster: KafkaCluster,
    private readonly outbox: Outbox,
    options: Partial<ReconcilerOptions> = {},
  ) {
    this.options = { ...DEFAULTS, ...options };
    this.missing = new Missing(this.options.graceMs);
    this.groupId = `${cluster.settings.prefix}.reconciler`;
    this.member = new GroupMember(cluster.client, {
      groupId: this.groupId,
      topics: cluster.topics,
      assigner: everythingToOne,
      joined: (assignment) => this.joined(assignment),
      take: (fetched) => this.take(fetched),
    });
    this.member.start();
    this.rounds = this.run();
  }

  get active(): boolean {
    return this.role === 'active';
  }

  /** Streams of which something is not, or not yet, known to be in its topic. */
  get waiting(): number {
    return this.missing.size;
  }

  private joined(assignment: Assignment): void {
    this.term += 1;
    this.role = Object.values(assignment).some((partitions) => partitions.length > 0) ? 'active' : 'standby';
    for (const state of [this.missing, this.offsets, this.touched]) state.clear();
    this.seen.clear();
    this.cursor = undefined;
    this.checkpoint = undefined;
    this.saved = '';
    this.ring();
    this.tell();
  }

  private take({ topic, partition, messages, next }: Fetched): 'taken' {
    for (const message of messages) {
      try {
        const { stream, version } = decode(message);
        this.arrived(stream, version);
      } catch {
        continue; // no event of ours: the consumers park it, loudly
      }
    }
    this.offsets.set(partitionName(topic, partition), next);
    this.tell();
    return 'taken';
  }

  private arrived(stream: string, version: number): void {
    this.seen.add(stream, version, performance.now());
    this.touched.set(stream, version);
    this.missing.found(stream, version);
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const rung = new Promise<void>((resolve) => (this.ring = resolve));
      const failed = this.active && (await this.fails(this.term));
      this.tell();
      const pause = new AbortController();
      const slept = sleep(this.options.everyMs, undefined, { signal: pause.signal }).catch(() => undefined);
      await (failed ? slept : Promise.race([rung, slept]));
      pause.abort();
    }
  }

  private async fails(term: number): Promise<boolean> {
    try {
      await this.compare(term);
      return false;
    } catch (error) {
      this.options.onFailure(error);
      return true;
    }
  }

  private async compare(term: number): Promise<void> {
    if (this.cursor === undefined) await this.begin(term);
    await this.lookAtHeads();
    if (this.term === term) await this.lookAtLog(term);
    if (this.term !== term) return;
    this.publishMissing();
    this.round += 1;
    await this.save();
    this.seen.forget(performance.now() - REMEMBERED_MS - 10 * this.options.graceMs);
  }

  /** Resolves when everything the topics hold now was read, and the place in the log is known. */
  private async begin(term: number): Promise<void> {
    const admin = this.cluster.client.admin();
    await admin.connect();
    try {
      const topics = [...this.cluster.topics];
      const ends = new Map<string, number>();
      let cursor = '';
      for (const { topic, partitions } of await admin.fetchOffsets({ groupId: this.groupId, topics })) {
        for (const { partition, high, low } of await admin.fetchTopicOffsets(topic)) {
          const committed = partitions.find((one) => one.partition === partition);
          cursor ||= committed?.metadata ?? '';
          const offset = Number(committed?.offset ?? -1);
          const name = partitionName(topic, partition);
          if (offset >= 0 && !this.offsets.has(name)) this.offsets.set(name, offset);
          if (high !== low) ends.set(name, Number(high));
        }
      }
      while ([...ends].some(([name, end]) => (this.offsets.get(name) ?? 0) < end)) {
        if (this.term !== term || this.stopping.signal.aborted) return;
        await sleep(20);
      }
      if (this.term !== term) return;
      this.cursor = cursor;
      this.whole = cursor === '';
    } finally {
      await admin.disconnect();
    }
  }

  /** An old version may have come to lie behind a newer one, or a newer one may be missing. */
  private async lookAtHeads(): Promise<void> {
    const touched = [...this.touched];
    for (let from = 0; from < touched.length; from += PAGE) {
      const page = touched.slice(from, from + PAGE);
      const heads = await this.log.heads(page.map(([stream]) => stream));
      page.forEach(([stream, version], index) => {
        if (this.touched.get(stream) !== version) return; // read anew meanwhile: the next look is for that
        this.touched.delete(stream);
        const head = heads[index]?.version ?? 0;
        if (head > version) this.missing.add(stream, [head], performance.now());
      });
    }
  }

  private async lookAtLog(term: number): Promise<void> {
    if (this.cursor === undefined) return;
    for (;;) {
      const { appended, next } = await this.log.changes(this.cursor || undefined, PAGE);
      if (this.term !== term) return;
      for (const { stream, first: from, last } of appended) {
        const versions = Array.from({ length: last - from + 1 }, (_, index) => from + index);
        const lacking = versions.filter(
          (version) => !(this.whole ? this.seen.reached(stream, version) : this.seen.has(stream, version)),
        );
        if (lacking.length > 0) this.missing.add(stream, lacking, performance.now());
      }
      const end = appended.length === 0 || next === this.cursor;
      this.cursor = next;
      if (!end) continue;
      this.whole = false;
      return;
    }
  }

  private publishMissing(): void {
    for (const [stream, from] of this.missing.due(performance.now())) {
      if (this.outbox.owes(stream)) continue;
      this.options.onMissing(stream, from);
      this.outbox.missing(stream, from);
    }
  }

  private async save(): Promise<void> {
    const { cursor } = this;
    if (!cursor || !this.member.mayCommit) return;
    this.checkpoint ??= { offsets: new Map(this.offsets), cursor, waits: new Set(this.missing.streams()) };
    const { waits, offsets, cursor: metadata } = this.checkpoint;
    for (const stream of waits) if (!this.missing.has(stream)) waits.delete(stream);
    if (waits.size > 0) return;
    this.checkpoint = undefined;
    const place = JSON.stringify([metadata, ...offsets]);
    if (place === this.saved) return;
    await this.member.commit(
      [...offsets].map(([name, offset]) => ({ ...partitionNamed(name), offset, metadata })),
    );
    this.saved = place;
  }

  private tell(): void {
    const watchers = this.watchers;
    this.watchers = [];
    for (const tell of watchers) tell();
  }

  /**
   * Resolves when everything this process knows to be appended is in the topics; on the process that compares, what other
   * processes appended before the call as well.
   */
  async published(): Promise<void> {
    await this.outbox.drained();
    const due = this.round + 2; // a round that is under way may have looked already
    while (this.round < due && this.role !== 'standby' && !this.stopping.signal.aborted) {
      if (this.active) this.ring();
      await this.told();
    }
    const missing = new Set(this.missing.streams());
    while ([...missing].some((stream) => this.missing.has(stream)) && !this.stopping.signal.aborted) {
      await this.told();
    }
    await this.outbox.drained();
  }

  private told(): Promise<void> {
    return new Promise((resolve) => this.watchers.push(resolve));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.ring();
    await this.rounds;
    this.tell();
    await this.member.stop();
  }
}
