/** The ports in memory, for the doors and reactions of this library: one tenant, two purposes, two notices. */
import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { streamOf, TestClock, type Fact } from '@assent/kernel';
import type { Address, OppositionState, StoredEvent, SubjectState } from '@assent/contract';
import { checked } from '@assent/http';
import type { Notice, Policies, Policy } from '@assent/policy';
import {
  EventLog,
  Subjects,
  VersionConflict,
  type Directory,
  type EvidenceDocument,
  type Head,
  type NewEvent,
  type ResolvedSubject,
  type SubjectRef,
} from '@assent/ports';
import { ConsentsController } from './consents.controller.js';
import { ConsentDto, type ConsentWritten } from './consents.dto.js';
import { Consents } from './consents.service.js';
import { EndOnObjection } from './end-on-objection.reaction.js';
import { HistoryController } from './history.controller.js';

export const TENANT = 'presentinfini';
export const NOON = Date.parse('2026-06-01T12:00:00Z');
const EVERYTHING = { purpose: '*', channel: '*' };

class MemoryLog extends EventLog {
  private readonly streams = new Map<string, { events: StoredEvent[]; state: unknown }>();

  override append(
    stream: string,
    expected: number,
    added: readonly NewEvent[],
    state: unknown,
  ): Promise<void> {
    const events = this.streams.get(stream)?.events ?? [];
    if (events.length !== expected) throw new VersionConflict(stream, expected, events.length);
    const numbered = added.map((event, index) => ({ ...event, stream, version: expected + index + 1 }));
    this.streams.set(stream, structuredClone({ events: [...events, ...numbered], state }));
    return Promise.resolve();
  }
  override read = (stream: string): Promise<StoredEvent[]> =>
    Promise.resolve(this.streams.get(stream)?.events ?? []);
  override head<S>(stream: string): Promise<Head<S> | undefined> {
    const found = this.streams.get(stream);
    return Promise.resolve(found && { version: found.events.length, state: found.state as S });
  }
  override heads = (streams: readonly string[]) =>
    Promise.all(streams.map((stream) => this.head<unknown>(stream)));
}

/** Persons by address; what may stand in events of an evidence is its method. */
class MemorySubjects extends Subjects {
  readonly states = new Map<string, SubjectState>();
  readonly evidence = new Map<string, EvidenceDocument>();
  readonly registered: object[] = [];

  override resolve(_: string, ref: SubjectRef): Promise<ResolvedSubject> {
    if (ref.id !== undefined) return Promise.resolve(this.known(this.states.get(ref.id), null, null));
    const address = { kind: 'email', value: ref.email ?? '' } as const;
    return Promise.resolve(this.known(this.owner(keyOf(address.value)), keyOf(address.value), address));
  }
  override byKey = (_: string, key: string) => Promise.resolve(this.known(this.owner(key), key, null));
  override register(
    tenant: string,
    address: Address,
    origin: { source: string; at: number; actor: string; own: boolean },
  ): Promise<ResolvedSubject> {
    this.registered.push(origin);
    this.add(`sub_${this.states.size + 1}`, [address.value]);
    return this.resolve(tenant, { email: address.value });
  }
  override seal(_: string, owner: string, document: EvidenceDocument) {
    const id = `ev_${owner}_${this.evidence.size}`;
    this.evidence.set(id, document);
    const confirmedAt = document['confirmedAt'] as number | null;
    return Promise.resolve({ id, digest: 'd', method: document['method'] as 'form', confirmedAt });
  }
  add(subjectId: string, emails: readonly string[], more: Partial<SubjectState> = {}): void {
    const addresses = emails.map((email) => ({ kind: 'email' as const, key: keyOf(email) }));
    this.states.set(subjectId, {
      ...{ subjectId, registeredAt: NOON, collectedAt: NOON, context: 'consumer', relationship: 'prospect' },
      ...{ source: null, ownCollection: false, informedAt: null, notice: null, declined: [] },
      ...{ restrictedSince: null, erasedAt: null },
      addresses: addresses.map((address) => ({ ...address, addedAt: NOON, removedAt: null })),
      ...more,
    });
  }
  private owner = (key: string): SubjectState | undefined =>
    [...this.states.values()].find(({ addresses }) => addresses.some((one) => one.key === key));
  private known(
    state: SubjectState | undefined,
    key: string | null,
    address: Address | null,
  ): ResolvedSubject {
    const keys = [...(key ? [key] : []), ...(state?.addresses.map((one) => one.key) ?? [])];
    const subjectId = state?.subjectId ?? null;
    return { subjectId, state: state ?? null, version: 1, key, address, keys: [...new Set(keys)] };
  }
}

export const keyOf = (email: string): string => createHash('md5').update(email).digest('hex');

const purpose = (declared: string, marketing = true) => ({
  ...{ declared, class: marketing ? 'marketing' : 'service', prospecting: false },
  ...{ channels: marketing ? ['email', 'sms'] : ['email'], consentEndsAt: () => undefined },
});
const PURPOSES = [purpose('offers'), purpose('newsletter'), purpose('account', false)];
const policy = {
  id: `${TENANT}@1`,
  purposes: PURPOSES,
  purpose: (id: string) => PURPOSES.find(({ declared }) => id === declared || id.startsWith(`${declared}.`)),
  opposition: { keptUntil: (since: number) => since + 3 * 365 * 86_400_000 },
} as unknown as Policy;
export const policies = {
  at: () => policy,
  integrations: () => [],
  instant: (_: string, text: string) => (Number.isNaN(Date.parse(text)) ? undefined : Date.parse(text)),
  notice: (_: string, ref: string): Notice | undefined => {
    const [id = '', version = '2'] = ref.split('@');
    const known = PURPOSES.some(({ declared }) => declared === id) && ['1', '2'].includes(version);
    return known ? { id, version: Number(version), digest: 'n', texts: {}, effectiveFrom: 0 } : undefined;
  },
  isCurrent: (_: string, ref: string) => ref.endsWith('@2'),
} as unknown as Policies;

export function world() {
  const log = new MemoryLog();
  const subjects = new MemorySubjects();
  const clock = new TestClock(NOON);
  const consents = new Consents(log, policies, clock);
  const door = new ConsentsController(log, consents, subjects, policies, clock);
  const reaction = new EndOnObjection(log, consents, subjects, policies, clock);
  const directory = {
    openEvidence: (_: string, id: string) => Promise.resolve(subjects.evidence.get(id)),
  } as unknown as Directory;
  const history = new HistoryController(log, subjects, directory, policies);
  const caller = { tenant: TENANT, actor: 'key:1', scopes: new Set<never>(), commandId: null };

  /** What the door answers, with its status. */
  async function post(body: object, commandId: string | null = null) {
    let status = 201;
    const reply = { status: (code: number) => (status = code) } as unknown as FastifyReply;
    const answer: ConsentWritten = await door.decide(
      checked(ConsentDto, body),
      { ...caller, commandId },
      reply,
    );
    return { status, answer };
  }
  /** An event in the opposition stream of the address, as the opposition concept records it. */
  async function opposed(
    email: string,
    fact: Fact & object,
    state: (id: string) => OppositionState,
  ): Promise<StoredEvent> {
    const stream = streamOf('opposition', TENANT, keyOf(email));
    const before = await log.read(stream);
    const id = `o${before.length + 1}-${email}`;
    const stamp = { id, tenant: TENANT, at: fact.at, recordedAt: clock.now(), policy: policy.id };
    const event = { ...stamp, actor: 'person', causedBy: null, commandId: null, fact, state: state(id) };
    await log.append(stream, before.length, [event], event.state);
    return { ...event, stream, version: before.length + 1 };
  }
  const objected = (email: string, at: number, origin: string | null = null, scope = EVERYTHING) =>
    opposed(
      email,
      { type: 'ObjectionRecorded', at, scope, source: 'click', evidence: null, origin } as Fact,
      (id) => ({
        entries: [
          {
            ...{ id, scope, since: at, recordedAt: at, source: 'click', evidence: null, origin },
            except: [],
          },
        ],
        undone: [],
      }),
    );
  const undid = (email: string, entry: string, at: number, origin: string | null = null) =>
    opposed(
      email,
      {
        type: 'ObjectionLifted',
        at,
        entry,
        scope: EVERYTHING,
        opens: null,
        proof: null,
        undo: true,
        origin,
      } as Fact,
      () => ({ entries: [], undone: [{ id: entry, at, origin }] }),
    );
  const facts = async (subjectId: string) =>
    (await log.read(streamOf('consent', TENANT, subjectId))).map(({ fact }) => fact);
  return { log, subjects, clock, consents, reaction, history, caller, post, objected, undid, facts };
}
