import { Injectable } from '@nestjs/common';
import { Clock, streamOf } from '@assent/kernel';
import {
  ALL,
  IMPORT_UNDONE,
  type ErasureRecipient,
  type OppositionState,
  type StoredEvent,
  type SubjectFact,
  type SubjectState,
} from '@assent/contract';
import { Policies } from '@assent/policy';
import { Directory, EventLog, Keyring, Recipients, type Recipient } from '@assent/ports';
import {
  certificateOf,
  HOLD_MS,
  reasonOf,
  stateOf,
  type Certificate,
  type Completed,
  type Erased,
  type ErasureState,
} from './erasure.js';
import { SubjectDirectory, type By } from './subject-directory.service.js';
import { isBeingErased } from './subject.js';

/** How far the erasure of a person is. Instants are epoch milliseconds. */
export interface Progress {
  readonly subjectId: string;
  readonly state: ErasureState;
  readonly reason: string;
  readonly requestedAt: number;
  /** Clear addresses are kept until then at the latest. */
  readonly until: number;
  readonly recipients: readonly ErasureRecipient[];
  readonly certificate: Certificate | null;
}

/** A refusal within a day of the erasure is the same act (K15 has the rest). */
const SAME_ACT_MS = 24 * 3_600_000;

/** Erases people, step by step; every step can be repeated, and whatever a crash cuts short goes on. */
@Injectable()
export class Erasures {
  constructor(
    private readonly log: EventLog,
    private readonly subjects: SubjectDirectory,
    private readonly directory: Directory,
    private readonly recipients: Recipients,
    private readonly keyring: Keyring,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  /** Durable when it resolves: from then on every answer is no. False: nobody is registered under the id. */
  async request(tenant: string, subjectId: string, said: string, by: By): Promise<boolean> {
    const state = await this.person(tenant, subjectId);
    if (state === undefined) return false;
    const reason = reasonOf(said);
    const digest = reason === 'stated' ? this.keyring.digest(tenant, 'reason', said) : null;
    if (state.erasedAt === null) await this.subjects.erase(tenant, state, reason, digest, by);
    return true;
  }

  /**
   * Takes back a registration that nothing but an import knows of. The person has refused nothing, so nothing stays
   * under the addresses, and they may be told anew once every tool has forgotten them.
   */
  async takeBack(tenant: string, subjectId: string, by: By): Promise<void> {
    const state = await this.person(tenant, subjectId);
    if (state?.erasedAt === null) await this.subjects.erase(tenant, state, IMPORT_UNDONE, null, by);
  }

  /** One step further, as far as it goes now. The directory is emptied when every tool has forgotten the person. */
  async advance(tenant: string, subjectId: string): Promise<void> {
    const person = await this.person(tenant, subjectId);
    if (person === undefined || person.erasedAt === null || !isBeingErased(person)) return;
    const until = person.erasedAt + HOLD_MS;
    await this.directory.retire(tenant, subjectId, until);
    await this.recipients.tell(tenant, person);
    const all = await this.recipients.ofErasure(tenant, person);
    const over = all.every(({ settled }) => settled) || this.clock.now() >= until;
    if (!over) return;
    if (!(await this.isTakenBack(tenant, subjectId)) && !(await this.staysStopped(tenant, person))) return;

    for (const { key } of person.addresses) await this.directory.release(tenant, key);
    await this.directory.erase(tenant, subjectId);
    const command = { type: 'completeErasure', at: this.clock.now(), recipients: all.map(told) } as const;
    await this.subjects.send(tenant, subjectId, command, { actor: 'agenda' });
  }

  async progress(tenant: string, subjectId: string): Promise<Progress | undefined> {
    const person = await this.person(tenant, subjectId);
    if (person === undefined || person.erasedAt === null) return undefined;
    const events = (await this.log.read(
      streamOf('subject', tenant, subjectId),
    )) as StoredEvent<SubjectFact>[];
    const erased = events.find(isErased);
    if (erased === undefined) return undefined;
    const asked = {
      subjectId,
      reason: erased.fact.reason,
      requestedAt: erased.at,
      until: erased.at + HOLD_MS,
    };
    const completed = events.find(isCompleted)?.fact;
    if (completed !== undefined) {
      const certificate = this.certificate(tenant, subjectId, erased, completed);
      return { ...asked, state: 'done', recipients: completed.recipients, certificate };
    }
    const all = await this.recipients.ofErasure(tenant, person);
    return { ...asked, state: stateOf(all), recipients: all.map(told), certificate: null };
  }

  /** Whether every member of the certificate is as it was signed here. */
  isAuthentic(tenant: string, { mac, ...said }: Readonly<Record<string, unknown>>): boolean {
    return typeof mac === 'string' && said['tenant'] === tenant && mac === this.mac(tenant, said);
  }

  private certificate(
    tenant: string,
    subjectId: string,
    { fact, policy }: StoredEvent<Erased>,
    completed: Completed,
  ): Certificate {
    const oppositionUntil = this.policies.at(tenant, fact.at).opposition.keptUntil(fact.at);
    const said = certificateOf({ tenant, subjectId, erased: fact, completed, policy, oppositionUntil });
    return { ...said, mac: this.mac(tenant, said) };
  }

  private mac(tenant: string, said: object): string {
    return this.keyring.digest(tenant, 'certificate', said);
  }

  private async isTakenBack(tenant: string, subjectId: string): Promise<boolean> {
    const events = (await this.log.read(
      streamOf('subject', tenant, subjectId),
    )) as StoredEvent<SubjectFact>[];
    return events.find(isErased)?.fact.reason === IMPORT_UNDONE;
  }

  /** The opposition list holds the refusal of every address: it goes on answering when nothing else does. */
  private async staysStopped(tenant: string, { addresses, erasedAt }: SubjectState): Promise<boolean> {
    const lists = await this.log.heads(addresses.map(({ key }) => streamOf('opposition', tenant, key)));
    return lists.every((head) =>
      (head?.state as OppositionState | undefined)?.entries.some(
        ({ scope, since, except }) =>
          scope.purpose === ALL &&
          scope.channel === ALL &&
          since > (erasedAt ?? 0) - SAME_ACT_MS &&
          except.length === 0,
      ),
    );
  }

  private async person(tenant: string, subjectId: string): Promise<SubjectState | undefined> {
    const who = await this.subjects.resolve(tenant, { id: subjectId });
    return 'malformed' in who ? undefined : (who.state ?? undefined);
  }
}

const isErased = (event: StoredEvent<SubjectFact>): event is StoredEvent<Erased> =>
  event.fact.type === 'SubjectErased';
const isCompleted = (event: StoredEvent<SubjectFact>): event is StoredEvent<Completed> =>
  event.fact.type === 'ErasureCompleted';
const told = ({ integration, kind, state, toldAt, verifiedAt }: Recipient): ErasureRecipient => ({
  ...{ integration, kind, state, toldAt, verifiedAt },
});
