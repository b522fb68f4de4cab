/** Where a person stands as a prospect at an instant: computed from what happened, never stored. Pure. */
import type { OpenSolicitation, ProspectState } from '@assent/contract';
import type { ProspectRules } from '@assent/policy';
import type { Prospect } from './facts.js';
import { count, deadlines, replay, type DropOut } from './replay.js';

/** Instants are epoch milliseconds. */
export interface ProspectStanding extends ProspectState {
  /** When the customer relation that runs, or ran last, began and ended. */
  readonly customerSince: number | null;
  readonly customerUntil: number | null;
  /** Solicitations that count against the limit: delivered or reserved, one per campaign and busiest channel. */
  readonly counted: number;
  readonly dropOutReason: DropOut['reason'] | null;
}

/**
 * The standing at `at`: what happened later is not known, deadlines that passed have passed. `except` is the id of a
 * solicitation that does not count, for its own permit.
 */
export function prospectAt(
  state: Prospect,
  rules: ProspectRules,
  at: number,
  except?: string,
): ProspectStanding {
  const walk = replay(state, rules, at, except);
  const { relationship, customerSince, customerUntil, anchors, droppedOut } = walk;
  const unanswered = [...walk.open.values()]
    .filter(({ expiresAt }) => at < expiresAt)
    .sort((a, b) => a.at - b.at || (a.solicitationId < b.solicitationId ? -1 : 1))
    .map(({ solicitationId, campaign, channel, purpose, at: since, state: now }): OpenSolicitation => ({
      ...{ solicitationId, campaign, channel, purpose, at: since, state: now },
    }));
  const counted = count(unanswered);
  const { inactiveAt, unansweredAt } = deadlines(walk, rules);
  const dropsOutAt = droppedOut === null ? Math.min(inactiveAt, unansweredAt) : Infinity;
  return {
    relationship,
    customerSince,
    customerUntil: relationship === 'former-customer' ? customerUntil : null,
    status: droppedOut
      ? 'dropped-out'
      : counted >= (rules.unansweredLimit ?? Infinity)
        ? 'limit-reached'
        : 'active',
    collectedAt: anchors.collection ?? null,
    lastActOfPerson: anchors.contactByPerson ?? null,
    unanswered,
    counted,
    dropsOutAt: dropsOutAt === Infinity ? null : dropsOutAt,
    droppedOutAt: droppedOut?.at ?? null,
    dropOutReason: droppedOut?.reason ?? null,
  };
}

/** What time alone will change next, as things stand at `at`; null when it changes nothing. */
export function nextChange(
  state: Prospect,
  rules: ProspectRules,
  at: number,
): { readonly at: number; readonly to: ProspectState['status'] } | null {
  const known: Prospect = { facts: state.facts.filter((fact) => fact.at <= at) };
  const { status, dropsOutAt } = prospectAt(known, rules, at);
  const permits = [...replay(known, rules, at).open.values()].map(({ expiresAt }) => expiresAt);
  const instants = [...permits, dropsOutAt ?? Infinity].filter(
    (instant) => instant > at && instant < Infinity,
  );
  for (const instant of instants.sort((a, b) => a - b)) {
    const to = prospectAt(known, rules, instant).status;
    if (to !== status) return { at: instant, to };
  }
  return null;
}

/** The part of a standing that events carry. */
export function publicState(state: Prospect, rules: ProspectRules, at: number): ProspectState {
  const { relationship, status, collectedAt, lastActOfPerson, unanswered, dropsOutAt, droppedOutAt } =
    prospectAt(state, rules, at);
  return { relationship, status, collectedAt, lastActOfPerson, unanswered, dropsOutAt, droppedOutAt };
}
