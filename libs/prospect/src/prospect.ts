/**
 * A prospect: solicited within the limits of the policy, answered or left alone (seeds K9 to K12, S2-22 to S2-25).
 * Commands add facts; what they mean is computed by the walk through them, so that a late fact counts by its time.
 */
import { refuse, type Decider, type Refusal } from '@assent/kernel';
import type { Channel, ProspectFact, ResponseKind } from '@assent/contract';
import type { ProspectRules } from '@assent/policy';
import { factsOf, remember, sendings, stands, type Prospect, type Sending as Known } from './facts.js';
import { completed, missing, type Registration } from './registration.js';
import { prospectAt } from './standing.js';

/** How long a permit reserves without an outcome: exact hours. */
export const PERMIT_MS = 72 * 3_600_000;
/** Requests that run at the same time may be decided in another order than their clocks say. */
const SAME_TIME_MS = 5 * 60_000;
const END_OF_TIME = Number.MAX_SAFE_INTEGER;

interface Act {
  readonly at: number;
  readonly registration: Registration;
}
export interface Solicitation {
  readonly at: number;
  readonly solicitationId: string;
  readonly campaign: string;
  readonly channel: Channel;
  readonly purpose: string;
  /** False for editions and service messages (K10). */
  readonly counts: boolean;
}
interface Sending {
  readonly registration: Registration;
  readonly solicitation: Solicitation;
}
export type ProspectCommand =
  /** What the person's other streams say and this one lacks: registration, new collections, opt-ins. */
  | { readonly type: 'register'; readonly registration: Registration }
  | (Sending & { readonly type: 'reserve' })
  | (Sending & { readonly type: 'deliver'; readonly code: string })
  | (Act & {
      readonly type: 'reverse';
      readonly solicitationId: string;
      readonly reason: 'bounced' | 'not-sent';
    })
  | (Act & { readonly type: 'respond'; readonly kind: ResponseKind; readonly restarts: boolean })
  | (Act & { readonly type: 'becomeCustomer' | 'endRelationship' })
  | { readonly type: 'wake'; readonly at: number };
type Command<T extends ProspectCommand['type']> = Extract<ProspectCommand, { type: T }>;

export type ProspectRefusal = 'solicitation-limit-reached' | 'dropped-out' | 'solicitation-unknown';
type Outcome = readonly ProspectFact[] | Refusal<ProspectRefusal>;

export const prospect: Decider<Prospect, ProspectCommand, ProspectFact, ProspectRules, ProspectRefusal> = {
  initial: { facts: [] },

  decide(state, command, rules) {
    if (command.type === 'wake') return wake(state, command.at, rules);
    const lacking = missing(state, command.registration);
    if (command.type === 'register') return lacking;
    const outcome = act(completed(state, command.registration), command, rules);
    return 'refused' in outcome || outcome.length === 0 ? outcome : [...lacking, ...outcome];
  },

  evolve: remember,

  wakeAt(state, rules) {
    const instants = [...permits(state)].map(({ expiresAt }) => expiresAt);
    const dropOut = untoldDropOut(state, rules, END_OF_TIME);
    if (dropOut !== undefined) instants.push(dropOut.at);
    return instants.length === 0 ? 'never' : Math.min(...instants);
  },
};

function act(
  state: Prospect,
  command: Exclude<ProspectCommand, { type: 'wake' | 'register' }>,
  rules: ProspectRules,
): Outcome {
  switch (command.type) {
    case 'reserve':
      return reserve(state, command.solicitation, rules);
    case 'deliver': {
      const { solicitation, code } = command;
      const again = deliveredAlready(sendings(state).get(solicitation.solicitationId), solicitation.at);
      return again ? [] : [{ type: 'SolicitationDelivered', ...solicitation, code }];
    }
    case 'reverse':
      return reverse(state, command);
    case 'respond': {
      const { at, kind, restarts } = command;
      const told = factsOf(state, 'ProspectResponded').some(
        (known) => known.at === at && known.kind === kind && (known.restarts || !restarts),
      );
      return told ? [] : [{ type: 'ProspectResponded', at, kind, restarts }];
    }
    case 'becomeCustomer': {
      const already = prospectAt(state, rules, command.at).relationship === 'customer';
      return already ? [] : [{ type: 'BecameCustomer', at: command.at }];
    }
    case 'endRelationship': {
      const { relationship } = prospectAt(state, rules, command.at);
      const told = factsOf(state, 'RelationshipEnded').some(({ at }) => at === command.at);
      return told || relationship === 'former-customer'
        ? []
        : [{ type: 'RelationshipEnded', at: command.at }];
    }
  }
}

function reserve(state: Prospect, solicitation: Solicitation, rules: ProspectRules): Outcome {
  const { at, counts, solicitationId } = solicitation;
  if (stands(sendings(state).get(solicitationId), at)) return [];
  if (counts) {
    // A permit of another request, decided a moment ago, counts although its clock was a moment ahead.
    const beside = state.facts.filter((fact) => fact.at > at && fact.at <= at + SAME_TIME_MS).at(-1)?.at;
    for (const instant of beside === undefined ? [at] : [at, beside]) {
      const { status } = prospectAt(state, rules, instant, solicitationId);
      if (status === 'dropped-out') {
        return refuse('dropped-out', 'The person dropped out as a prospect and is left alone.');
      }
      if (status === 'limit-reached') {
        const detail = 'As many solicitations as the policy allows are unanswered or on their way.';
        return refuse('solicitation-limit-reached', detail);
      }
    }
  }
  return [{ type: 'SolicitationReserved', ...solicitation, expiresAt: at + PERMIT_MS }];
}

/** The same report again. Only what was reported by mistake (`not-sent`) may be reported anew, later. */
function deliveredAlready(sending: Known | undefined, at: number): boolean {
  if (sending === undefined || !sending.sent) return false;
  const { state, by } = sending;
  const takenBack = by.type === 'SolicitationReversed' && by.reason === 'not-sent';
  return !(state === 'reversed' && takenBack && at > by.at) && state !== 'reserved';
}

function reverse(state: Prospect, { at, solicitationId, reason }: Command<'reverse'>): Outcome {
  const sending = sendings(state).get(solicitationId);
  if (sending === undefined) {
    return refuse('solicitation-unknown', 'No such solicitation of this person was permitted or reported.');
  }
  const told = factsOf(state, 'SolicitationReversed').some(
    (fact) => fact.solicitationId === solicitationId && fact.reason === reason && fact.at === at,
  );
  if (told || sending.state === 'reversed') return [];
  // Nothing bounces before it was sent: of two clocks the later one is right.
  return [{ type: 'SolicitationReversed', at: Math.max(at, sending.by.at), solicitationId, reason }];
}

const permits = (state: Prospect) =>
  [...sendings(state)].flatMap(([solicitationId, { state: now, expiresAt }]) =>
    now === 'reserved' && expiresAt !== undefined ? [{ solicitationId, expiresAt }] : [],
  );

function wake(state: Prospect, now: number, rules: ProspectRules): ProspectFact[] {
  const over = permits(state).filter(({ expiresAt }) => expiresAt <= now);
  const dropOut = untoldDropOut(state, rules, now);
  return [
    ...over.map(({ solicitationId, expiresAt }): ProspectFact => ({
      ...{ type: 'SolicitationReversed', at: expiresAt, solicitationId, reason: 'permit-expired' },
    })),
    ...(dropOut ? [{ type: 'ProspectDroppedOut', ...dropOut } satisfies ProspectFact] : []),
  ];
}

/** The drop-out that stands at `at` and that no event has told yet. */
function untoldDropOut(state: Prospect, rules: ProspectRules, at: number) {
  const { droppedOutAt, dropOutReason } = prospectAt(state, rules, at);
  if (droppedOutAt === null || dropOutReason === null) return undefined;
  const told = factsOf(state, 'ProspectDroppedOut').some((fact) => fact.at === droppedOutAt);
  return told ? undefined : { at: droppedOutAt, reason: dropOutReason };
}
