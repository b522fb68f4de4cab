import { Injectable, Logger } from '@nestjs/common';
import { Clock, streamOf } from '@assent/kernel';
import { normaliseAddress, type AnswerCode, type Channel, type SubjectState } from '@assent/contract';
import { Policies } from '@assent/policy';
import {
  Directory,
  EventLog,
  Gate,
  Keyring,
  Subjects,
  type Head,
  type ResolvedSubject,
  type SubjectRef,
} from '@assent/ports';
import { isRegistered } from '@assent/subject';
import { decide } from './decide.js';
import { Standings } from './standings.service.js';

/** Decides many references with few reads: one of all claims, one of all persons, one of all their other heads. */
@Injectable()
export class BatchDesk {
  private readonly logger = new Logger('BatchDesk');

  constructor(
    private readonly log: EventLog,
    private readonly directory: Directory,
    private readonly keyring: Keyring,
    private readonly subjects: Subjects,
    private readonly standings: Standings,
    private readonly gate: Gate,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  /** The answers as of now, in the order of the references; undefined is a malformed one. Never rejects. */
  async codes(
    tenant: string,
    purpose: string,
    channel: Channel,
    refs: readonly (SubjectRef | undefined)[],
  ): Promise<AnswerCode[]> {
    const at = this.clock.now();
    try {
      const people = await this.whoIsMeant(tenant, refs);
      const known = people.filter((who) => who !== undefined);
      const standings = await this.standings.ofAll(tenant, known, at);
      const policy = this.policies.at(tenant, at);
      const codes = standings.map((standing) => decide(standing, policy, purpose, channel, at).code);
      return people.map((who) => (who === undefined ? 'malformed' : (codes.shift() ?? 'stale')));
    } catch (error) {
      // One record that cannot be read must not answer for the others.
      this.logger.warn(error, `lines of a batch of ${tenant} are decided one by one`);
      return Promise.all(refs.map((ref) => this.alone(tenant, purpose, channel, ref, at)));
    }
  }

  private async alone(
    tenant: string,
    purpose: string,
    channel: Channel,
    subject: SubjectRef | undefined,
    at: number,
  ): Promise<AnswerCode> {
    if (subject === undefined) return 'malformed';
    return (await this.gate.decide(tenant, { subject, purpose, channel, at })).code;
  }

  /** As `Subjects.resolve`, for many; undefined for what names nobody because it is malformed. */
  private async whoIsMeant(
    tenant: string,
    refs: readonly (SubjectRef | undefined)[],
  ): Promise<(ResolvedSubject | undefined)[]> {
    const addressed = refs.map((ref) => {
      const address = ref && addressOf(ref);
      return address && { address, key: this.keyring.addressKey(tenant, address) };
    });
    const keys = [...new Set(addressed.flatMap((one) => one?.key ?? []))];
    const found = await this.directory.owners(tenant, keys);
    const owners = new Map(keys.map((key, index) => [key, found[index]]));
    const ids = [...new Set(found.filter((owner) => owner !== undefined))];
    const heads = await this.log.heads(ids.map((id) => streamOf('subject', tenant, id)));
    const persons = new Map(ids.map((id, index) => [id, heads[index] as Head<SubjectState> | undefined]));
    return Promise.all(
      addressed.map(async (one, index) => {
        if (one === undefined) return this.byId(tenant, refs[index]);
        const { key, address } = one;
        const owner = owners.get(key);
        const head = owner === undefined ? undefined : persons.get(owner);
        if (owner === undefined || head === undefined || !isRegistered(head.state)) {
          return { subjectId: null, state: null, version: 0, key, address, keys: [key] };
        }
        const { state, version } = head;
        const all = [...new Set([key, ...state.addresses.map((known) => known.key)])];
        return { subjectId: owner, state, version, key, address, keys: all };
      }),
    );
  }

  private async byId(tenant: string, ref: SubjectRef | undefined): Promise<ResolvedSubject | undefined> {
    if (ref?.id === undefined) return undefined;
    const who = await this.subjects.resolve(tenant, ref);
    return 'malformed' in who ? undefined : who;
  }
}

function addressOf({ email, phone, externalId }: SubjectRef) {
  if (email !== undefined) return normaliseAddress('email', email);
  return phone !== undefined ? normaliseAddress('phone', phone) : normaliseAddress('externalId', externalId);
}
