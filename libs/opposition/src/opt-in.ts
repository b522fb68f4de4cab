/** Which recorded consents are acts of the person that open an objection (seeds K15). */
import { isOwnAct, lineage, type ConsentFact } from '@assent/contract';
import type { Policy } from '@assent/policy';

type Given = Extract<ConsentFact, { type: 'ConsentGiven' | 'ConsentNoted' }>;

/**
 * Whether the consent is an opt-in by the person's own act, with evidence; where the policy asks for a second step
 * (double opt-in), with that step. An import, an operator or a machine opens nothing, and neither does what an undo
 * gave back.
 */
export function isOptIn(fact: ConsentFact, policy: Policy): fact is Given {
  if (fact.type !== 'ConsentGiven' && fact.type !== 'ConsentNoted') return false;
  if (fact.type === 'ConsentGiven' && fact.restores !== null) return false;
  const rules = policy.purpose(fact.purpose);
  if (rules === undefined || !isOwnAct(fact.evidence.method)) return false;
  const twoSteps = policy.confirmation.doubleOptIn && rules.class === 'marketing' && !rules.prospecting;
  return !twoSteps || (fact.confirmedAt ?? fact.evidence.confirmedAt) !== null;
}

/** Whether an opt-in for one purpose speaks for another: itself; a purpose above it only where lists share a consent. */
export function speaksFor(optedIn: string, asked: string, policy: Policy): boolean {
  if (optedIn === asked) return true;
  const rules = policy.purpose(asked);
  const shared = rules !== undefined && (rules.prospecting || !policy.confirmation.perList);
  return shared && lineage(asked).includes(optedIn);
}
