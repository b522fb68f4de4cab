/**
 * The history of a prospect, walked through in the order in which it happened. GDPR art. 5(1)(e) as the policies put it:
 * a prospect who does not answer, or with whom there has been no contact, is left alone. The sequence matters: once a
 * deadline has passed, a later act does not bring the person back.
 */
import type { OpenSolicitation } from '@assent/contract';
import type { Anchors, ProspectRules } from '@assent/policy';
import type { Of, Prospect, ProspectEntry } from './facts.js';

export interface Open extends OpenSolicitation {
  /** Of a reservation: from this instant on it does not count. */
  readonly expiresAt: number;
}
export type DropOut = { readonly at: number; readonly reason: 'inactivity' | 'no-answer' };

/** Where the walk stands. Times are epoch milliseconds. */
export interface Walk {
  relationship: 'prospect' | 'customer' | 'former-customer';
  customerSince: number | null;
  customerUntil: number | null;
  /** Replaced, never changed, so that the end they give is computed once. */
  anchors: Anchors;
  /** What was sent or permitted since the last act of the person, by solicitation id. */
  readonly open: Map<string, Open>;
  /** Sendings told as delivered: the same id is never counted twice. */
  readonly delivered: Set<string>;
  /** Since when the clock and the counter run: no deadline passes before. */
  runsSince: number;
  droppedOut: DropOut | null;
  /** The end of the inactivity period that the anchors give. */
  inactive: { readonly anchors: Anchors; readonly at: number } | undefined;
}

/** Walks up to `at`, its facts included. A solicitation named `except` never happened. */
export function replay(state: Prospect, rules: ProspectRules, at: number, except?: string): Walk {
  const facts = state.facts.filter((fact) => !('solicitationId' in fact) || fact.solicitationId !== except);
  const walk: Walk = {
    relationship: 'prospect',
    customerSince: null,
    customerUntil: null,
    anchors: {},
    open: new Map(),
    delivered: new Set(),
    runsSince: heldSince(facts),
    droppedOut: null,
    inactive: undefined,
  };
  for (const fact of facts) {
    if (fact.at > at) break;
    if (fact.at > walk.runsSince) dropOutIfDue(walk, rules, fact.at, 'before');
    apply(walk, fact);
  }
  if (at >= walk.runsSince) dropOutIfDue(walk, rules, at, 'at');
  return walk;
}

/** Nobody drops out of a file before being in it: it begins with the registration, or the first solicitation. */
const heldSince = (facts: readonly ProspectEntry[]): number =>
  Math.min(
    ...facts
      .filter(
        ({ type }) =>
          type === 'ProspectRegistered' ||
          type === 'SolicitationReserved' ||
          type === 'SolicitationDelivered',
      )
      .map(({ at }) => at),
  );

/**
 * Inactivity: an act at the end itself is too late (K3). The time to answer: an act at its end is in time (K4), so the
 * facts of that instant come first.
 */
function dropOutIfDue(walk: Walk, rules: ProspectRules, now: number, when: 'before' | 'at'): void {
  if (walk.droppedOut !== null) return;
  const { inactiveAt, unansweredAt } = deadlines(walk, rules);
  const silent = inactiveAt <= now;
  const unanswered = when === 'before' ? unansweredAt < now : unansweredAt <= now;
  if (unanswered && !(silent && inactiveAt <= unansweredAt)) {
    walk.droppedOut = { at: unansweredAt, reason: 'no-answer' };
  } else if (silent) {
    walk.droppedOut = { at: inactiveAt, reason: 'inactivity' };
  }
}

/** When the person drops out if nothing more happens; `Infinity` when no such deadline runs. */
export function deadlines(walk: Walk, rules: ProspectRules): { inactiveAt: number; unansweredAt: number } {
  if (walk.relationship === 'customer') return { inactiveAt: Infinity, unansweredAt: Infinity };
  const limit = limitReachedAt(walk, rules);
  return {
    inactiveAt: Math.max(inactivityEnd(walk, rules), walk.runsSince),
    unansweredAt: (limit === undefined ? undefined : rules.answerWindowEndsAt(limit)) ?? Infinity,
  };
}

function inactivityEnd(walk: Walk, rules: ProspectRules): number {
  const { anchors } = walk;
  if (walk.inactive?.anchors !== anchors) {
    walk.inactive = { anchors, at: rules.inactivityEndsAt(anchors) ?? Infinity };
  }
  return walk.inactive.at;
}

/** When the delivered solicitation that reached the limit was sent. */
function limitReachedAt({ open }: Walk, { unansweredLimit }: ProspectRules): number | undefined {
  if (unansweredLimit === undefined) return undefined;
  const delivered = [...open.values()]
    .filter(({ state }) => state === 'delivered')
    .sort((a, b) => a.at - b.at);
  const end = delivered.findIndex((_, index) => count(delivered.slice(0, index + 1)) >= unansweredLimit);
  return delivered[end]?.at;
}

/** K11: one campaign is as many solicitations as went out on its busiest channel. */
export function count(open: readonly OpenSolicitation[]): number {
  const campaigns = new Map<string, Map<string, number>>();
  for (const { campaign, channel } of open) {
    const channels = campaigns.get(campaign) ?? new Map<string, number>();
    campaigns.set(campaign, channels.set(channel, (channels.get(channel) ?? 0) + 1));
  }
  return [...campaigns.values()].reduce((sum, channels) => sum + Math.max(...channels.values()), 0);
}

function apply(walk: Walk, fact: ProspectEntry): void {
  const { open, delivered } = walk;
  switch (fact.type) {
    case 'ProspectRegistered':
      anchor(walk, { collection: fact.at });
      if (fact.relationship === 'customer') registerCustomer(walk, fact.at);
      return;
    case 'SolicitationReserved':
      if (fact.counts && !idle(walk) && !delivered.has(fact.solicitationId)) {
        open.set(fact.solicitationId, { ...sending(fact), state: 'reserved', expiresAt: fact.expiresAt });
      }
      return;
    case 'SolicitationDelivered':
      if (delivered.has(fact.solicitationId)) return;
      delivered.add(fact.solicitationId);
      open.delete(fact.solicitationId);
      if (fact.counts && !idle(walk)) {
        open.set(fact.solicitationId, { ...sending(fact), state: 'delivered', expiresAt: Infinity });
      }
      return;
    case 'SolicitationReversed':
      if (fact.reason === 'permit-expired' && open.get(fact.solicitationId)?.state !== 'reserved') return;
      delivered.delete(fact.solicitationId);
      open.delete(fact.solicitationId);
      return;
    case 'ProspectResponded':
      if (!fact.restarts) return;
      if (fact.kind === 'click') anchor(walk, { click: fact.at });
      if (fact.kind === 'login') anchor(walk, { signIn: fact.at });
      answer(walk, fact.at);
      return;
    case 'ProspectReturned':
      if (fact.by === 'collection' || walk.droppedOut !== null) anchor(walk, { collection: fact.at });
      restart(walk, fact.at);
      answer(walk, fact.at);
      return;
    case 'BecameCustomer':
      if (walk.relationship !== 'customer') becomeCustomer(walk, fact.at);
      return;
    case 'RelationshipEnded':
      endRelationship(walk, fact.at);
      return;
    case 'ProspectDroppedOut':
      return; // told by the agenda; the walk finds it by itself, or finds that a late fact has undone it
  }
}

const sending = ({
  solicitationId,
  campaign,
  channel,
  purpose,
  at,
}: Of<'SolicitationReserved' | 'SolicitationDelivered'>) => ({
  solicitationId,
  campaign,
  channel,
  purpose,
  at,
});

/** The counter is off while a customer relation lasts; who has dropped out is not counted any more. */
const idle = ({ relationship, droppedOut }: Walk): boolean =>
  relationship === 'customer' || droppedOut !== null;

function anchor(walk: Walk, happened: Anchors): void {
  walk.anchors = { ...walk.anchors, ...happened };
}

/** An act of the person answers what was sent at or before it, and starts the clock afresh (K9). */
function answer(walk: Walk, at: number): void {
  anchor(walk, { contactByPerson: at });
  if (walk.droppedOut === null) walk.open.clear();
}

function restart(walk: Walk, at: number): void {
  walk.droppedOut = null;
  walk.runsSince = Math.max(walk.runsSince, at);
}

function becomeCustomer(walk: Walk, at: number): void {
  walk.relationship = 'customer';
  walk.customerSince = at;
  walk.customerUntil = null;
  walk.open.clear();
  restart(walk, at);
}

/** Registered as a customer; of one whose relationship was told to have ended before, the end holds. */
function registerCustomer(walk: Walk, at: number): void {
  if (walk.relationship === 'customer') return;
  if (walk.customerUntil === null) becomeCustomer(walk, at);
  else {
    walk.relationship = 'customer';
    endRelationship(walk, walk.customerUntil);
  }
}

function endRelationship(walk: Walk, at: number): void {
  if (walk.relationship !== 'customer') {
    walk.customerUntil ??= at;
    return;
  }
  walk.relationship = 'former-customer';
  walk.customerUntil = at;
  walk.runsSince = Math.max(walk.runsSince, at);
  anchor(walk, { contractEnd: at });
}
