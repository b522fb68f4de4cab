/** The ports in memory, with the rules that matter here, for the specifications of this library. */
import { createHash } from 'node:crypto';
import { TestClock } from '@assent/kernel';
import type { Address, StoredEvent, SubjectState } from '@assent/contract';
import { Policies, type Notice, type Policy } from '@assent/policy';
import {
  Directory,
  EventLog,
  Keyring,
  Recipients,
  VersionConflict,
  type EvidenceDocument,
  type Head,
  type Hold,
  type LinkPayload,
  type NewEvent,
  type Profile,
  type Recipient,
} from '@assent/ports';
import { Erasures } from './erasures.service.js';
import { RegistrationDesk } from './registration-desk.service.js';
import { SubjectDirectory } from './subject-directory.service.js';

export class MemoryLog extends EventLog {
  readonly streams = new Map<string, { events: StoredEvent[]; state: unknown }>();

  override async append(
    stream: string,
    expected: number,
    events: readonly NewEvent[],
    state: unknown,
  ): Promise<void> {
    await Promise.resolve();
    const before = this.streams.get(stream)?.events ?? [];
    if (before.length !== expected) throw new VersionConflict(stream, expected, before.length);
    const added = events.map((event, index) => ({ ...event, stream, version: expected + index + 1 }));
    this.streams.set(stream, {
      events: [...before, ...structuredClone(added)],
      state: structuredClone(state),
    });
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
  readonly claims = new Map<string, string>();
  readonly addresses = new Map<string, Address>();
  readonly evidence = new Map<string, EvidenceDocument>();
  readonly profiles = new Map<string, Profile>();
  private readonly keptBy = new Map<string, string>();
  private readonly sealedBy = new Map<string, string>();

  override async claim(tenant: string, key: string, subjectId: string): Promise<string> {
    await Promise.resolve();
    const name = `${tenant} ${key}`;
    if (!this.claims.has(name)) this.claims.set(name, subjectId);
    return this.claims.get(name) as string;
  }
  override owner(tenant: string, key: string): Promise<string | undefined> {
    return Promise.resolve(this.claims.get(`${tenant} ${key}`));
  }
  override owners(tenant: string, keys: readonly string[]): Promise<(string | undefined)[]> {
    return Promise.all(keys.map((key) => this.owner(tenant, key)));
  }
  override keep(tenant: string, subjectId: string, key: string, address: Address): Promise<void> {
    this.keptBy.set(`${tenant} ${key}`, subjectId);
    this.addresses.set(`${tenant} ${key}`, address);
    return Promise.resolve();
  }
  override setProfile(tenant: string, subjectId: string, profile: Profile): Promise<void> {
    this.profiles.set(`${tenant} ${subjectId}`, profile);
    return Promise.resolve();
  }
  override profile(tenant: string, subjectId: string): Promise<Profile | undefined> {
    return Promise.resolve(this.profiles.get(`${tenant} ${subjectId}`));
  }
  override address(tenant: string, key: string, now = NOON): Promise<Address | undefined> {
    const name = `${tenant} ${key}`;
    const hold = this.holds.get(name);
    return Promise.resolve(this.addresses.get(name) ?? (hold && hold.until > now ? hold.address : undefined));
  }
  override sealEvidence(_: string, owner: string, id: string, document: EvidenceDocument): Promise<void> {
    this.sealedBy.set(id, owner);
    this.evidence.set(id, document);
    return Promise.resolve();
  }
  override openEvidence(_: string, id: string): Promise<EvidenceDocument | undefined> {
    return Promise.resolve(this.evidence.get(id));
  }
  readonly holds = new Map<string, Hold>();
  override hold(tenant: string, key: string, hold: Hold): Promise<void> {
    this.holds.set(`${tenant} ${key}`, hold);
    return Promise.resolve();
  }
  override release(tenant: string, key: string): Promise<void> {
    this.holds.delete(`${tenant} ${key}`);
    return Promise.resolve();
  }
  override releaseOver(): Promise<number> {
    return Promise.resolve(0);
  }
  override async retire(tenant: string, subjectId: string, until: number): Promise<void> {
    for (const [name, owner] of this.keptBy) {
      const address = this.addresses.get(name);
      if (owner !== subjectId || address === undefined) continue;
      this.holds.set(name, { address, until });
      this.addresses.delete(name);
    }
    this.profiles.delete(`${tenant} ${subjectId}`);
    for (const [id, owner] of this.sealedBy) if (owner === subjectId) this.evidence.delete(id);
    return Promise.resolve();
  }
  override async erase(tenant: string, subjectId: string): Promise<void> {
    for (const [name, owner] of this.keptBy) if (owner === subjectId) this.addresses.delete(name);
    for (const [name, owner] of this.claims) if (owner === subjectId) this.claims.delete(name);
    this.profiles.delete(`${tenant} ${subjectId}`);
    for (const [id, owner] of this.sealedBy) if (owner === subjectId) this.evidence.delete(id);
    return Promise.resolve();
  }
}

export class PlainKeyring extends Keyring {
  override addressKey(tenant: string, { kind, value }: Address): string {
    return createHash('md5').update(`${tenant}\0${kind}\0${value}`).digest('hex');
  }
  override digest(tenant: string, use: string, value: unknown): string {
    return createHash('sha256')
      .update(`${tenant} ${use} ${JSON.stringify(value)}`)
      .digest('base64url');
  }
  override seal(): Uint8Array {
    throw new Error('not for this library');
  }
  override open<T>(): T {
    throw new Error('not for this library');
  }
  override sign(): string {
    throw new Error('not for this library');
  }
  override verify(): LinkPayload | undefined {
    return undefined;
  }
  override attest = (): string => this.sign();
  override attested = (): string | undefined => undefined;
}

const DAY = 86_400_000;

/** One tenant with the purposes `offers` and `newsletter` and the notice `collection@1`. */
export class OnePolicy extends Policies {
  override tenants = (): string[] => ['presentinfini', 'assistool'];
  override has = (tenant: string): boolean => this.tenants().includes(tenant);
  override at(tenant: string): Policy {
    const purpose = (id: string) => (/^(offers|newsletter)(\.|$)/.test(id) ? {} : undefined);
    const opposition = { keptUntil: (since: number) => since + 1_000 * DAY };
    return { id: `${tenant}@1`, tenant, purpose, opposition } as unknown as Policy;
  }
  override notice(_: string, ref: string): Notice | undefined {
    if (!/^collection(@1)?$/.test(ref)) return undefined;
    return { id: 'collection', version: 1, digest: 'x', texts: {}, effectiveFrom: 0 };
  }
  override isCurrent = (): boolean => true;
  override text = (): undefined => undefined;
  override integrations = (): [] => [];
  override inactive = (): undefined => undefined;
  override turningPoints = (): [] => [];
  override instant(_: string, text: string): number | undefined {
    const instant = Date.parse(text);
    return Number.isNaN(instant) ? undefined : instant;
  }
}

/** Tools that have told or not, as the specification says. */
export class FewRecipients extends Recipients {
  all: Recipient[] = [];
  readonly told: string[] = [];
  override tell(_: string, { subjectId }: SubjectState): Promise<void> {
    this.told.push(subjectId);
    return Promise.resolve();
  }
  override ofErasure(): Promise<Recipient[]> {
    return Promise.resolve(this.all);
  }
}

export const TENANT = 'presentinfini';
export const NOON = Date.parse('2026-06-01T12:00:00Z');

export interface Asking {
  readonly tenant?: string;
  readonly commandId?: string | null;
}

export function world() {
  const log = new MemoryLog();
  const directory = new MemoryDirectory();
  const keyring = new PlainKeyring();
  const policies = new OnePolicy();
  const clock = new TestClock(NOON);
  const subjects = new SubjectDirectory(log, directory, keyring, policies, clock);
  const desk = new RegistrationDesk(subjects, log, policies, clock);
  const register = (body: object, { tenant = TENANT, commandId = null }: Asking = {}) =>
    desk.register({ tenant, actor: 'key:test', commandId }, body);
  const recipients = new FewRecipients();
  const erasures = new Erasures(log, subjects, directory, recipients, keyring, policies, clock);
  const facts = (subjectId: string | null) =>
    log.streams.get(`subject/${TENANT}/${subjectId}`)?.events.map(({ fact }) => fact) ?? [];
  const keyOf = (value: string, kind: Address['kind'] = 'email') =>
    keyring.addressKey(TENANT, { kind, value });
  /** What the opposition list records when somebody is erased. */
  const refuse = (key: string, at = clock.now()) => {
    const scope = { purpose: '*', channel: '*' };
    const state = { entries: [{ scope, since: at, except: [] }], undone: [] };
    log.streams.set(`opposition/${TENANT}/${key}`, { events: [], state });
  };
  return {
    ...{ log, directory, keyring, policies, clock, subjects, desk, register, facts, keyOf },
    ...{ recipients, erasures, refuse },
  };
}

export const email = (value: string) => ({ kind: 'email' as const, value });
export const phone = (value: string) => ({ kind: 'phone' as const, value });
