/** The ports in memory, for the doors and reactions of this library: one tenant with the rules of S2. */
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { streamOf, TestClock } from '@assent/kernel';
import type { AnswerCode, Decision, SubjectState } from '@assent/contract';
import { checked } from '@assent/http';
import type { Policies, Policy } from '@assent/policy';
import {
  EventLog,
  Gate,
  VersionConflict,
  type Head,
  type Keyring,
  type NewEvent,
  type Question,
  type SubjectRef,
  type Subjects,
} from '@assent/ports';
import { AnswerOnOptIn } from './answer-on-opt-in.reaction.js';
import { paris, presentInfini } from './calendar-spec.js';
import type { Prospect } from './facts.js';
import { ProspectWaker } from './prospect-waker.service.js';
import { PermitsController } from './permits.controller.js';
import { PermitCheckDto } from './permits.dto.js';
import { Permits } from './permits.service.js';
import { ProspectController } from './prospect.controller.js';
import { Prospects } from './prospects.service.js';
import { RegisterOnSubject } from './register-on-subject.reaction.js';
import { SolicitationDesk } from './solicitation-desk.service.js';
import { SolicitationsController } from './solicitations.controller.js';
import { RelationshipDto, ResponseDto, ReversalDto, SolicitationDto } from './solicitations.dto.js';

export const TENANT = 'presentinfini';
export const START = paris('2026-03-10 10:00');
export const ADA_KEY = '5f1d7a84b0c3e2964d5a7f10c8b3e29d';

class MemoryLog extends EventLog {
  private readonly streams = new Map<
    string,
    { events: (NewEvent & { version: number })[]; state: unknown }
  >();

  override append(
    stream: string,
    expected: number,
    added: readonly NewEvent[],
    state: unknown,
  ): Promise<void> {
    const events = this.streams.get(stream)?.events ?? [];
    if (events.length !== expected) throw new VersionConflict(stream, expected, events.length);
    const numbered = added.map((event, index) => ({ ...event, version: expected + index + 1 }));
    this.streams.set(stream, structuredClone({ events: [...events, ...numbered], state }));
    return Promise.resolve();
  }
  override read = (stream: string) =>
    Promise.resolve((this.streams.get(stream)?.events ?? []).map((event) => ({ ...event, stream })));
  override head<S>(stream: string): Promise<Head<S> | undefined> {
    const found = this.streams.get(stream);
    return Promise.resolve(found && { version: found.events.length, state: found.state as S });
  }
  override heads = (streams: readonly string[]) =>
    Promise.all(streams.map((stream) => this.head<unknown>(stream)));
}

/** Says yes unless told otherwise, and remembers what it was asked. */
class TellingGate extends Gate {
  code: AnswerCode = 'allowed';
  readonly asked: Question[] = [];
  constructor(private readonly log: EventLog) {
    super();
  }
  override async decide(_: string, question: Question): Promise<Decision> {
    this.asked.push(question);
    const { code } = this;
    const allowed = code === 'allowed';
    const ground = { code, rule: 'byConsent', eventId: 'opt-in' } as const;
    const recorded = (await this.log.read(streamOf('prospect', TENANT, 'sub_1'))).length;
    return {
      ...{ allowed, code, reasons: allowed ? [ground] : [], ...(allowed && { basis: 'consent' as const }) },
      ...{ policy: 'presentinfini@1', revision: 1 + recorded },
    };
  }
}

/** Signs with the name of its use in front; whatever else it is shown was forged. */
const keyring = {
  attest: (use: string, said: string) => Buffer.from(`${use} ${said}`).toString('base64url'),
  attested(use: string, token: string) {
    const text = Buffer.from(token, 'base64url').toString();
    return text.startsWith(`${use} `) ? text.slice(use.length + 1) : undefined;
  },
} as unknown as Keyring;

const policy = {
  id: `${TENANT}@1`,
  prospect: presentInfini(),
  purpose: (id: string) =>
    id === 'prospecting' ? { prospecting: true } : id === 'newsletter' ? { prospecting: false } : undefined,
} as unknown as Policy;
const policies = {
  at: () => policy,
  instant: (_: string, text: string) => (Number.isNaN(Date.parse(text)) ? undefined : Date.parse(text)),
} as unknown as Policies;

export const subjectState = (more: Partial<SubjectState> = {}): SubjectState => ({
  ...{ subjectId: 'sub_1', registeredAt: START, collectedAt: START, context: 'consumer' },
  ...{ relationship: 'prospect', source: null, ownCollection: false, informedAt: null, notice: null },
  ...{ addresses: [], declined: [], restrictedSince: null, erasedAt: null },
  ...more,
});

export async function world() {
  const log = new MemoryLog();
  const gate = new TellingGate(log);
  const clock = new TestClock(START);
  const subjectStream = streamOf('subject', TENANT, 'sub_1');
  const ada = async (key: string | null) => {
    const state = (await log.head<SubjectState>(subjectStream))?.state;
    return { version: 1, address: null, keys: [], subjectId: 'sub_1', state, key };
  };
  const nobody = { version: 0, key: null, address: null, keys: [], subjectId: null, state: null };
  const subjects = {
    resolve: (_: string, ref: SubjectRef) => {
      const known = ref.id === 'sub_1' || ref.email === 'ada@example.org';
      return known ? ada(ref.id === undefined ? ADA_KEY : null) : Promise.resolve(nobody);
    },
    byKey: (_: string, key: string) => (key === ADA_KEY ? ada(key) : Promise.resolve(nobody)),
  } as unknown as Subjects;
  const address = { kind: 'email', key: ADA_KEY, addedAt: START, removedAt: null } as const;
  await log.append(subjectStream, 0, [], subjectState({ addresses: [address] }));

  const prospects = new Prospects(log, subjects, policies, clock);
  const permits = new Permits(keyring, gate, subjects, log, clock);
  const permitDoor = new PermitsController(permits);
  const desk = new SolicitationDesk(prospects, permits, gate, policies, clock);
  const solicitations = new SolicitationsController(desk, prospects, policies, clock);
  const door = new ProspectController(prospects, policies, clock);
  const waker = new ProspectWaker(log, prospects, policies, clock);
  const registering = new RegisterOnSubject(prospects, clock);
  const answering = new AnswerOnOptIn(log, prospects, clock);
  const subject = { email: 'ada@example.org' };

  const caller = (commandId: string | null = null) => ({
    ...{ tenant: TENANT, actor: 'key:1', scopes: new Set<never>(), commandId },
  });
  async function answered<T>(work: (reply: FastifyReply) => Promise<T>) {
    let status = 201;
    const reply = { status: (code: number) => (status = code) } as unknown as FastifyReply;
    const answer = await work(reply);
    return { status, answer };
  }
  const solicit = (campaign: string, mode: 'permit' | 'report', more: object = {}, commandId?: string) => {
    const body = { ...{ subject, solicitationId: campaign, campaign, channel: 'email', mode }, ...more };
    const checkedBody = checked(SolicitationDto, { purpose: 'prospecting', ...body });
    return answered((reply) => solicitations.take(checkedBody, caller(commandId), reply));
  };
  const verify = (permit: string | undefined, tenant = TENANT) =>
    permitDoor.verify(checked(PermitCheckDto, { permit }), { ...caller(), tenant });
  const reverse = (solicitationId: string, reason = 'bounced') =>
    answered((reply) =>
      solicitations.reverse(checked(ReversalDto, { subject, solicitationId, reason }), caller(), reply),
    );
  const respond = (kind: string, more: object = {}) =>
    answered((reply) => door.respond(checked(ResponseDto, { subject, kind, ...more }), caller(), reply));
  const relate = (change: string, more: object = {}) =>
    answered((reply) => door.relate(checked(RelationshipDto, { subject, change, ...more }), caller(), reply));
  const show = (id = 'sub_1') => door.show(id, caller());
  async function batch(lines: readonly string[]): Promise<Record<string, unknown>[]> {
    const body = Readable.from([Buffer.from(lines.join('\n'))]);
    const request = {
      headers: { 'content-type': 'application/x-ndjson' },
      body,
    } as unknown as FastifyRequest;
    let text = '';
    for await (const part of solicitations.batch(request, caller()).getStream()) text += String(part);
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }
  const stream = streamOf('prospect', TENANT, 'sub_1');
  const events = () => log.read(stream);
  const facts = async () => (await log.head<Prospect>(stream))?.state.facts ?? [];
  return {
    ...{ log, gate, clock, solicitations, waker, registering, answering, subject, caller },
    ...{ solicit, verify, reverse, respond, relate, show, batch, stream, events, facts },
  };
}
