/** What the rules ask of a standing, each answered once per decision. Pure; instants are epoch milliseconds. */
import { covers, isOwnAct, type Channel } from '@assent/contract';
import { endedAt, validConsent, withdrawnAt, type ValidConsent } from '@assent/consent';
import { coveringObjection, lastStop } from '@assent/opposition';
import type { BasisContext, Policy, PurposeRules } from '@assent/policy';
import { prospectAt, type ProspectStanding } from '@assent/prospect';
import type { Standing } from './standing.js';

export interface Stop {
  readonly since: number;
  readonly eventId: string;
}

/** A lawful ground that holds at the instant. */
export interface Ground {
  readonly basis: 'consent' | 'softOptIn' | 'legitimateInterest' | 'contract' | 'legalObligation';
  readonly rule: string;
  readonly since: number;
  readonly eventId?: string;
  readonly endsAt?: number | undefined;
}

export class Asked {
  /** Undefined: the policy does not declare the purpose, or not for this channel. */
  readonly rules: PurposeRules | undefined;

  constructor(
    readonly standing: Standing,
    readonly policy: Policy,
    readonly purpose: string,
    readonly channel: Channel,
    readonly at: number,
    private readonly except?: string,
  ) {
    const rules = policy.purpose(purpose);
    this.rules = rules?.channels.includes(channel) === true ? rules : undefined;
  }

  get marketing(): boolean {
    return this.rules?.class === 'marketing';
  }

  /** Double opt-in: every marketing purpose that is not for prospecting (editions the person asked for). */
  get needsConfirmation(): boolean {
    return this.policy.confirmation.doubleOptIn && this.marketing && this.rules?.prospecting === false;
  }

  private known: ProspectStanding | undefined;
  get prospect(): ProspectStanding {
    this.known ??= prospectAt(this.standing.prospect, this.policy.prospect, this.at, this.except);
    return this.known;
  }

  /** The newest objection in force, or refusal at collection (the box left empty), that covers the question. */
  objection(): Stop | undefined {
    const { purpose, channel, at, policy } = this;
    const entries = this.standing.oppositions.flatMap((state) => {
      const entry = coveringObjection(state, policy.opposition, purpose, channel, at);
      return entry === undefined ? [] : [{ since: entry.since, eventId: entry.id }];
    });
    const declined = this.declined().filter(({ since }) => at < policy.opposition.keptUntil(since));
    return newest([...entries, ...declined]);
  }

  /** K14: the newest stop of any kind, in force or over; a ground counts only when it is strictly newer. */
  lastStop(): number {
    const { purpose, channel, at, standing } = this;
    const stops = [
      ...standing.oppositions.flatMap((state) => lastStop(state, purpose, channel, at)?.since ?? []),
      ...this.declined().map(({ since }) => since),
      endedAt(standing.consent, purpose, channel, standing.undone)?.at,
      withdrawnAt(standing.consent, purpose, channel)?.at,
    ];
    return Math.max(-Infinity, ...(stops.filter((stop) => stop !== undefined && stop <= at) as number[]));
  }

  private declined(): Stop[] {
    return (this.standing.subject?.declined ?? []).filter(
      ({ purpose, since }) =>
        since <= this.at && covers({ purpose, channel: '*' }, this.purpose, this.channel),
    );
  }

  consent(wanted: {
    readonly confirmed: boolean;
    readonly after?: number;
    readonly forever?: boolean;
  }): ValidConsent | undefined {
    const { purpose, channel, at, policy, standing } = this;
    return validConsent(standing.consent, {
      purpose,
      channel,
      at,
      exact: policy.confirmation.perList && this.needsConfirmation,
      confirmed: wanted.confirmed,
      after: wanted.after ?? this.lastStop(),
      undone: standing.undone,
      endsAt: (id, since) => (wanted.forever ? undefined : policy.purpose(id)?.consentEndsAt(since)),
    });
  }

  /** K15: an opt-in of the person's own, newer than the objection, opens this one purpose. */
  opensBy(objection: Stop): boolean {
    const optIn = this.consent({ confirmed: this.needsConfirmation, after: objection.since });
    return optIn !== undefined && isOwnAct(optIn.evidence.method);
  }

  /** Who the person is to the tenant at the instant; a customer who is a professional is both. */
  contexts(): BasisContext[] {
    const { subject } = this.standing;
    if (subject === null) return [];
    const contexts: BasisContext[] = [
      ...(this.prospect.relationship === 'customer' ? (['customer'] as const) : []),
      ...(subject.context === 'consumer' ? [] : (['professional'] as const)),
    ];
    return contexts.length > 0 ? contexts : ['consumer'];
  }

  /** Whether a ground of the contexts lacks only the chance to object at collection (S2-36). */
  informedMissing(): boolean {
    const informedAt = this.informedAt();
    const grounds = this.contexts().map((context) => this.rules?.basis[context]);
    return (
      informedAt === undefined &&
      grounds.some((basis) => basis === 'softOptIn' || basis === 'legitimateInterest')
    );
  }

  private informedAt(): number | undefined {
    const informedAt = this.standing.subject?.informedAt ?? null;
    return informedAt !== null && informedAt <= this.at ? informedAt : undefined;
  }

  ground(): Ground | undefined {
    const { rules } = this;
    if (rules === undefined || this.standing.subject === null) return undefined;
    if (!this.marketing) return this.plainGround(rules);
    const consent = this.consent({ confirmed: this.needsConfirmation });
    if (consent !== undefined) {
      const { at, restoredAt, eventId, endsAt } = consent;
      return { basis: 'consent', rule: 'consentGiven', since: restoredAt ?? at, eventId, endsAt };
    }
    const after = this.lastStop();
    return this.contexts()
      .flatMap((context) => this.groundOf(context, rules) ?? [])
      .find(({ since }) => since > after);
  }

  /** A contract or a duty of the law carries service messages; consent where the policy asks for it. */
  private plainGround(rules: PurposeRules): Ground | undefined {
    for (const context of this.contexts()) {
      const basis = rules.basis[context];
      if (basis === 'contract' || basis === 'legalObligation') {
        return { basis, rule: 'serviceMessage', since: this.standing.subject?.registeredAt ?? this.at };
      }
    }
    const consent = this.consent({ confirmed: false });
    return consent && { basis: 'consent', rule: 'consentGiven', since: consent.at, eventId: consent.eventId };
  }

  private groundOf(context: BasisContext, rules: PurposeRules): Ground | undefined {
    const basis = rules.basis[context];
    const informedAt = this.informedAt();
    if (basis === 'softOptIn' && informedAt !== undefined) {
      const { customerSince } = this.prospect;
      if (customerSince === null) return undefined;
      return { basis, rule: 'existingCustomer', since: Math.min(informedAt, customerSince) };
    }
    if (basis === 'legitimateInterest' && informedAt !== undefined) {
      return { basis, rule: 'professionalAddress', since: informedAt };
    }
    if (basis === 'legalObligation') return { basis, rule: 'dutyOfLaw', since: this.at };
    return undefined;
  }
}

export const newest = <T extends { readonly since: number }>(all: readonly T[]): T | undefined =>
  all.reduce<T | undefined>(
    (last, one) => (last === undefined || one.since > last.since ? one : last),
    undefined,
  );
