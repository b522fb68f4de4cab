import type { Channel, Decision, Reason } from '@assent/contract';
import type { Policy } from '@assent/policy';
import { commitmentOf } from './commitments.js';
import { Asked, type Ground } from './question.js';
import { RULES, type Spoken } from './rules.js';
import type { Standing } from './standing.js';

export interface DecideOptions {
  /** A solicitation that must not count against itself. */
  readonly except?: string;
  /** Consult every rule, also behind the first that speaks. */
  readonly explain?: boolean;
}

/**
 * May we contact this person, for this purpose, on this channel, at this instant, and how do we know? Pure: the one
 * function that API, batch, permits and deliveries share. What no rule forbids needs a ground; without one it is no.
 */
export function decide(
  standing: Standing,
  policy: Policy,
  purpose: string,
  channel: Channel,
  at: number,
  { except, explain = false }: DecideOptions = {},
): Decision {
  const asked = new Asked(standing, policy, purpose, channel, at, except);
  const reasons: Reason[] = [];
  for (const [rule, ask] of RULES) {
    const spoken = ask(asked);
    if (spoken !== undefined) reasons.push(reasonOf(policy, rule, spoken));
    if (spoken !== undefined && !explain) break;
  }
  const common = { policy: policy.id, revision: standing.revision };
  const [first] = reasons;
  if (first !== undefined) return { allowed: false, code: first.code, reasons, ...common };
  const ground = asked.ground();
  if (ground === undefined) throw new Error('no rule spoke and there is no ground'); // fails closed
  const { basis, rule } = ground;
  const validUntil = endOf(asked, ground);
  return {
    allowed: true,
    code: 'allowed',
    reasons: [
      reasonOf(policy, rule, {
        code: 'allowed',
        since: ground.since,
        ...(ground.eventId !== undefined && { eventId: ground.eventId }),
      }),
    ],
    basis,
    ...(validUntil !== undefined && { validUntil }),
    ...common,
  };
}

function reasonOf({ tenant }: Policy, rule: string, { code, since, eventId }: Spoken): Reason {
  const commitment = commitmentOf(tenant, rule);
  return {
    code,
    rule,
    ...(commitment !== undefined && { commitment }),
    ...(since !== undefined && { since }),
    ...(eventId !== undefined && { eventId }),
  };
}

/** The first instant at which time alone may end a permission. */
function endOf({ rules, prospect, policy, at }: Asked, { endsAt }: Ground): number | undefined {
  const dropsOutAt = rules?.prospecting === true ? (prospect.dropsOutAt ?? Infinity) : Infinity;
  const next = policy.nextVersionAt ?? Infinity;
  const ends = [endsAt ?? Infinity, dropsOutAt, next].filter((end) => end > at && end < Infinity);
  return ends.length === 0 ? undefined : Math.min(...ends);
}
