/** Why marketing to a person is stopped today, as `decide` says it. Pure. */
import type { AnswerCode } from '@assent/contract';
import { decide, type Standing } from '@assent/eligibility';
import type { Policy } from '@assent/policy';

/** What no row of a file lifts. */
const STOPS: ReadonlySet<AnswerCode> = new Set([
  'objection-in-force',
  'erased',
  'restricted',
  'undeliverable',
  'dropped-out',
  'solicitation-limit-reached',
  'consent-withdrawn',
] as const);

/** Every reason once, over all marketing purposes and their channels. */
export function stopsOf(standing: Standing, policy: Policy, at: number): AnswerCode[] {
  const kinds = new Set(standing.subject?.addresses.map(({ kind }) => kind));
  const codes = policy.purposes
    .filter((rules) => rules.class === 'marketing')
    .flatMap((rules) =>
      rules.channels.map((channel) => decide(standing, policy, rules.declared, channel, at).code),
    );
  // Somebody without a telephone is not stopped: there is nothing to reach.
  const dead = standing.subject?.addresses.some(({ bouncedAt }) => typeof bouncedAt === 'number') ?? false;
  return [...new Set(codes)].filter(
    (code) => STOPS.has(code) && (code !== 'undeliverable' || (dead && kinds.size > 0)),
  );
}
