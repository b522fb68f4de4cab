/** The memory of one prospect: every fact in the order in which it happened, whatever the order of telling (K12). */
import type { Recorded } from '@assent/kernel';
import type { ProspectFact } from '@assent/contract';

export type ProspectEntry = Recorded<ProspectFact>;
export type Of<T extends ProspectFact['type']> = Extract<ProspectEntry, { type: T }>;

/** The decider's own state. Its standing is computed from it, never stored. */
export interface Prospect {
  readonly facts: readonly ProspectEntry[];
}

/**
 * The order at one instant: what was given anew first, a relationship that ends last. Between sendings and answers the
 * order of recording decides, so that an act answers what was sent before it and nothing that is sent after.
 */
const RANK: Record<ProspectFact['type'], number> = {
  ProspectRegistered: 0,
  BecameCustomer: 1,
  ProspectReturned: 2,
  SolicitationReserved: 3,
  SolicitationDelivered: 3,
  SolicitationReversed: 3,
  ProspectResponded: 3,
  RelationshipEnded: 4,
  ProspectDroppedOut: 5,
};

const compare = (a: ProspectEntry, b: ProspectEntry): number =>
  a.at - b.at || RANK[a.type] - RANK[b.type] || (a.id < b.id ? -1 : 1);

export function remember({ facts }: Prospect, entry: ProspectEntry): Prospect {
  let place = facts.length;
  while (place > 0 && compare(facts[place - 1] as ProspectEntry, entry) > 0) place--;
  return { facts: [...facts.slice(0, place), entry, ...facts.slice(place)] };
}

export const factsOf = <T extends ProspectFact['type']>(state: Prospect, type: T): Of<T>[] =>
  state.facts.filter((fact): fact is Of<T> => fact.type === type);

/** Where one sending stands at the end of the history. */
export interface Sending {
  readonly state: 'reserved' | 'delivered' | 'reversed';
  /** The fact that made it so; for one told twice, the first. */
  readonly by: Of<'SolicitationReserved' | 'SolicitationDelivered' | 'SolicitationReversed'>;
  /** Of a permit: when it is over. */
  readonly expiresAt: number | undefined;
  /** Whether it was ever told as delivered. */
  readonly sent: boolean;
}

/** Every solicitation id that is known, counted or not. */
export function sendings(state: Prospect): Map<string, Sending> {
  const all = new Map<string, Sending>();
  for (const fact of state.facts) {
    if (!('solicitationId' in fact)) continue;
    const next = afterwards(all.get(fact.solicitationId), fact);
    if (next !== undefined) all.set(fact.solicitationId, next);
  }
  return all;
}

/** Whether a permit asked for again is still the same one: sent, or permitted and not over. */
export const stands = (sending: Sending | undefined, at: number): sending is Sending =>
  sending?.state === 'delivered' || (sending?.state === 'reserved' && at < (sending.expiresAt ?? -Infinity));

function afterwards(before: Sending | undefined, fact: Sending['by']): Sending | undefined {
  const sent = before?.sent ?? false;
  switch (fact.type) {
    case 'SolicitationReserved':
      if (before?.state === 'delivered') return before;
      return { state: 'reserved', by: fact, expiresAt: fact.expiresAt, sent };
    case 'SolicitationDelivered':
      if (before?.state === 'delivered') return before;
      return { state: 'delivered', by: fact, expiresAt: undefined, sent: true };
    case 'SolicitationReversed':
      // The end of a permit takes back a reservation, never what was sent in time and told late.
      if (fact.reason === 'permit-expired' && before?.state !== 'reserved') return before;
      return { state: 'reversed', by: fact, expiresAt: undefined, sent };
  }
}
