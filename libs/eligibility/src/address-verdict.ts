import type { AddressVerdict } from '@assent/contract';
import type { Policy } from '@assent/policy';
import { nextTurn } from './compiled.js';
import { decide } from './decide.js';
import type { Standing } from './standing.js';

/** No `allowed` is believed for longer without being said again, whatever became of whoever says it. */
export const BELIEVED_MS = 86_400_000;

/** What `decide` says of every declared pair, for other systems. `standing` as of `at`, `policy` in force at it. */
export function addressVerdict(standing: Standing, key: string, policy: Policy, at: number): AddressVerdict {
  const verdicts: AddressVerdict['verdicts'] = {};
  let isAllowed = false;
  for (const { declared, channels, class: kind } of policy.purposes) {
    if (kind === 'internal') continue;
    verdicts[declared] = Object.fromEntries(
      channels.map((channel) => {
        const { allowed } = decide(standing, policy, declared, channel, at);
        isAllowed ||= allowed;
        return [channel, allowed ? 'allowed' : 'stopped'];
      }),
    );
  }
  const { subject } = standing;
  const kind = subject?.addresses.find((address) => address.key === key)?.kind;
  return {
    tenant: standing.tenant,
    addressKey: key,
    ...(kind !== undefined && { kind }),
    verdicts,
    validUntil: isAllowed ? new Date(believedUntil(standing, policy, at)).toISOString() : null,
    policy: policy.id,
    revision: standing.revision,
    at: new Date(at).toISOString(),
  };
}

/** Something is told of a later instant than `at`: a clock was set back, and nothing is believed. */
const believedUntil = (standing: Standing, policy: Policy, at: number): number =>
  standing.newest > at ? at : Math.min(at + BELIEVED_MS, nextTurn(standing, policy, at) ?? Infinity);
