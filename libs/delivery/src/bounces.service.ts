import { Injectable } from '@nestjs/common';
import { Clock } from '@assent/kernel';
import { isDead, type StoredEvent } from '@assent/contract';
import { invalid, occurred, ProblemError, resolve, written, type Caller } from '@assent/http';
import { Policies } from '@assent/policy';
import { Keyring, Subjects, type ResolvedSubject } from '@assent/ports';
import { Prospects } from '@assent/prospect';
import type { BounceDto, BounceWritten } from './bounces.dto.js';
import { MovesAndBounces } from './moves-and-bounces.service.js';

/**
 * Statuses that say that nobody is there (RFC 3463: no such mailbox, no such host, a null MX, disabled). A full mailbox
 * (5.2.2), a refusal of ourselves (5.7.x) and everything else says nothing about the address.
 */
const NOBODY_THERE: ReadonlySet<string> = new Set(['5.1.1', '5.1.2', '5.1.10', '5.2.1']);

type Asking = Pick<Caller, 'tenant' | 'actor' | 'commandId'>;
type Known = ResolvedSubject & { readonly subjectId: string };

/**
 * What becomes of a message that came back. It is a fact about an address and about a solicitation, never about consent
 * (integrations.md §7). It stops service messages too, so a link alone cannot say it: an API key must.
 */
@Injectable()
export class Bounces {
  constructor(
    private readonly whereabouts: MovesAndBounces,
    private readonly prospects: Prospects,
    private readonly subjects: Subjects,
    private readonly keyring: Keyring,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  async take(
    { tenant, actor, commandId }: Asking,
    { subject, token, status, solicitationId, occurredAt }: BounceDto,
  ): Promise<{ readonly isNew: boolean; readonly body: BounceWritten }> {
    const at = occurred(this.policies, this.clock, tenant, occurredAt);
    const who = await this.whom(tenant, subject, token);
    const by = { actor, commandId };
    const events: StoredEvent[] = [];
    let reversed = false;
    if (solicitationId !== undefined) {
      const given = await this.giveBack(tenant, who.subjectId, solicitationId, at, by);
      reversed = given.reversed;
      events.push(...given.events);
    }
    const said = NOBODY_THERE.has(status) ? await this.whereabouts.isDead(tenant, who, at, by) : undefined;
    events.push(...(said?.events ?? []));
    const state = said?.state ?? who.state;
    const address = state?.addresses.find(({ key }) => key === who.key);
    return {
      isNew: events.length > 0,
      body: {
        ...written(events, who.subjectId, said?.version ?? who.version),
        undeliverable: address !== undefined && isDead(address),
        reversed,
      },
    };
  }

  /** A permit or a delivery that did not arrive does not count (K11). Another one's id, or nobody's, changes nothing. */
  private async giveBack(
    tenant: string,
    subjectId: string,
    solicitationId: string,
    at: number,
    by: Pick<Asking, 'actor' | 'commandId'>,
  ) {
    const { registration } = await this.prospects.findById(tenant, subjectId);
    const command = { type: 'reverse', registration, at, solicitationId, reason: 'bounced' } as const;
    const sent = await this.prospects.send(tenant, subjectId, command, at, by);
    return { reversed: sent.refusal === undefined, events: sent.events };
  }

  private async whom(
    tenant: string,
    subject: BounceDto['subject'],
    token: BounceDto['token'],
  ): Promise<Known> {
    if ((subject === undefined) === (token === undefined))
      throw invalid('', 'must have exactly one of subject, token');
    const who =
      subject !== undefined
        ? await resolve(this.subjects, tenant, subject)
        : await this.behind(tenant, token ?? '');
    if (who.key === null || who.address?.kind === 'externalId')
      throw invalid('/subject', 'must name the address that was written to: email or phone');
    const { subjectId } = who;
    if (subjectId === null || who.state === null || who.state.erasedAt !== null)
      throw new ProblemError('subject-unknown', 'Nobody is registered under this address.');
    return { ...who, subjectId };
  }

  private behind(tenant: string, token: string): Promise<ResolvedSubject> {
    const link = this.keyring.verify('unsubscribe', token);
    if (link?.tenant !== tenant)
      throw new ProblemError('link-unknown', '/token is of no link of this tenant.');
    return this.subjects.byKey(tenant, link.addressKey);
  }
}
