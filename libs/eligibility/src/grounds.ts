/**
 * Why a message may be sent: GDPR art. 6(1), CPCE L34-5. A ground must be newer than every refusal (seeds K14), and the
 * kind of ground follows from who the person is to the tenant at the instant. Pure.
 */
import { lineage, type GivenConsent, type SubscriptionRequest } from '@assent/contract';
import { pendingRequest, SUBSCRIBED_CHANNEL } from '@assent/newsletter';
import { speaksFor } from '@assent/opposition';
import type { Basis, BasisContext, PurposeRules } from '@assent/policy';
import type { ProspectStanding } from '@assent/prospect';
import { confirmedAt, lastStop, needsConfirmation, type Place, type Stop } from './stops.js';

/** A lawful ground that holds at the instant. */
export interface Ground {
  readonly basis: Basis;
  /** Its name in reasons. */
  readonly rule: string;
  readonly since: number;
  readonly eventId?: string;
  readonly endsAt?: number | undefined;
}

/** What holds, and what is missing where nothing does. */
export interface Grounds {
  /** Consent first. */
  readonly holding: readonly Ground[];
  /** A sign-up that waits for its confirmation, or a consent that lacks only its second step. */
  readonly pending?: Stop | undefined;
  /** The newest withdrawal, when no consent has followed it. */
  readonly withdrawn?: Stop | undefined;
  /** A consent that ended by time and by nothing else; `since` is its end. */
  readonly expired?: Stop | undefined;
  /** A ground of this person lacks only the chance to object at collection, on record. */
  readonly uninformed: boolean;
}

interface Candidate extends GivenConsent {
  readonly endsAt: number | undefined;
}

export function groundsOf(place: Place, rules: PurposeRules, prospect: () => ProspectStanding): Grounds {
  if (place.standing.subject === null) return { holding: [], uninformed: false };
  const { at } = place;
  const stop = lastStop(place, rules.class === 'marketing');
  const demanded = needsConfirmation(place.policy, place.purpose);
  const all = consentsFor(place);
  const newer = all.filter((one) => one.at > stop);
  const valid = newer.filter(({ endsAt }) => at < (endsAt ?? Infinity));
  const confirmed = valid.filter((one) => !demanded || (confirmedAt(one) ?? Infinity) <= at);
  const consent = newestOf(confirmed);
  const ended = newestOf(newer.filter(({ endsAt }) => endsAt !== undefined && endsAt <= at));
  const half = newestOf(valid.filter((one) => !confirmed.includes(one)));
  const asked = newestOf(requestsFor(place).filter((one) => one.at > stop));
  const others = demanded ? { holding: [], uninformed: false } : otherGrounds(place, rules, prospect, stop);
  return {
    holding: [...(consent ? [consentGiven(consent, at)] : []), ...others.holding],
    pending: asked
      ? { since: asked.at, eventId: asked.id }
      : half && { since: half.at, eventId: half.eventId },
    withdrawn: withdrawal(place, all),
    expired: ended && { since: ended.endsAt ?? ended.at, eventId: ended.eventId },
    uninformed: others.uninformed,
  };
}

/** What an undo gave back holds since then; it keeps its own instant for every comparison. */
function consentGiven({ at: given, restoredAt = given, eventId, endsAt }: Candidate, at: number): Ground {
  const since = restoredAt <= at ? restoredAt : given;
  return { basis: 'consent', rule: 'consentGiven', since, eventId, endsAt };
}

/** Consents for the purpose, or for one above it where the policy lets lists share a consent; each with its end. */
function consentsFor({ standing, policy, purpose, channel, at }: Place): Candidate[] {
  return standing.consent.consents
    .filter((entry) => entry.channel === channel && speaksFor(entry.purpose, purpose, policy))
    .flatMap((entry) =>
      [entry.given, entry.confirmed].flatMap((one) => {
        if (one === null || one === undefined || one.at > at) return [];
        const ends = [
          policy.purpose(entry.purpose)?.consentEndsAt(one.at),
          one.expiredAt ?? undefined,
        ].filter((end) => end !== undefined);
        return [{ ...one, endsAt: ends.length > 0 ? Math.min(...ends) : undefined }];
      }),
    );
}

/** Sign-ups that wait for the person, for the purpose or for one that speaks for it. */
function requestsFor({ standing, policy, purpose, channel, at }: Place): SubscriptionRequest[] {
  if (channel !== SUBSCRIBED_CHANNEL) return [];
  return [...new Set(standing.newsletter.requests.map((one) => one.purpose))]
    .filter((asked) => speaksFor(asked, purpose, policy))
    .flatMap((asked) => pendingRequest(standing.newsletter, asked, at) ?? []);
}

/** GDPR art. 7(3). Of the purpose or of one above it; a newer consent has the last word. */
function withdrawal(
  { standing, purpose, channel, at }: Place,
  given: readonly Candidate[],
): Stop | undefined {
  const line = lineage(purpose);
  const last = newestOf(
    standing.consent.consents
      .filter((entry) => entry.channel === channel && line.includes(entry.purpose))
      .flatMap(({ withdrawn }) => withdrawn ?? [])
      .filter((one) => one.at <= at),
  );
  return last === undefined || given.some((one) => one.at > last.at)
    ? undefined
    : { since: last.at, eventId: last.eventId };
}

function otherGrounds(
  { standing: { subject }, at }: Place,
  rules: PurposeRules,
  prospect: () => ProspectStanding,
  stop: number,
): Pick<Grounds, 'holding' | 'uninformed'> {
  if (subject === null) return { holding: [], uninformed: false };
  const informedAt = subject.informedAt !== null && subject.informedAt <= at ? subject.informedAt : undefined;
  const holding: Ground[] = [];
  let uninformed = false;
  const needsOffer = (ground: (informed: number) => Ground): void => {
    if (informedAt === undefined) uninformed = true;
    else add(ground(informedAt), stop);
  };
  const add = (ground: Ground, after: number): void => {
    if (ground.since > after && ground.since <= at && !holding.some(({ basis }) => basis === ground.basis))
      holding.push(ground);
  };
  for (const context of contextsOf(subject.context, prospect())) {
    const basis = rules.basis[context];
    const { relationship, customerSince } = prospect();
    if (basis === 'softOptIn' && relationship === 'customer' && customerSince !== null) {
      needsOffer((informed) => ({
        basis,
        rule: 'existingCustomer',
        since: Math.min(informed, customerSince),
      }));
    } else if (basis === 'legitimateInterest') {
      const rule = context === 'professional' ? 'professionalAddress' : 'legitimateInterest';
      needsOffer((since) => ({ basis, rule, since }));
    } else if (basis === 'contract' || basis === 'legalObligation') {
      const since = Math.min(subject.registeredAt, subject.collectedAt);
      add({ basis, rule: NECESSARY[basis], since }, rules.class === 'marketing' ? stop : -Infinity);
    }
  }
  return { holding, uninformed: uninformed && holding.length === 0 };
}

const NECESSARY = { contract: 'serviceMessage', legalObligation: 'dutyOfLaw' } as const;

/** Who the person is at the instant: a customer while the relation runs, beside what kind of address it is. */
const contextsOf = (kind: string, { relationship }: ProspectStanding): BasisContext[] => [
  ...(relationship === 'customer' ? (['customer'] as const) : []),
  kind === 'consumer' ? 'consumer' : 'professional',
];

const newestOf = <T extends { readonly at: number }>(all: readonly T[]): T | undefined =>
  all.reduce<T | undefined>((last, one) => (last === undefined || one.at > last.at ? one : last), undefined);
