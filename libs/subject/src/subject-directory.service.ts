import { Injectable } from '@nestjs/common';
import { Clock, isRefusal, streamOf, ulid } from '@assent/kernel';
import {
  normaliseAddress,
  type Address,
  type EvidenceMethod,
  type EvidenceRef,
  type SubjectFact,
  type SubjectState,
} from '@assent/contract';
import { Policies } from '@assent/policy';
import {
  Directory,
  EventLog,
  handle,
  Keyring,
  Subjects,
  type EvidenceDocument,
  type Handled,
  type Malformed,
  type Origin,
  type ResolvedSubject,
  type SubjectRef,
} from '@assent/ports';
import { Claims, SeveralOwners } from './claims.js';
import { commandOf, unique, type Foreseen, type KeyedAddress, type Registration } from './registration.js';
import { isHeld, isRegistered, subject, type SubjectCommand, type SubjectRefusal } from './subject.js';

const ID = /^sub_[0-9A-HJKMNP-TV-Z]{26}$/;

export type Registered = Handled<SubjectState, SubjectFact, SubjectRefusal> & { readonly subjectId: string };

/** Who acts, under which request. */
export type By = Pick<Origin, 'actor' | 'commandId' | 'causedBy'>;

/** The one writer of subject streams, and the one answer to "who is meant". */
@Injectable()
export class SubjectDirectory extends Subjects {
  private readonly claims: Claims;

  constructor(
    private readonly log: EventLog,
    private readonly directory: Directory,
    private readonly keyring: Keyring,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {
    super();
    this.claims = new Claims(directory);
  }

  override async resolve(tenant: string, ref: SubjectRef): Promise<ResolvedSubject | Malformed> {
    if (ref.id !== undefined) {
      return ID.test(ref.id) ? this.known(tenant, ref.id, null, null) : { malformed: 'id' };
    }
    const kind = ref.email !== undefined ? 'email' : ref.phone !== undefined ? 'phone' : 'externalId';
    const address = normaliseAddress(kind, ref[kind]);
    if (address === undefined) return { malformed: kind };
    const key = this.keyring.addressKey(tenant, address);
    return this.known(tenant, await this.directory.owner(tenant, key), key, address);
  }

  override async byKey(tenant: string, key: string): Promise<ResolvedSubject> {
    return this.known(tenant, await this.directory.owner(tenant, key), key, null);
  }

  override async register(
    tenant: string,
    address: Address,
    { source, at, actor, own }: { source: string; at: number; actor: string; own: boolean },
  ): Promise<ResolvedSubject> {
    const collection = {
      collectedAt: at,
      dated: true,
      own,
      informed: false,
      declined: [],
      source,
      notice: null,
    };
    const person = { context: 'consumer', relationship: 'prospect', locale: null } as const;
    const { subjectId } = await this.record(
      tenant,
      { addresses: [address], ...person, ...collection },
      { actor },
    );
    return this.known(tenant, subjectId, this.keyring.addressKey(tenant, address), address);
  }

  override async seal(tenant: string, owner: string, document: EvidenceDocument): Promise<EvidenceRef> {
    const now = this.clock.now();
    const id = `ev_${ulid(now)}`;
    // The event that names it comes next.
    if (!(await this.isErased(tenant, owner)))
      await this.directory.sealEvidence(tenant, owner, id, document, true);
    const { confirmedAt } = document;
    const confirmed =
      typeof confirmedAt === 'string' ? this.policies.instant(tenant, confirmedAt) : (confirmedAt ?? null);
    return {
      id,
      digest: this.keyring.digest(tenant, 'evidence', document),
      method: document['method'] as EvidenceMethod,
      // A second step cannot have happened yet when its proof is written down.
      confirmedAt: typeof confirmed === 'number' ? Math.min(confirmed, now) : null,
    };
  }

  /**
   * Registers the person, or adds what is new to the one who has these addresses. The addresses are claimed, and the
   * clear ones kept, before the first event: a crash in between leaves a claim that the next registration adopts.
   * Throws `SeveralOwners` when they belong to different persons.
   */
  async record(tenant: string, registration: Registration, by: By): Promise<Registered> {
    const addresses = this.keyed(tenant, registration);
    const keys = addresses.map(({ key }) => key);
    return this.claims.during(tenant, keys, async () => {
      const subjectId = await this.claims.take(tenant, keys, () => `sub_${ulid(this.clock.now())}`);
      const stream = streamOf('subject', tenant, subjectId);
      const { state, version } = (await this.log.head<SubjectState>(stream)) ?? {
        state: subject.initial,
        version: 0,
      };
      const command = commandOf(registration, subjectId, addresses, state);
      const isRow = registration.imported !== undefined;
      if (isRow) {
        const outcome = subject.decide(state, command, undefined);
        if (!isRefusal(outcome) && outcome.length === 0)
          return { subjectId, state, version, events: [], repeated: false };
      }
      const isErased = state.erasedAt !== null;
      const locale = isRow && isRegistered(state) ? null : registration.locale;
      // All of it before the event, and at once: their commits are one.
      const [evidence] = await Promise.all([
        this.sealIfNew(tenant, state, command, registration.evidence),
        isErased ? undefined : this.keepClear(tenant, subjectId, state, addresses, locale),
        isErased ? undefined : registration.imported?.(subjectId),
      ]);
      return { subjectId, ...(await this.send(tenant, subjectId, { ...command, evidence }, by)) };
    });
  }

  /** What `record` would do; records nothing. Throws `SeveralOwners`. */
  async foresee(tenant: string, registration: Registration): Promise<Foreseen> {
    const addresses = this.keyed(tenant, registration);
    const keys = addresses.map(({ key }) => key);
    const owners = (await this.directory.owners(tenant, keys)).filter((owner) => owner !== undefined);
    const known = [...new Set(owners)];
    if (known.length > 1) throw new SeveralOwners(known);
    const [owner] = known;
    const found = await this.known(tenant, owner, keys[0] ?? null, null);
    const state = found.state ?? subject.initial;
    const outcome = subject.decide(
      state,
      commandOf(registration, owner ?? 'sub_', addresses, state),
      undefined,
    );
    const person = found.subjectId === null ? null : found;
    return isRefusal(outcome)
      ? { person, keys, facts: [], refusal: outcome }
      : { person, keys, facts: outcome };
  }

  private keyed(tenant: string, { addresses }: Registration) {
    return unique(addresses.map((address) => ({ address, key: this.keyring.addressKey(tenant, address) })));
  }

  /** The end, and no registration of the person's addresses in between. */
  erase(tenant: string, state: SubjectState, reason: string, reasonDigest: string | null, by: By) {
    const { subjectId, addresses } = state;
    const keys = addresses.map(({ key }) => key);
    return this.claims.during(tenant, keys, () =>
      this.send(tenant, subjectId, { type: 'erase', at: this.clock.now(), reason, reasonDigest }, by),
    );
  }

  /** Any other command to a person's stream. */
  send(tenant: string, subjectId: string, command: SubjectCommand, by: By) {
    const now = this.clock.now();
    const policy = this.policies.at(tenant, now).id;
    const stream = streamOf('subject', tenant, subjectId);
    return handle(this.log, stream, subject, command, undefined, { ...by, policy, recordedAt: now });
  }

  private async keepClear(
    tenant: string,
    subjectId: string,
    state: SubjectState,
    addresses: readonly KeyedAddress[],
    locale: string | null,
  ): Promise<void> {
    const held = new Set(state.addresses.filter(isHeld).map(({ key }) => key));
    for (const { key, address } of addresses) {
      if (!held.has(key)) await this.directory.keep(tenant, subjectId, key, address);
    }
    if (locale === null || (await this.directory.profile(tenant, subjectId))?.locale === locale) return;
    await this.directory.setProfile(tenant, subjectId, { locale });
  }

  /** Of somebody erased no personal data is kept again: of a later proof, only its digest. */
  private async isErased(tenant: string, owner: string): Promise<boolean> {
    const head = await this.log.head<SubjectState>(streamOf('subject', tenant, owner));
    return (head?.state.erasedAt ?? null) !== null;
  }

  /** What proves nothing new is not kept: it is personal data. */
  private async sealIfNew(
    tenant: string,
    state: SubjectState,
    command: SubjectCommand & { subjectId: string },
    evidence: EvidenceDocument | undefined,
  ): Promise<EvidenceRef | null> {
    if (evidence === undefined) return null;
    const outcome = subject.decide(state, command, undefined);
    const says = !isRefusal(outcome) && outcome.some((fact) => 'evidence' in fact);
    return says ? this.seal(tenant, command.subjectId, evidence) : null;
  }

  private async known(
    tenant: string,
    owner: string | undefined,
    key: string | null,
    address: Address | null,
  ): Promise<ResolvedSubject> {
    const head =
      owner === undefined ? undefined : await this.log.head<SubjectState>(streamOf('subject', tenant, owner));
    const own = key === null ? [] : [key];
    if (owner === undefined || head === undefined || !isRegistered(head.state)) {
      return { subjectId: null, state: null, version: 0, key, address, keys: own };
    }
    const { state, version } = head;
    const held = state.addresses.filter(isHeld).map((one) => one.key);
    const keys = [...new Set([...own, ...held, ...state.addresses.map((one) => one.key)])];
    return { subjectId: owner, state, version, key, address, keys };
  }
}
