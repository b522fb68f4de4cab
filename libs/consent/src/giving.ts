/** What every door that takes a consent asks: which channels, under which notice, against which refusals. */
import type { Channel, NoticeRef } from '@assent/contract';
import { invalid, ProblemError } from '@assent/http';
import type { Policies, Policy } from '@assent/policy';
import type { EventLog, ResolvedSubject } from '@assent/ports';
import { NO_OBJECTIONS, objectionsOf, withDeclined, type Objections } from './objections.js';

/** The channels that were named, the purpose's in the policy otherwise. Throws `ProblemError`. */
export function channelsOf(
  policy: Policy,
  purpose: string,
  named: readonly Channel[] | undefined,
  at = '',
): readonly Channel[] {
  const rules = policy.purpose(purpose);
  if (rules === undefined) {
    throw new ProblemError('purpose-unknown', `${at}/purpose is not declared in the policy in force.`);
  }
  const channels = named ?? rules.channels;
  if (channels.length === 0)
    throw invalid(`${at}/channels`, 'must be given: the policy has none for this purpose');
  return channels;
}

/** The notice of the reference, which must be the one that was in force then. Throws `ProblemError`. */
export function noticeInForce(
  policies: Policies,
  tenant: string,
  ref: string | undefined,
  at: number,
  pointer = '/notice',
): NoticeRef {
  const notice = ref === undefined ? undefined : policies.notice(tenant, ref, at);
  if (notice === undefined || (ref?.includes('@') && !policies.isCurrent(tenant, ref, at))) {
    const detail = `${pointer} must name the notice that was in force when the consent was given.`;
    throw new ProblemError('notice-not-current', detail);
  }
  const { id, version, digest } = notice;
  return { id, version, digest };
}

/** What the person refused, on all addresses. What may not be opposed needs no look at the opposition list (K10). */
export async function refusalsOf(
  log: EventLog,
  tenant: string,
  { keys, state }: Pick<ResolvedSubject, 'keys' | 'state'>,
  { purpose, at }: { readonly purpose: string; readonly at: number },
  policy: Policy,
): Promise<Objections> {
  if (policy.purpose(purpose)?.class !== 'marketing') return NO_OBJECTIONS;
  const known = await objectionsOf(log, tenant, keys, policy, at);
  return state === null ? known : withDeclined(known, state);
}
