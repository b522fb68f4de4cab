import { Injectable } from '@nestjs/common';
import { Clock, streamOf } from '@assent/kernel';
import type {
  EvidenceRef,
  ObjectionEntry,
  ObjectionSource,
  OppositionFact,
  OppositionState,
  Scope,
  StoredEvent,
} from '@assent/contract';
import { Policies, type Policy } from '@assent/policy';
import {
  Directory,
  EventLog,
  handle,
  Subjects,
  type EvidenceDocument,
  type ResolvedSubject,
} from '@assent/ports';
import { rootOf } from './entries.js';
import { opposition, repeats, type OppositionCommand, type OppositionRefusal } from './opposition.js';
import { OptIns, type PurposeOptIn } from './opt-ins.service.js';
import { coveringObjection, listed, type ListedObjection } from './questions.js';

/** How long a clear address without a person is kept, so that every tool can be told to stop. */
const HOLD_MS = 30 * 24 * 3_600_000;

/** Who acts, and what it follows from. */
export interface Cause {
  readonly actor: string;
  readonly causedBy?: string | null;
  readonly commandId?: string | null;
}

export interface Act {
  readonly scope: Scope;
  readonly at: number;
  readonly source: ObjectionSource;
  /** To be sealed, if it records anything. */
  readonly evidence?: EvidenceDocument | undefined;
  /** What is sealed already. */
  readonly sealed?: EvidenceRef | null;
}

/** What came of a command, for the door: the new events, or the earlier one when nothing changed. */
export interface Outcome {
  readonly events: readonly StoredEvent<OppositionFact>[];
  readonly revision: number;
  readonly subjectId: string | null;
  readonly earlier?: { readonly id: string; readonly recordedAt: number };
  readonly refused?: { readonly code: OppositionRefusal; readonly detail: string };
}

/** The opposition list: the one writer of opposition streams. */
@Injectable()
export class OppositionList {
  constructor(
    private readonly log: EventLog,
    private readonly subjects: Subjects,
    private readonly directory: Directory,
    private readonly policies: Policies,
    private readonly clock: Clock,
    private readonly optIns: OptIns,
  ) {}

  /**
   * Records the refusal under the address of the reference, durably before it resolves; the copies to the person's
   * other addresses follow by reaction. Of nobody known, the clear address is held so that tools can be told to stop.
   */
  async object(tenant: string, who: ResolvedSubject, act: Act, cause: Cause): Promise<Outcome> {
    const key = listKey(who);
    const states = await this.states(tenant, who.keys);
    const found = (since?: number) =>
      states
        .map((state) => repeats(state, { ...act, consentedAt: since }))
        .find((entry) => entry !== undefined);
    const consentedAt =
      found() === undefined || who.subjectId === null
        ? undefined
        : await this.optIns.lastConsent(tenant, who.subjectId, act.scope, act.at);
    const repeated = found(consentedAt);
    if (repeated !== undefined) return this.answerAgain(tenant, who, key, repeated, cause);

    if (who.subjectId === null && who.address !== null) {
      await this.directory.hold(tenant, key, { address: who.address, until: this.clock.now() + HOLD_MS });
    }
    const evidence = act.evidence
      ? await this.subjects.seal(tenant, who.subjectId ?? key, act.evidence)
      : (act.sealed ?? null);
    const { scope, at, source } = act;
    const command = { type: 'object', scope, at, source, evidence, consentedAt } as const;
    const { events, version: revision, state } = await this.send(tenant, key, command, at, cause);
    const same = events.length === 0 ? repeats(state, command) : undefined;
    return { events, revision, subjectId: who.subjectId, ...(same && { earlier: earlierOf(same) }) };
  }

  /** The same refusal again: the earlier event, unless this very request recorded it before its answer was lost. */
  private async answerAgain(
    tenant: string,
    who: ResolvedSubject,
    key: string,
    entry: ObjectionEntry,
    { commandId }: Cause,
  ): Promise<Outcome> {
    const events = await this.read(tenant, key);
    return {
      events: commandId ? events.filter((event) => event.commandId === commandId) : [],
      revision: events.length,
      subjectId: who.subjectId,
      earlier: earlierOf(entry),
    };
  }

  /** Opens one purpose on the named channels for every address of the person, before it resolves (seeds K15). */
  async lift(
    tenant: string,
    who: ResolvedSubject,
    asked: { readonly purpose: string; readonly channel: string; readonly proof: string },
    cause: Cause,
  ): Promise<Outcome> {
    const { subjectId } = who;
    const proof = await this.optIns.named(tenant, subjectId, asked);
    if (proof === undefined) {
      const detail = 'No opt-in of this person, by an own act with evidence, has this event id and purpose.';
      return { events: [], revision: 0, subjectId, refused: { code: 'proof-missing', detail } };
    }
    const rules = this.policyAt(tenant).opposition;
    for (const state of await this.states(tenant, who.keys)) {
      for (const channel of proof.channels) {
        const scope = { purpose: proof.purpose, channel };
        const outcome = opposition.decide(state, { type: 'lift', scope, proof }, rules);
        if (!('refused' in outcome)) continue;
        const refused = { code: outcome.refused, detail: outcome.detail };
        return { events: [], revision: 0, subjectId, refused };
      }
    }
    const events = await this.open(tenant, who.keys, proof, cause);
    const all = await this.read(tenant, listKey(who));
    const before = all.find(({ fact }) => fact.type === 'ObjectionLifted' && fact.proof === proof.id);
    return { events, revision: all.length, subjectId, earlier: before ?? proof };
  }

  /** Opens what is older than the opt-in, for its purpose and channels, under every key given. */
  async open(
    tenant: string,
    keys: readonly string[],
    { id, at, purpose, channels }: PurposeOptIn,
    { commandId, ...cause }: Cause,
  ): Promise<StoredEvent<OppositionFact>[]> {
    const events: StoredEvent<OppositionFact>[] = [];
    for (const channel of channels) {
      const command = { type: 'open', scope: { purpose, channel }, proof: { id, at } } as const;
      const named = { ...cause, ...(commandId && { commandId: `${commandId} ${channel}` }) };
      for (const key of await this.keysThatChange(tenant, keys, command)) {
        events.push(...(await this.send(tenant, key, command, at, named)).events);
      }
    }
    return events;
  }

  /** Takes one click back, on every address that has a copy of it, before it resolves. */
  async undo(tenant: string, who: ResolvedSubject, scope: Scope, cause: Cause): Promise<Outcome> {
    const at = this.clock.now();
    const handled = await this.send(tenant, listKey(who), { type: 'undo', at, scope }, at, cause);
    const { events, version: revision, refusal } = handled;
    if (refusal === undefined) await this.align(tenant, who.keys, cause);
    const refused = refusal && { code: refusal.refused, detail: refusal.detail };
    return { events, revision, subjectId: who.subjectId, ...(refused && { refused }) };
  }

  /** Brings all addresses of one person level: what one holds, all hold. Repeating it changes nothing. */
  async align(tenant: string, keys: readonly string[], cause: Cause): Promise<void> {
    if (keys.length < 2) return;
    const states = await this.states(tenant, keys);
    const from: OppositionState = {
      entries: states.flatMap(({ entries }) => entries),
      undone: states.flatMap(({ undone }) => undone),
      openings: states.flatMap(({ openings = [] }) => openings),
    };
    const command = { type: 'merge', at: this.clock.now(), from } as const;
    for (const key of await this.keysThatChange(tenant, keys, command)) {
      await this.send(tenant, key, command, command.at, cause);
    }
  }

  /** What is in force at the instant under any of the keys, told once per scope. */
  async listed(tenant: string, keys: readonly string[], at: number): Promise<ListedObjection[]> {
    return listed(await this.states(tenant, keys), this.policyAt(tenant).opposition, at);
  }

  /** When the newest objection was made that stands now against the purpose on the channel, under any of the keys. */
  async standsSince(
    tenant: string,
    keys: readonly string[],
    { purpose, channel }: Scope,
  ): Promise<number | undefined> {
    const rules = this.policyAt(tenant).opposition;
    const now = this.clock.now();
    const states = await this.states(tenant, keys);
    const standing = states.map((state) => coveringObjection(state, rules, purpose, channel, now)?.since);
    return standing.reduce((a, b) => (a === undefined || (b !== undefined && b > a) ? b : a), undefined);
  }

  /** The lists of the keys, in their order, read at one moment. */
  async states(tenant: string, keys: readonly string[]): Promise<OppositionState[]> {
    const heads = await this.log.heads(keys.map((key) => streamOf('opposition', tenant, key)));
    return heads.map((head) => (head?.state as OppositionState | undefined) ?? opposition.initial);
  }

  private async keysThatChange(tenant: string, keys: readonly string[], command: OppositionCommand) {
    const rules = this.policyAt(tenant).opposition;
    const states = await this.states(tenant, keys);
    return keys.filter((_, index) => {
      const outcome = opposition.decide(states[index] ?? opposition.initial, command, rules);
      return !('refused' in outcome) && outcome.length > 0;
    });
  }

  private async read(tenant: string, key: string): Promise<StoredEvent<OppositionFact>[]> {
    return (await this.log.read(streamOf('opposition', tenant, key))) as StoredEvent<OppositionFact>[];
  }

  private policyAt(tenant: string): Policy {
    return this.policies.at(tenant, this.clock.now());
  }

  private send(tenant: string, key: string, command: OppositionCommand, at: number, cause: Cause) {
    const policy = this.policies.at(tenant, at);
    return handle(this.log, streamOf('opposition', tenant, key), opposition, command, policy.opposition, {
      ...cause,
      policy: policy.id,
      recordedAt: this.clock.now(),
    });
  }
}

const earlierOf = (entry: ObjectionEntry) => ({ id: rootOf(entry), recordedAt: entry.recordedAt });

/** The address the reference names; of a person named by id, the first one. */
function listKey(who: ResolvedSubject): string {
  const key = who.key ?? who.keys[0];
  if (key === undefined) throw new Error('a person without any address has no opposition list');
  return key;
}
