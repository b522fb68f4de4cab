/** A standing compiled to one word: what `decide` says of every pair, and until which day time alone cannot change it. */
import type { Channel } from '@assent/contract';
import type { Policy } from '@assent/policy';
import { prospectAt } from '@assent/prospect';
import { decide } from './decide.js';
import type { Standing } from './standing.js';
import { ASK, dayOf, MOST_PAIRS, NO_DAY, wordOf } from './verdict-table.js';

/** One question that a word answers. */
export interface Pair {
  readonly purpose: string;
  readonly channel: Channel;
}

const known = new WeakMap<Policy, readonly Pair[]>();

/**
 * The declared purposes on their channels, in the order of the policy; a pair's place is its bit. What has no bit (an
 * undeclared list, the 45th pair) is answered from the heads.
 */
export function pairsOf(policy: Policy): readonly Pair[] {
  const made = known.get(policy);
  if (made !== undefined) return made;
  const pairs = policy.purposes
    .filter((rules) => rules.class !== 'internal')
    .flatMap(({ declared, channels }) => channels.map((channel): Pair => ({ purpose: declared, channel })))
    .slice(0, MOST_PAIRS);
  known.set(policy, pairs);
  return pairs;
}

/** Its bit; undefined when the word does not know it. */
export function pairOf(policy: Policy, purpose: string, channel: Channel): number | undefined {
  const place = pairsOf(policy).findIndex((pair) => pair.purpose === purpose && pair.channel === channel);
  return place < 0 ? undefined : place;
}

/** `policy` is in force at `at`, and `standing` as of it; epoch milliseconds. */
export function compile(standing: Standing, policy: Policy, at: number): bigint {
  // Something is told of a later instant than this one: the clock was set back.
  if (standing.newest > at) return ASK;
  let allow = 0n;
  pairsOf(policy).forEach(({ purpose, channel }, bit) => {
    if (decide(standing, policy, purpose, channel, at).allowed) allow |= 1n << BigInt(bit);
  });
  const turn = nextTurn(standing, policy, at);
  return wordOf(allow, turn === undefined ? NO_DAY : dayOf(turn));
}

/**
 * The first instant after `at` at which time alone may change any answer, a yes or a no: never later than the true one.
 * Every instant that a rule compares with the time of the question must be among these.
 */
export function nextTurn(standing: Standing, policy: Policy, at: number): number | undefined {
  const { consent, oppositions, subject, past, prospect } = standing;
  const consents = consent.consents.flatMap(({ purpose, given, confirmed }) =>
    [given, confirmed].flatMap((one) =>
      one
        ? [
            policy.purpose(purpose)?.consentEndsAt(one.at),
            ...[one.expiredAt, one.restoredAt, one.confirmedAt, one.evidence.confirmedAt],
          ]
        : [],
    ),
  );
  const objections = [
    ...oppositions.flatMap(({ entries }) => entries),
    ...(subject?.declined ?? []),
    ...past,
  ].map(({ since }) => policy.opposition.keptUntil(since));
  const permits = prospect.facts.map((fact) =>
    fact.type === 'SolicitationReserved' ? fact.expiresAt : null,
  );
  const { dropsOutAt } = prospectAt(prospect, policy.prospect, at);
  const turns = [...consents, ...objections, ...permits, dropsOutAt, policy.nextVersionAt].filter(
    (turn): turn is number => turn !== undefined && turn !== null && turn > at,
  );
  return turns.length === 0 ? undefined : turns.reduce((a, b) => Math.min(a, b));
}

/**
 * Until when an answer about a pair, its reasons included, stays as it is unless somebody writes; undefined: it may not be
 * told again. Of nobody, or of somebody erased, no write says when the address begins to mean somebody else.
 */
export function untilTold(standing: Standing, policy: Policy, at: number): number | undefined {
  const { subject, newest, newsletter } = standing;
  if (subject === null || subject.erasedAt !== null || newest > at) return undefined;
  const lapses = newsletter.requests.map(({ expiresAt }) => expiresAt).filter((end) => end > at);
  return Math.min(nextTurn(standing, policy, at) ?? Infinity, ...lapses);
}
