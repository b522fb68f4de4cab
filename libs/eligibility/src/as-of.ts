/** The past: what was known of a stream when only the facts up to an instant had happened (seeds K12). Pure. */
import type { Decider, Fact, Recorded } from '@assent/kernel';
import type { OppositionFact, StoredEvent, SubjectState } from '@assent/contract';
import { rootOf } from '@assent/opposition';
import { isRegistered } from '@assent/subject';
import type { PastObjection } from './standing.js';

/** At one instant these come last, so that the restriction wins. */
const RESTRICTIONS: ReadonlySet<string> = new Set([
  'ObjectionRecorded',
  'ConsentWithdrawn',
  'ConsentEnded',
  'ConsentExpired',
  'SubscriptionEnded',
  'ProcessingRestricted',
  'SubjectErased',
]);
const rank = ({ type }: Fact): number => (RESTRICTIONS.has(type) ? 1 : 0);

/** The state of a stream from its facts up to `at`, in the order in which they happened. */
export function asOf<S, E extends Fact>(
  { initial, evolve }: Pick<Decider<S, never, E, never, string>, 'initial' | 'evolve'>,
  events: readonly StoredEvent[],
  at: number,
): S {
  return (events as readonly StoredEvent<E>[])
    .filter(({ fact }) => fact.at <= at)
    .map(({ fact, id, recordedAt }): Recorded<E> => ({ ...fact, id, recordedAt }))
    .sort((a, b) => a.at - b.at || rank(a) - rank(b))
    .reduce((state, fact) => evolve(state, fact), initial);
}

/** Who the person is, as of today; what was said and refused, as of then. */
export function personAsOf(today: SubjectState, then: SubjectState): SubjectState {
  const { informedAt, declined, restrictedSince, restrictionLiftedAt, erasedAt } = then;
  const stops = { informedAt, declined, restrictedSince, restrictionLiftedAt, erasedAt };
  const { collectedAt, ownCollection } = isRegistered(then) ? then : today;
  return { ...today, ...stops, collectedAt, ownCollection };
}

/** Every objection that the stream records up to `at`, the ones that are over included. */
export const objectionsIn = (events: readonly StoredEvent[], at: number): PastObjection[] =>
  (events as readonly StoredEvent<OppositionFact>[]).flatMap(({ id, fact }) =>
    fact.type === 'ObjectionRecorded' && fact.at <= at
      ? [{ scope: fact.scope, since: fact.at, eventId: rootOf({ id, origin: fact.origin }) }]
      : [],
  );
