/**
 * Consents of one person: given for a purpose, under a notice, with evidence, withdrawn as easily (GDPR art. 7). What
 * an objection ended stays ended, however long ago the objection was (seeds K14). A late fact is folded by its time.
 */
import { refuse, type Decider } from '@assent/kernel';
import {
  covers,
  isOwnAct,
  type Channel,
  type ConsentEntry,
  type ConsentFact,
  type ConsentState,
  type EvidenceRef,
  type NoticeRef,
} from '@assent/contract';
import type { Policy } from '@assent/policy';
import { evolve } from './fold.js';
import { endedAt, withdrawnAt } from './in-force.js';
import { isOpen, type KnownObjection, type Objections } from './objections.js';

export interface ConsentRules {
  /** When a consent given at `since` ends by time; `undefined`: it does not. */
  readonly consentEndsAt: (purpose: string, since: number) => number | undefined;
}

export const consentRules = (policy: Policy): ConsentRules => ({
  consentEndsAt: (purpose, since) => policy.purpose(purpose)?.consentEndsAt(since),
});

interface OnChannels {
  readonly at: number;
  readonly purpose: string;
  readonly channels: readonly Channel[];
}
export interface Give extends OnChannels {
  readonly type: 'give';
  readonly notice: NoticeRef;
  readonly evidence: EvidenceRef;
  readonly confirmedAt: number | null;
  /** What the person refused, on all addresses; empty for purposes that cannot be opposed. */
  readonly objections: Objections;
  /** Told more than minutes after it happened: another refusal may have come between. */
  readonly toldLate: boolean;
}
export type ConsentCommand =
  | Give
  | (OnChannels & { readonly type: 'withdraw'; readonly evidence: EvidenceRef | null })
  | { readonly type: 'end'; readonly by: readonly Pick<KnownObjection, 'scope' | 'since' | 'cause'>[] }
  /** The objection `cause` was undone: what it ended is given again. */
  | { readonly type: 'restore'; readonly cause: string }
  | { readonly type: 'wake'; readonly at: number };

export type ConsentRefusal = 'objection-newer' | 'objection-in-force' | 'consent-withdrawn';
type Given = Extract<ConsentFact, { type: 'ConsentGiven' }>;
type Noted = Extract<ConsentFact, { type: 'ConsentNoted' }>;

export const consent: Decider<ConsentState, ConsentCommand, ConsentFact, ConsentRules, ConsentRefusal> = {
  initial: { consents: [], ends: [] },

  decide(state, command, rules) {
    switch (command.type) {
      case 'give':
        return give(state, command);
      case 'withdraw': {
        const { at, purpose, evidence } = command;
        const channels = command.channels.filter((channel) => !alreadyWithdrawn(state, command, channel));
        return channels.length === 0 ? [] : [{ type: 'ConsentWithdrawn', at, purpose, channels, evidence }];
      }
      case 'end':
        return [...new Map(command.by.map((objection) => [objection.cause, objection])).values()]
          .filter(({ cause }) => !state.ends.some((end) => end.cause === cause))
          .filter(({ cause }) => !state.restored?.includes(cause))
          .map(({ scope, since, cause }) => ({ type: 'ConsentEnded', at: since, scope, cause }));
      case 'restore':
        return restore(state, command.cause);
      case 'wake':
        return ending(state, rules)
          .filter(({ at }) => at <= command.at)
          .map((end) => ({ type: 'ConsentExpired', ...end }));
    }
  },

  evolve,

  wakeAt(state, rules) {
    const instants = ending(state, rules).map(({ at }) => at);
    return instants.length === 0 ? 'never' : Math.min(...instants);
  },
};

/** Each channel for itself: an objection to text messages ends nothing by mail. */
function give(state: ConsentState, command: Give) {
  const { at, purpose, channels, notice, evidence, confirmedAt } = command;
  const open = channels.filter((channel) => !sameAgain(state, command, channel));
  const because = new Map(open.map((channel) => [channel, stopped(state, command, channel)]));
  const what = { at, purpose, notice, evidence, confirmedAt };
  const on = (reason: Noted['because'] | undefined) =>
    open.filter((channel) => because.get(channel) === reason);

  const noted = (['objection-newer', 'cannot-lift', 'withdrawal-stands', 'withdrawal-newer'] as const)
    .map((reason): Noted => ({ type: 'ConsentNoted', ...what, channels: on(reason), because: reason }))
    .filter((fact) => fact.channels.length > 0);
  const given = on(undefined);
  if (given.length > 0) {
    const fact: Given = { type: 'ConsentGiven', ...what, channels: given, restores: null };
    return [...noted, fact];
  }
  return refusalOf(noted) ?? noted;
}

/** How a consent that could only be noted is answered; nothing for one that came after a withdrawal. */
export function refusalOf(noted: readonly Noted[]) {
  const reasons = noted.map(({ because }) => because);
  if (reasons.includes('objection-newer')) {
    return refuse(
      'objection-newer',
      'The person objected at or after this consent; it was noted as history.',
      noted,
    );
  }
  if (reasons.includes('cannot-lift')) {
    const detail =
      'An objection is in force, and only an act of the person lifts it; this was noted as history.';
    return refuse('objection-in-force', detail, noted);
  }
  if (reasons.includes('withdrawal-stands')) {
    const detail =
      'The person withdrew. Only an act of the person gives consent anew, and one told late not of the same day; this was noted as history.';
    return refuse('consent-withdrawn', detail, noted);
  }
  return undefined;
}

/** Why a consent changes nothing on the channel. At one instant the restriction wins (seeds K12, K14, K15). */
function stopped(state: ConsentState, command: Give, channel: Channel): Noted['because'] | undefined {
  const { at, purpose, evidence, objections } = command;
  const covering = objections.list.filter(({ scope }) => covers(scope, purpose, channel));
  const ended = endedAt(state, purpose, channel, objections.undone)?.at ?? -Infinity;
  if (ended >= at || covering.some(({ since }) => since >= at)) return 'objection-newer';
  const own = isOwnAct(evidence.method);
  const shut = covering.filter((objection) => objection.inForce && !isOpen(objection, purpose, channel, at));
  // A stop repeated within a day is folded into the first: an opt-in told late may be older than the last of them.
  const perhapsRepeated = command.toldLate && shut.some(({ since }) => at - since < REPEATED_MS);
  if (shut.length > 0 && (!own || perhapsRepeated)) return 'cannot-lift';
  const withdrawal = withdrawnAt(state, purpose, channel)?.at ?? -Infinity;
  const perhapsWithdrawnAgain = command.toldLate && at - withdrawal < REPEATED_MS;
  if (withdrawal >= at) return 'withdrawal-newer';
  const given = find(state, purpose, channel)?.given?.at ?? -Infinity;
  // Never a ground: the fold knows the first of the day only, which is older than this consent.
  return perhapsWithdrawnAgain || (!own && withdrawal > given) ? 'withdrawal-stands' : undefined;
}
/** As the opposition list folds refusals. */
const REPEATED_MS = 24 * 3_600_000;

const find = (state: ConsentState, purpose: string, channel: string): ConsentEntry | undefined =>
  state.consents.find((entry) => entry.purpose === purpose && entry.channel === channel);

function sameAgain(state: ConsentState, give: Give, channel: Channel): boolean {
  const given = find(state, give.purpose, channel)?.given;
  return given?.at === give.at && sameWords(given, give);
}

type Words = Pick<Give, 'notice' | 'evidence'>;
/** Under the same notice, proven in the same way: an import at the instant of a form is no repetition of it. */
const sameWords = (a: Words, b: Words): boolean =>
  a.notice.id === b.notice.id &&
  a.notice.version === b.notice.version &&
  a.evidence.method === b.evidence.method;

/**
 * A withdrawal within a day of the one that still stands changes nothing. A later one does: an opt-in that happened
 * between the two may be told after both, and must not open what was closed again. Told late, it is history of its own.
 */
function alreadyWithdrawn(state: ConsentState, { at, purpose }: OnChannels, channel: Channel): boolean {
  const entry = find(state, purpose, channel);
  if (!entry?.withdrawn) return false;
  const since = entry.withdrawn.at;
  const stands = (entry.given?.at ?? -Infinity) <= since;
  return at === since || (at > since && at - since < REPEATED_MS && stands);
}

function restore(state: ConsentState, cause: string): Given[] {
  const end = state.ends.find((one) => one.cause === cause);
  if (end === undefined) return [];
  const facts = new Map<string, Given>();
  for (const { purpose, channel, given, withdrawn } of state.consents) {
    if (given === null || given.expiredAt !== null || given.at > end.at) continue;
    if (!covers(end.scope, purpose, channel) || (withdrawn?.at ?? -Infinity) >= given.at) continue;
    const { at, notice, evidence, confirmedAt, eventId } = given;
    const fact = facts.get(eventId);
    facts.set(eventId, {
      ...{ type: 'ConsentGiven', at, purpose, notice, evidence, confirmedAt, restores: cause },
      channels: [...(fact?.channels ?? []), channel],
    });
  }
  return [...facts.values()];
}

/** The live consents that time will end, each with its end. */
function ending(state: ConsentState, rules: ConsentRules) {
  return state.consents.flatMap(({ purpose, channel, given }) => {
    if (given === null || given.expiredAt !== null) return [];
    const stop = Math.max(
      withdrawnAt(state, purpose, channel)?.at ?? -Infinity,
      endedAt(state, purpose, channel)?.at ?? -Infinity,
    );
    const at = rules.consentEndsAt(purpose, given.at);
    return stop >= given.at || at === undefined ? [] : [{ at, purpose, channel, given: given.eventId }];
  });
}
