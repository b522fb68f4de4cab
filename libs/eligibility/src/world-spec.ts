/** The ports in memory with the five policies, for what reads and answers: facts are recorded as their concepts would. */
import { fileURLToPath } from 'node:url';
import { blake2s } from '@noble/hashes/blake2.js';
import { parseStream, streamOf, TestClock, ulid, type Fact, type Recorded } from '@assent/kernel';
import type { Address, StoredEvent, SubjectFact, SubjectState } from '@assent/contract';
import { consent } from '@assent/consent';
import { newsletter } from '@assent/newsletter';
import { opposition } from '@assent/opposition';
import { loadPolicies, type Policies } from '@assent/policy';
import { Directory, EventLog, Keyring, type Head, type LinkPayload, type NewEvent } from '@assent/ports';
import { prospect } from '@assent/prospect';
import { subject, SubjectDirectory } from '@assent/subject';
import { AnswerDesk } from './answer-desk.service.js';
import { BatchController } from './batch.controller.js';
import { BatchDesk } from './batch-desk.service.js';
import { EligibilityController } from './eligibility.controller.js';
import { EligibilityGate } from './gate.service.js';
import { People } from './people.service.js';
import { Standings } from './standings.service.js';
import { VerdictIndex } from './verdict-index.service.js';

export const policiesDir = fileURLToPath(new URL('../../../policies', import.meta.url));
export const { policies } = loadPolicies({ dir: policiesDir, env: {}, now: 0 });
const fiveTenants: Policies = policies;

/** An instant, or a local time of Paris: `2026-03-10`, `2026-03-10 14:30`. */
export function at(text: string): number {
  const [day = '', time] = text.split(' ');
  const midnight = policies.instant('presentinfini', day) ?? Date.parse(text);
  if (time === undefined) return midnight;
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return midnight + ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

interface Folded {
  readonly initial: unknown;
  evolve(state: never, fact: never): unknown;
}
type Own = 'subject' | 'consent' | 'newsletter' | 'prospect';
const DECIDERS: Readonly<Record<string, Folded>> = { subject, consent, newsletter, opposition, prospect };

export class MemoryLog extends EventLog {
  readonly streams = new Map<string, { events: StoredEvent[]; state: unknown }>();
  reads = 0;
  failing: string | undefined;

  /** Open to writers only where a specification asks for it: facts are recorded with `record`. */
  writable = false;

  override append(stream: string, _: number, events: readonly NewEvent[]): Promise<void> {
    if (!this.writable) return Promise.reject(new Error('facts are recorded with `record`'));
    for (const { fact, recordedAt } of events) this.record(stream, fact, recordedAt);
    return Promise.resolve();
  }
  override read(stream: string): Promise<StoredEvent[]> {
    this.reads++;
    return Promise.resolve(this.streams.get(stream)?.events ?? []);
  }
  override head<S>(stream: string): Promise<Head<S> | undefined> {
    if (this.failing !== undefined && stream.includes(this.failing))
      return Promise.reject(new Error('the disk is gone'));
    const found = this.streams.get(stream);
    return Promise.resolve(found && { version: found.events.length, state: found.state as S });
  }
  override heads = (streams: readonly string[]): Promise<(Head | undefined)[]> =>
    Promise.all(streams.map((stream) => this.head<unknown>(stream)));

  /** Adds a fact as the stream's decider folds it; answers its event id. */
  record(stream: string, fact: Fact, recordedAt = fact.at): string {
    const { concept, tenant } = parseStream(stream);
    const decider = DECIDERS[concept] as Folded;
    const { events, state } = this.streams.get(stream) ?? { events: [], state: decider.initial };
    const id = ulid(recordedAt);
    const recorded: Recorded<Fact> = { ...fact, id, recordedAt };
    const next = decider.evolve(state as never, recorded as never);
    const stamp = { tenant, at: fact.at, recordedAt, policy: `${tenant}@1`, actor: 'key:1' };
    const event = { id, stream, version: events.length + 1, ...stamp, causedBy: null, commandId: null };
    this.streams.set(stream, { events: [...events, { ...event, fact, state: next }], state: next });
    return id;
  }
}

class MemoryDirectory extends Directory {
  private readonly claims = new Map<string, string>();
  override claim(tenant: string, key: string, subjectId: string): Promise<string> {
    const name = `${tenant} ${key}`;
    if (!this.claims.has(name)) this.claims.set(name, subjectId);
    return Promise.resolve(this.claims.get(name) as string);
  }
  override owner = (tenant: string, key: string) => Promise.resolve(this.claims.get(`${tenant} ${key}`));
  override owners = (tenant: string, keys: readonly string[]) =>
    Promise.all(keys.map((key) => this.owner(tenant, key)));
  override keep = () => Promise.resolve();
  override setProfile = () => Promise.resolve();
  override profile = () => Promise.resolve(undefined);
  override address = () => Promise.resolve(undefined);
  override hold = () => Promise.resolve();
  override release = () => Promise.resolve();
  override releaseOver = () => Promise.resolve(0);
  override sealEvidence = () => Promise.resolve();
  override openEvidence = () => Promise.resolve(undefined);
  override retire = () => Promise.resolve();
  override erase = () => Promise.resolve();
}

/** Address keys as the product computes them; nothing is sealed or signed. */
class PlainKeyring extends Keyring {
  override addressSecret = (tenant: string): Uint8Array => Buffer.from(tenant.padEnd(32, '.'));
  override addressKey = (tenant: string, { kind, value }: Address): string => {
    const digest = blake2s(Buffer.from(`${kind}\0${value}`), { key: this.addressSecret(tenant), dkLen: 16 });
    return Buffer.from(digest).toString('hex');
  };
  override digest = (): string => 'd';
  override seal = (): Uint8Array => new Uint8Array();
  override open<T>(): T {
    throw new Error('nothing is sealed here');
  }
  override sign = (): string => '';
  override verify = (): LinkPayload | undefined => undefined;
  override attest = (): string => '';
  override attested = (): string | undefined => undefined;
}

export interface PersonOptions extends Partial<Pick<SubjectState, 'context' | 'relationship' | 'subjectId'>> {
  readonly tenant?: string;
  readonly informed?: boolean;
  readonly own?: boolean;
  readonly declined?: readonly string[];
  readonly addresses?: readonly Address[];
}

export function world(policies: Policies = fiveTenants) {
  const log = new MemoryLog();
  const directory = new MemoryDirectory();
  const keyring = new PlainKeyring();
  const clock = new TestClock(at('2026-06-01'));
  const subjects = new SubjectDirectory(log, directory, keyring, policies, clock);
  const standings = new Standings(log, clock);
  const gate = new EligibilityGate(subjects, standings, policies);
  const people = new People(log, directory);
  const index = new VerdictIndex(log, people, standings, policies, keyring, clock);
  const desk = new BatchDesk(people, index, keyring, subjects, standings, gate, policies, clock);
  const answers = new AnswerDesk(gate, index, policies, clock);
  const door = new EligibilityController(answers);
  const batch = new BatchController(desk);
  const caller = (tenant: string) => ({
    ...{ tenant, actor: 'key:1', scopes: new Set<never>(), commandId: null },
  });
  let persons = 0;

  /** Registers a person whose data was collected at the instant; answers how to record what happens to them. */
  async function person(collected: string, options: PersonOptions = {}) {
    const { tenant = 'presentinfini', context = 'consumer', relationship = 'prospect' } = options;
    const {
      subjectId = `sub_${String(++persons).padStart(26, '0')}`,
      informed = false,
      own = false,
    } = options;
    const email = `p${persons}@example.org`;
    const addresses = options.addresses ?? [{ kind: 'email', value: email }];
    const keyed = addresses.map((address) => ({
      kind: address.kind,
      key: keyring.addressKey(tenant, address),
    }));
    for (const { key } of keyed) await directory.claim(tenant, key, subjectId);
    const stream = (concept: Own) => streamOf(concept, tenant, subjectId);
    const when = at(collected);
    const collection = { collectedAt: when, own, informed, declined: [...(options.declined ?? [])] };
    const registered: SubjectFact = {
      ...{ type: 'SubjectRegistered', at: when, subjectId, context, relationship, addresses: keyed },
      ...{ ...collection, source: null, notice: null, evidence: null },
    };
    log.record(stream('subject'), registered);
    return {
      subjectId,
      tenant,
      email,
      ref: { email: addresses[0]?.value ?? email },
      keys: keyed.map(({ key }) => key),
      did: (concept: Own, fact: Fact) => log.record(stream(concept), fact),
      objected: (fact: Fact, address = 0) =>
        log.record(streamOf('opposition', tenant, keyed[address]?.key ?? ''), fact),
    };
  }
  /** Builds the index from all that has been recorded. */
  async function indexed(): Promise<void> {
    await index.add([...log.streams.keys()]);
    await index.idle();
    index.finish(clock.real());
  }
  return {
    log,
    directory,
    keyring,
    clock,
    policies,
    subjects,
    standings,
    gate,
    desk,
    people,
    index,
    indexed,
    answers,
    door,
    batch,
    caller,
    person,
  };
}
