import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '@assent/kernel';
import { normaliseAddress, type AnswerCode, type Channel } from '@assent/contract';
import { ProblemError } from '@assent/http';
import { Policies } from '@assent/policy';
import { Gate, Keyring, Subjects, type ResolvedSubject, type SubjectRef } from '@assent/ports';
import type { Known } from './batch.js';
import { decide } from './decide.js';
import { People } from './people.service.js';
import { Standings } from './standings.service.js';
import { VerdictIndex } from './verdict-index.service.js';

/** Decides many references with few reads: one of all claims, one of all persons, one of all their other heads. */
@Injectable()
export class BatchDesk {
  private readonly logger = new Logger('BatchDesk');

  constructor(
    private readonly people: People,
    private readonly index: VerdictIndex,
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

  /** What the index of verdicts says for a pair, if anything. Throws `not-ready` when it is stale. */
  known(tenant: string, purpose: string, channel: Channel): Known | undefined {
    if (this.index.isStale) {
      throw new ProblemError(
        'not-ready',
        'What other processes recorded is not known here; until then it is no.',
      );
    }
    const verdicts = this.index.of(tenant, purpose, channel);
    if (verdicts === undefined) return undefined;
    return {
      scan: (lines, form) => verdicts.scan(lines, form),
      of: (ref) => {
        if (ref.id !== undefined) return undefined;
        const address = addressOf(ref);
        return address === undefined ? false : verdicts.of(this.keyring.addressKey(tenant, address));
      },
    };
  }

  /** As `Subjects.resolve`, for many; undefined for what names nobody because it is malformed. */
  private async whoIsMeant(
    tenant: string,
    refs: readonly (SubjectRef | undefined)[],
  ): Promise<(ResolvedSubject | undefined)[]> {
    const keys = refs.map((ref) => {
      const address = ref && addressOf(ref);
      return address && this.keyring.addressKey(tenant, address);
    });
    const people = await this.people.byKeys(
      tenant,
      keys.filter((key) => key !== undefined),
    );
    return Promise.all(
      keys.map((key, index) =>
        key === undefined ? this.byId(tenant, refs[index]) : Promise.resolve(people.shift()),
      ),
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
