/** What the other streams of a person say about the prospect: it counts at once, before any reaction has run. */
import {
  isOwnAct,
  type ConsentState,
  type NewsletterState,
  type ProspectFact,
  type SubjectState,
  type Verdict,
} from '@assent/contract';
import { factsOf, remember, type Prospect } from './facts.js';

export interface Registration {
  /** When the data was first collected. */
  readonly at: number;
  readonly relationship: 'prospect' | 'customer';
  /** Collections by an own act of the person, with evidence. */
  readonly collections: readonly number[];
  /** Opt-ins by an own act of the person, with evidence. */
  readonly optIns: readonly number[];
}

/** Only an own act moves the collection, so one that has moved is one; what came before, the facts tell. */
export const registrationOf = (
  { registeredAt, collectedAt, ownCollection, relationship }: SubjectState,
  optIns: readonly number[] = [],
): Registration => ({
  at: Math.min(registeredAt, collectedAt),
  relationship,
  collections: ownCollection && collectedAt > registeredAt ? [collectedAt] : [],
  optIns,
});

/**
 * When the person opted in by an own act: K9 counts the form as an act, and K12 by when it happened. A subscription
 * counts by its confirmation, unless a scanner seems to have made it.
 */
export function optInsOf(
  { consents }: ConsentState,
  { subscriptions }: Pick<NewsletterState, 'subscriptions'> = { subscriptions: [] },
): number[] {
  const own = consents
    .flatMap(({ given, confirmed }) => [given, confirmed])
    .filter((one) => one !== null && one !== undefined)
    .filter(({ evidence }) => isOwnAct(evidence.method));
  const confirmed = subscriptions.filter(({ verdict }) => isByPerson(verdict));
  const instants = [...own.map(({ at }) => at), ...confirmed.map(({ confirmedAt }) => confirmedAt)];
  return [...new Set(instants)].sort((a, b) => a - b);
}

/** K9: fetches by scanners are no act of the person. */
export const isByPerson = (verdict: Verdict): boolean => verdict !== 'scanner-suspected';

/** The facts that the stream of the prospect still lacks. */
export function missing(state: Prospect, registration: Registration): ProspectFact[] {
  const registered = factsOf(state, 'ProspectRegistered')[0];
  const { at, relationship, collections, optIns } = registration;
  const returned = factsOf(state, 'ProspectReturned');
  const back = (by: 'collection' | 'opt-in', instants: readonly number[]) =>
    instants
      .filter((instant) => !returned.some((known) => known.by === by && known.at === instant))
      .map((instant): ProspectFact => ({ type: 'ProspectReturned', at: instant, by }));
  const since = registered?.at ?? at;
  return [
    ...(registered ? [] : [{ type: 'ProspectRegistered', at, relationship } satisfies ProspectFact]),
    ...back(
      'collection',
      collections.filter((instant) => instant >= since),
    ),
    ...back('opt-in', optIns),
  ];
}

/** The prospect with what its other streams say and its own does not yet. */
export const completed = (state: Prospect, registration: Registration): Prospect =>
  missing(state, registration).reduce<Prospect>(
    (before, fact, index) => remember(before, { ...fact, id: `~${index}`, recordedAt: fact.at }),
    state,
  );

/** The prospect as the other streams know it, before its own stream exists. */
export const registeredFrom = (subject: SubjectState, consents?: ConsentState): Prospect =>
  completed({ facts: [] }, registrationOf(subject, consents && optInsOf(consents)));
