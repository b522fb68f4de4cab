/** The ports in memory, with the rules that matter here, for the specifications of this library. */
import { createHash, createHmac } from 'node:crypto';
import { streamOf, TestClock, ulid } from '@assent/kernel';
import {
  normaliseAddress,
  type Address,
  type ConsentFact,
  type EvidenceMethod,
  type StoredEvent,
  type SubjectFact,
  type SubjectState,
} from '@assent/contract';
import { Policies, type Notice, type Policy } from '@assent/policy';
import {
  Directory,
  EventLog,
  Keyring,
  Subjects,
  VersionConflict,
  type EvidenceDocument,
  type Head,
  type Hold,
  type LinkPayload,
  type NewEvent,
  type ResolvedSubject,
  type SubjectRef,
} from '@assent/ports';

export const TENANT = 'presentinfini';
export const NOON = Date.parse('2026-06-01T12:00:00Z');
export const YEAR = 365 * 24 * 3_600_000;

export class MemoryLog extends EventLog {
  readonly streams = new Map<string, { events: StoredEvent[]; state: unknown }>();
  /** Every event in the order of its commit. */
  readonly all: StoredEvent[] = [];

  override async append(
    stream: string,
    expected: number,
    events: readonly NewEvent[],
    state: unknown,
  ): Promise<void> {
    await Promise.resolve();
    const before = this.streams.get(stream)?.events ?? [];
    if (before.length !== expected) throw new VersionConflict(stream, expected, before.length);
    const added = structuredClone(
      events.map((event, index) => ({ ...event, stream, version: expected + index + 1 })),
    );
    this.streams.set(stream, { events: [...before, ...added], state: structuredClone(state) });
    this.all.push(...added);
  }
  override read(stream: string): Promise<StoredEvent[]> {
    return Promise.resolve(this.streams.get(stream)?.events ?? []);
  }
  override head<S>(stream: string): Promise<Head<S> | undefined> {
    const found = this.streams.get(stream);
    return Promise.resolve(found && { version: found.events.length, state: found.state as S });
  }
  override heads(streams: readonly string[]): Promise<(Head | undefined)[]> {
    return Promise.all(streams.map((stream) => this.head(stream)));
  }
}

export class MemoryDirectory extends Directory {
  readonly holds = new Map<string, Hold>();
  readonly locales = new Map<string, string>();

  override claim = (_: string, __: string, subjectId: string) => Promise.resolve(subjectId);
  override owner = () => Promise.resolve(undefined);
  override owners = () => Promise.resolve([]);
  override keep = () => Promise.resolve();
  override setProfile = () => Promise.resolve();
  override profile = (_: string, subjectId: string) =>
    Promise.resolve({ locale: this.locales.get(subjectId) ?? null });
  override address = (_: string, key: string) => Promise.resolve(this.holds.get(key)?.address);
  override hold(_: string, key: string, hold: Hold): Promise<void> {
    this.holds.set(key, hold);
    return Promise.resolve();
  }
  override release = () => Promise.resolve();
  override releaseOver = () => Promise.resolve(0);
  override sealEvidence = () => Promise.resolve();
  override openEvidence = () => Promise.resolve(undefined);
  override retire = () => Promise.resolve();
  override erase = () => Promise.resolve();
}

const mac = (text: string): string => createHmac('sha256', 'a secret').update(text).digest('base64url');

export class PlainKeyring extends Keyring {
  override addressKey(tenant: string, { kind, value }: Address): string {
    return createHash('md5').update(`${tenant}\0${kind}\0${value}`).digest('hex');
  }
  override digest = (): string => 'digest';
  override seal = (): Uint8Array => new Uint8Array();
  override open<T>(): T {
    throw new Error('not for this library');
  }
  override sign(use: string, payload: LinkPayload): string {
    const text = Buffer.from(JSON.stringify(payload)).toString('base64url');
    return `${text}.${mac(`${use} ${text}`)}`;
  }
  override verify(use: string, token: string): LinkPayload | undefined {
    const [text = '', tag] = token.split('.');
    if (tag !== mac(`${use} ${text}`)) return undefined;
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as LinkPayload;
  }
  override attest(): string {
    throw new Error('not for this library');
  }
  override attested = (): string | undefined => undefined;
}

const purposes = [
  { declared: 'newsletter', class: 'marketing', prospecting: false, channels: ['email'] },
  { declared: 'prospecting', class: 'marketing', prospecting: true, channels: ['email', 'sms'] },
  { declared: 'customer', class: 'service', prospecting: false, channels: ['email'] },
];

/** Double opt-in per list; entries kept for three years of 365 days. */
export class OnePolicy extends Policies {
  texts: Record<string, string> = {};
  override tenants = (): string[] => [TENANT];
  override has = (tenant: string): boolean => tenant === TENANT;
  override at(tenant: string): Policy {
    return {
      id: `${tenant}@1`,
      tenant,
      locale: 'fr',
      timezone: 'Europe/Paris',
      brands: ['commentgerer.com'],
      purposes,
      purpose: (id: string) =>
        purposes.find(({ declared }) => id === declared || id.startsWith(`${declared}.`)),
      confirmation: {
        doubleOptIn: true,
        perList: true,
        linkEndsAt: (since: number) => since + 7 * 86_400_000,
      },
      opposition: { scope: 'network', keptUntil: (since: number) => since + 3 * YEAR },
    } as unknown as Policy;
  }
  override notice = (): Notice | undefined => undefined;
  override isCurrent = (): boolean => true;
  override text = (_: string, key: string): string | undefined => this.texts[key];
  override integrations = (): [] => [];
  override inactive = (): undefined => undefined;
  override turningPoints = (): [] => [];
  override instant(_: string, text: string): number | undefined {
    const instant = Date.parse(text);
    return Number.isNaN(instant) ? undefined : instant;
  }
}

/** Persons and their addresses, told to the log as the subject concept would. */
export class FewSubjects extends Subjects {
  readonly people = new Map<string, string[]>();
  readonly sealed: EvidenceDocument[] = [];

  constructor(
    private readonly log: MemoryLog,
    private readonly keyring: Keyring,
  ) {
    super();
  }
  override resolve(tenant: string, ref: SubjectRef): Promise<ResolvedSubject> {
    if (ref.id !== undefined)
      return Promise.resolve(this.known(this.people.has(ref.id) ? ref.id : null, null));
    const address = normaliseAddress('email', ref.email) as Address;
    const key = this.keyring.addressKey(tenant, address);
    return Promise.resolve({ ...this.known(this.ownerOf(key), key), address });
  }
  override byKey(_: string, key: string): Promise<ResolvedSubject> {
    return Promise.resolve(this.known(this.ownerOf(key), key));
  }
  override register(): Promise<ResolvedSubject> {
    throw new Error('not for this library');
  }
  override seal(_: string, __: string, document: EvidenceDocument) {
    this.sealed.push(document);
    const method = document['method'] as EvidenceMethod;
    return Promise.resolve({ id: `ev_${this.sealed.length}`, digest: 'd', method, confirmedAt: null });
  }
  async tell(subjectId: string, fact: SubjectFact): Promise<void> {
    await tell(this.log, streamOf('subject', TENANT, subjectId), fact);
  }
  private ownerOf = (key: string): string | null =>
    [...this.people].find(([, keys]) => keys.includes(key))?.[0] ?? null;
  private known(subjectId: string | null, key: string | null): ResolvedSubject {
    const own = subjectId === null ? [] : (this.people.get(subjectId) ?? []);
    const addresses = own.map((one) => ({ kind: 'email', key: one, addedAt: NOON, removedAt: null }));
    const state =
      subjectId === null ? null : ({ subjectId, addresses, erasedAt: null } as unknown as SubjectState);
    const keys = [...new Set([...(key === null ? [] : [key]), ...own])];
    return { subjectId, state, version: 1, key, address: null, keys };
  }
}

/** Another concept's event, as its own code would have appended it. */
export async function tell(
  log: MemoryLog,
  stream: string,
  fact: SubjectFact | ConsentFact,
): Promise<StoredEvent> {
  const { at } = fact;
  const origin = { tenant: TENANT, at, recordedAt: at, policy: 'p@1', actor: 'key:test' };
  const links = { causedBy: null, commandId: null };
  const version = (await log.read(stream)).length;
  await log.append(stream, version, [{ id: ulid(at), ...origin, ...links, fact, state: {} }], {});
  return log.all.at(-1) as StoredEvent;
}

export const clockAt = (instant = NOON): TestClock => new TestClock(instant);
