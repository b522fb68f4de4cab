import type { Channel, Decision, Reason } from '@assent/contract';
import type { Policy } from '@assent/policy';
import { commitmentOf } from './commitments.js';
import type { Ground } from './grounds.js';
import { Asked } from './question.js';
import { RULES, type Finding } from './rules.js';
import type { Standing } from './standing.js';

export interface DecideOptions {
  /** A solicitation that must not count against itself: its id. */
  readonly except?: string | undefined;
  /** Consult every rule, also behind the first that speaks; name every ground that holds. */
  readonly explain?: boolean | undefined;
}

/**
 * May we contact this person, for this purpose, on this channel, at this instant, and how do we know? Pure: the one
 * function that API, batch, permits and deliveries share. What no rule forbids has a ground: without one, it is no.
 * `policy` is the version in force at `at` (seeds K17), `standing` is as of `at`; epoch milliseconds.
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
  const common = { policy: policy.id, revision: standing.revision };
  const reasons: Reason[] = [];
  for (const { code, name, ask } of RULES) {
    const finding = ask(asked);
    if (finding !== undefined) reasons.push(reasonOf(policy, code, name, finding));
    if (finding !== undefined && !explain) break;
  }
  const [first] = reasons;
  if (first !== undefined) return { allowed: false, code: first.code, reasons, ...common };

  const [ground, ...others] = asked.grounds.holding;
  if (ground === undefined) throw new Error('no rule spoke, and no ground holds');
  const named = explain ? [ground, ...others] : [ground];
  const validUntil = endOf(asked, ground);
  return {
    allowed: true,
    code: 'allowed',
    reasons: named.map((one) => reasonOf(policy, 'allowed', one.rule, one)),
    basis: ground.basis,
    ...(validUntil !== undefined && { validUntil }),
    ...common,
  };
}

function reasonOf(
  { tenant }: Policy,
  code: Reason['code'],
  rule: string,
  { since, eventId }: Finding,
): Reason {
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
function endOf(asked: Asked, { endsAt }: Ground): number | undefined {
  const { rules, policy, at } = asked;
  const dropsOutAt = rules?.prospecting === true ? asked.prospect.dropsOutAt : null;
  const ends = [endsAt, dropsOutAt ?? undefined, policy.nextVersionAt].filter(
    (end) => end !== undefined && end > at,
  ) as number[];
  return ends.length === 0 ? undefined : Math.min(...ends);
}
