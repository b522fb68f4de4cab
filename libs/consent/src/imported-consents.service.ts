import { Injectable } from '@nestjs/common';
import { Clock, isRefusal, streamOf } from '@assent/kernel';
import type { Channel, ConsentState, EvidenceRef, NoticeRef } from '@assent/contract';
import { Policies } from '@assent/policy';
import { EventLog, type ResolvedSubject } from '@assent/ports';
import { consent, consentRules, type Give } from './consent.js';
import { Consents, type By, type ConsentEvent } from './consents.service.js';
import { refusalsOf } from './giving.js';
import { validConsent } from './in-force.js';

/** A consent that stands in a file: one purpose, one channel. `at` in epoch milliseconds. */
export interface ImportedConsent {
  readonly at: number;
  readonly purpose: string;
  readonly channel: Channel;
  readonly notice: NoticeRef;
  readonly confirmedAt: number | null;
}

/** `known`: one is in force already, or this one was told before. `stopped`: noted as history, changes nothing. */
export type Came = 'given' | 'known' | 'stopped';

type Person = Pick<ResolvedSubject, 'keys' | 'state'>;

/**
 * Consents told by a file. A file is no act of the person (seeds K9, K15): it gives consent only where nothing stops it
 * and none is in force, so it opens nobody who was stopped and prolongs nothing. Evidence has the method `import`.
 */
@Injectable()
export class ImportedConsents {
  constructor(
    private readonly log: EventLog,
    private readonly consents: Consents,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  /** What would come of it; records nothing. `subjectId` is null for somebody who is not known yet. */
  async foresee(
    tenant: string,
    subjectId: string | null,
    person: Person,
    one: ImportedConsent,
  ): Promise<Came> {
    const state = subjectId === null ? consent.initial : await this.state(tenant, subjectId);
    if (this.isInForce(tenant, state, one)) return 'known';
    const policy = this.policies.at(tenant, one.at);
    const command = await this.command(tenant, person, one, FORESEEN);
    const outcome = consent.decide(state, command, consentRules(policy));
    if (isRefusal(outcome)) return 'stopped';
    if (outcome.length === 0) return 'known';
    return outcome.some(({ type }) => type === 'ConsentGiven') ? 'given' : 'stopped';
  }

  async give(
    tenant: string,
    subjectId: string,
    person: Person,
    one: ImportedConsent,
    seal: () => Promise<EvidenceRef>,
    by: By,
  ): Promise<Came> {
    const came = await this.foresee(tenant, subjectId, person, one);
    if (came !== 'given' && (await this.wasTold(tenant, subjectId, one))) return came;
    if (came === 'known') return came;
    const command = await this.command(tenant, person, one, await seal());
    const { events } = await this.consents.send(tenant, subjectId, command, one.at, by);
    return events.some(({ fact }) => fact.type === 'ConsentGiven') ? 'given' : 'stopped';
  }

  /**
   * Ends the consent that the event of an import gave (on one channel), unless another has taken its place since. Ended by its own instant, now:
   * whoever asks later is told `no-consent`, and tools take the person out. Answers whether something was ended.
   */
  async takeBack(tenant: string, given: ConsentEvent, by: By, dryRun: boolean): Promise<boolean> {
    const { fact, id, stream } = given;
    if (fact.type !== 'ConsentGiven') return false;
    const subjectId = stream.slice(stream.lastIndexOf('/') + 1);
    const state = await this.state(tenant, subjectId);
    const now = this.clock.now();
    const { purpose } = fact;
    const channels = fact.channels.filter(
      (channel) => this.inForce(tenant, state, { purpose, channel }, now)?.eventId === id,
    );
    const ends = channels.map((channel) => ({ scope: { purpose, channel }, since: now, cause: id }));
    if (channels.length > 0 && !dryRun)
      await this.consents.send(tenant, subjectId, { type: 'end', by: ends }, now, by);
    return channels.length > 0;
  }

  private async state(tenant: string, subjectId: string): Promise<ConsentState> {
    const head = await this.log.head<ConsentState>(streamOf('consent', tenant, subjectId));
    return head?.state ?? consent.initial;
  }

  private isInForce(tenant: string, state: ConsentState, one: ImportedConsent): boolean {
    const valid = this.inForce(tenant, state, one, this.clock.now());
    // Also a first step counts as one in force, unless the file has the second.
    return valid !== undefined && (valid.confirmedAt !== null || one.confirmedAt === null);
  }

  private inForce(
    tenant: string,
    state: ConsentState,
    { purpose, channel }: Pick<ImportedConsent, 'purpose' | 'channel'>,
    at: number,
  ) {
    const policy = this.policies.at(tenant, at);
    const endsAt = (name: string, since: number) => policy.purpose(name)?.consentEndsAt(since);
    return validConsent(state, { purpose, channel, at, exact: true, confirmed: false, endsAt });
  }

  /** Whether history holds it already, so that a file told again adds nothing to it. */
  private async wasTold(tenant: string, subjectId: string, one: ImportedConsent): Promise<boolean> {
    const history = await this.consents.history(tenant, subjectId);
    return history.some(
      ({ fact }) =>
        (fact.type === 'ConsentGiven' || fact.type === 'ConsentNoted') &&
        fact.at === one.at &&
        fact.purpose === one.purpose &&
        fact.channels.includes(one.channel),
    );
  }

  private async command(
    tenant: string,
    person: Person,
    one: ImportedConsent,
    evidence: EvidenceRef,
  ): Promise<Give> {
    const { at, purpose, channel, notice, confirmedAt } = one;
    const objections = await refusalsOf(this.log, tenant, person, one, this.policies.at(tenant, at));
    const what = { at, purpose, channels: [channel], notice, evidence, confirmedAt, objections };
    return { type: 'give', ...what, toldLate: true };
  }
}

const FORESEEN: EvidenceRef = { id: '', digest: '', method: 'import', confirmedAt: null };
