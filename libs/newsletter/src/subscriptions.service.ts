import { Injectable } from '@nestjs/common';
import { Clock, isRefusal, streamOf } from '@assent/kernel';
import type {
  NewsletterFact,
  NewsletterState,
  NoticeRef,
  StoredEvent,
  SubscriptionRequest,
  Verdict,
} from '@assent/contract';
import { Policies } from '@assent/policy';
import {
  EventLog,
  Gate,
  handle,
  Subjects,
  type EvidenceDocument,
  type Handled,
  type Origin,
} from '@assent/ports';
import { pendingRequest, SUBSCRIBED_CHANNEL } from './in-force.js';
import { newsletter, type NewsletterCommand, type NewsletterRefusal } from './newsletter.js';

export type By = Pick<Origin, 'actor' | 'causedBy' | 'commandId'>;
export type NewsletterEvent = StoredEvent<NewsletterFact, NewsletterState>;

/** Someone with an e-mail address, and what they want. */
export interface SignUp {
  readonly subjectId: string;
  readonly addressKey: string;
  readonly purpose: string;
  readonly notice: NoticeRef;
  readonly evidence: EvidenceDocument;
  /** When it happened, epoch milliseconds. */
  readonly at: number;
}

/** `earlier`: nothing new was recorded, since a mail went out lately or the person is subscribed. */
export interface SignedUp {
  readonly event: NewsletterEvent | undefined;
  readonly earlier: boolean;
  readonly revision: number;
}

/** `confirmed` and `already` are the same to the person; `expired` wants a new sign-up. */
export type Confirmation = 'confirmed' | 'already' | 'expired';

/** What one link is about, as its stream tells it. */
export interface Asked {
  readonly subjectId: string;
  readonly request: SubscriptionRequest;
  readonly state: 'waiting' | 'confirmed' | 'expired';
}

/** The one writer of newsletter streams. */
@Injectable()
export class Subscriptions {
  constructor(
    private readonly log: EventLog,
    private readonly gate: Gate,
    private readonly subjects: Subjects,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  /** Records the sign-up unless a mail went to the address lately; the mail follows the event. */
  async request(tenant: string, signUp: SignUp, by: By): Promise<SignedUp> {
    const { subjectId, addressKey, purpose, notice, at } = signUp;
    const command = {
      type: 'request' as const,
      at,
      now: this.clock.now(),
      purpose,
      addressKey,
      notice,
      expiresAt: this.policies.at(tenant, at).confirmation.linkEndsAt(at),
      stoppedAt: await this.stoppedAt(tenant, subjectId, purpose),
    };
    if (!(await this.changes(tenant, subjectId, { ...command, evidence: UNSEALED }))) {
      return this.earlier(tenant, subjectId, purpose);
    }
    const evidence = await this.subjects.seal(tenant, subjectId, signUp.evidence);
    const { events, version } = await this.send(tenant, subjectId, { ...command, evidence }, by);
    const [event] = events;
    return event === undefined
      ? this.earlier(tenant, subjectId, purpose)
      : { event: event as NewsletterEvent, earlier: false, revision: version };
  }

  /** What the request of a link has come to; `undefined` when the person has none such. */
  async asked(tenant: string, addressKey: string, requestId: string): Promise<Asked | undefined> {
    const { subjectId, state } = await this.subjects.byKey(tenant, addressKey);
    if (subjectId === null || state === null || state.erasedAt !== null) return undefined;
    const history = await this.history(tenant, subjectId);
    const request = history.find(({ id }) => id === requestId);
    if (request?.fact.type !== 'SubscriptionRequested') return undefined;
    const { at, purpose, notice, evidence, expiresAt } = request.fact;
    const asked = { id: requestId, at, purpose, addressKey, notice, evidence, expiresAt, lapsed: false };
    const stoppedAt = await this.stoppedAt(tenant, subjectId, purpose);
    const command = { type: 'confirm', at: this.clock.now(), request: asked, stoppedAt } as const;
    const outcome = newsletter.decide(
      history.at(-1)?.state ?? newsletter.initial,
      { ...command, evidence: UNSEALED, verdict: 'script' },
      undefined,
    );
    const now = isRefusal(outcome) ? 'expired' : outcome.length === 0 ? 'confirmed' : 'waiting';
    return { subjectId, request: asked, state: now };
  }

  /** The second step, by whoever reads the person's mail. */
  async confirm(
    tenant: string,
    { subjectId, request }: Asked,
    proof: { readonly evidence: EvidenceDocument; readonly verdict: Verdict },
    by: By,
  ): Promise<Confirmation> {
    const command = {
      type: 'confirm' as const,
      at: this.clock.now(),
      request,
      verdict: proof.verdict,
      stoppedAt: await this.stoppedAt(tenant, subjectId, request.purpose),
    };
    if (!(await this.changes(tenant, subjectId, { ...command, evidence: UNSEALED }))) {
      return (await this.asked(tenant, request.addressKey, request.id))?.state === 'confirmed'
        ? 'already'
        : 'expired';
    }
    const evidence = await this.subjects.seal(tenant, subjectId, proof.evidence);
    const { events, refusal } = await this.send(tenant, subjectId, { ...command, evidence }, by);
    return refusal !== undefined ? 'expired' : events.length > 0 ? 'confirmed' : 'already';
  }

  send(
    tenant: string,
    subjectId: string,
    command: NewsletterCommand,
    by: By,
  ): Promise<Handled<NewsletterState, NewsletterFact, NewsletterRefusal>> {
    return handle(this.log, streamOf('newsletter', tenant, subjectId), newsletter, command, undefined, {
      ...by,
      policy: this.policies.at(tenant, command.at).id,
      recordedAt: this.clock.now(),
    });
  }

  async state(tenant: string, subjectId: string): Promise<NewsletterState> {
    const head = await this.log.head<NewsletterState>(streamOf('newsletter', tenant, subjectId));
    return head?.state ?? newsletter.initial;
  }

  private async history(tenant: string, subjectId: string): Promise<NewsletterEvent[]> {
    return (await this.log.read(streamOf('newsletter', tenant, subjectId))) as NewsletterEvent[];
  }

  /** Evidence of what records nothing is not kept: it is personal data. */
  private async changes(tenant: string, subjectId: string, command: NewsletterCommand): Promise<boolean> {
    const outcome = newsletter.decide(await this.state(tenant, subjectId), command, undefined);
    return !isRefusal(outcome) && outcome.length > 0;
  }

  private async earlier(tenant: string, subjectId: string, purpose: string): Promise<SignedUp> {
    const history = await this.history(tenant, subjectId);
    const pending = pendingRequest(history.at(-1)?.state ?? newsletter.initial, purpose, this.clock.now());
    const event =
      history.find(({ id }) => id === pending?.id) ??
      history.findLast(({ fact }) => 'purpose' in fact && fact.purpose === purpose);
    return { event, earlier: true, revision: history.length };
  }

  /** The newest objection or withdrawal that stands against the purpose, from whatever stream. */
  private async stoppedAt(tenant: string, id: string, purpose: string): Promise<number | null> {
    const question = { subject: { id }, purpose, channel: SUBSCRIBED_CHANNEL } as const;
    const { reasons } = await this.gate.decide(tenant, { ...question, at: this.clock.now(), explain: true });
    const stops = reasons.filter(({ code }) => STOPS.includes(code)).map(({ since }) => since ?? Infinity);
    return stops.length > 0 ? Math.max(...stops) : null;
  }
}

const STOPS: readonly string[] = ['objection-in-force', 'consent-withdrawn'];

/** Stands in for evidence while it is asked whether anything would be recorded. */
const UNSEALED = { id: '', digest: '', method: 'form', confirmedAt: null } as const;
