/**
 * What a person refused. GDPR art. 21(2)-(3): absolute for direct marketing, on every address and for every brand;
 * seeds K13 to K15. Pure; instants are epoch milliseconds.
 */
import {
  ALL,
  covers,
  isOwnAct,
  lineage,
  type Channel,
  type GivenConsent,
  type Scope,
} from '@assent/contract';
import { rootOf, speaksFor } from '@assent/opposition';
import type { Policy } from '@assent/policy';
import type { PastObjection, Standing } from './standing.js';

/** The purpose and channel asked about, at an instant, under the policy in force at it. */
export interface Place {
  readonly standing: Standing;
  readonly policy: Policy;
  readonly purpose: string;
  readonly channel: Channel;
  readonly at: number;
}

export interface Stop {
  readonly since: number;
  readonly eventId: string;
}

/** Double opt-in is for marketing that the person asked for (an edition), not for prospecting (seeds K10). */
export function needsConfirmation({ confirmation, ...policy }: Policy, purpose: string): boolean {
  const rules = policy.purpose(purpose);
  return confirmation.doubleOptIn && rules?.class === 'marketing' && !rules.prospecting;
}

/** When the second step was made; null when there was none. */
export const confirmedAt = ({ confirmedAt: at, evidence }: GivenConsent): number | null =>
  at ?? evidence.confirmedAt;

/** The newest objection in force that no opt-in has opened for this purpose. */
export function objectionInForce(place: Place): Stop | undefined {
  const { policy, at } = place;
  const optIns = optInsOf(place);
  return newest(
    onTheLists(place).filter(
      ({ scope, since }) =>
        at < policy.opposition.keptUntil(since) &&
        !optIns.some((optIn) => optIn.since > since && covers(scope, optIn.purpose, place.channel)),
    ),
  );
}

/**
 * The newest refusal of any kind, in force or over, opened or not: a ground counts only when it is strictly newer
 * (K14). `opposable`: objections count; a withdrawal always does.
 */
export function lastStop(place: Place, opposable: boolean): number {
  const { standing, purpose, channel, at } = place;
  const { ends, consents } = standing.consent;
  const line = lineage(purpose);
  const stops = [
    ...(opposable ? onTheLists(place) : []).map(({ since }) => since),
    ...(opposable ? covering(standing.past, place) : []).map(({ since }) => since),
    ...(opposable ? ends : [])
      .filter(({ scope, cause }) => covers(scope, purpose, channel) && !standing.undone.includes(cause))
      .map((end) => end.at),
    ...consents
      .filter((entry) => entry.channel === channel && line.includes(entry.purpose))
      .flatMap(({ withdrawn }) => withdrawn?.at ?? []),
  ];
  return Math.max(-Infinity, ...stops.filter((stop) => stop <= at));
}

/** Of every address the person has or had, and the boxes left empty at collection (`declined`), before they are copied. */
function onTheLists(place: Place): PastObjection[] {
  const { oppositions, subject } = place.standing;
  const entries = oppositions.flatMap((state) =>
    state.entries.map((entry) => ({ scope: entry.scope, since: entry.since, eventId: rootOf(entry) })),
  );
  const declined = (subject?.declined ?? []).map(({ purpose, since, eventId }) => ({
    ...{ scope: { purpose, channel: ALL }, since, eventId },
  }));
  return covering([...entries, ...declined], place);
}

const covering = (all: readonly PastObjection[], { purpose, channel, at }: Place): PastObjection[] =>
  all.filter(({ scope, since }) => since <= at && covers(scope, purpose, channel));

/**
 * The opt-ins that speak for what is asked (K15): those the opposition lists know, and every consent by the person's own
 * act with evidence, with the second step where the policy asks for it. Withdrawing later closes by itself.
 */
function optInsOf(place: Place): { readonly purpose: string; readonly since: number }[] {
  const { standing, policy, purpose, channel, at } = place;
  const opened = standing.oppositions.flatMap(({ entries, openings = [] }) => [
    ...openings,
    ...entries.flatMap(({ except }) => except),
  ]);
  const given = standing.consent.consents.flatMap((entry) =>
    [entry.given, entry.confirmed].flatMap((one) =>
      one && isOwnAct(one.evidence.method) && isConfirmed(one, policy, entry.purpose, at)
        ? [{ purpose: entry.purpose, channel: entry.channel, since: one.at }]
        : [],
    ),
  );
  return [...opened, ...given].filter(
    (optIn) => optIn.since <= at && appliesTo(optIn, channel) && speaksFor(optIn.purpose, purpose, policy),
  );
}

const appliesTo = (optIn: Scope, channel: Channel): boolean =>
  optIn.channel === ALL || optIn.channel === channel;

function isConfirmed(consent: GivenConsent, policy: Policy, purpose: string, at: number): boolean {
  const second = confirmedAt(consent);
  return !needsConfirmation(policy, purpose) || (second !== null && second <= at);
}

const newest = <T extends { readonly since: number }>(all: readonly T[]): T | undefined =>
  all.reduce<T | undefined>(
    (last, one) => (last === undefined || one.since > last.since ? one : last),
    undefined,
  );
