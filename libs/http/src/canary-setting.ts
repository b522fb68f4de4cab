/** Where synthetic people have their addresses: a mailbox of the operator's own, with a place for what tells them apart. */
import { normaliseAddress } from '@assent/contract';

const PLACE = '{n}';

/** Empty: there are none. */
export function canarySetting(pattern: string, hasPublicUrl: boolean, faults: string[]): string {
  if (pattern === '') return '';
  const local = pattern.slice(0, pattern.lastIndexOf('@'));
  if (local.split(PLACE).length !== 2 || pattern.split(PLACE).length !== 2)
    faults.push('ASSENT_CANARY must have {n} once before the @, e.g. canary+{n}@example.org');
  else if (normaliseAddress('email', pattern.replace(PLACE, '20260101-tenant')) === undefined)
    faults.push('ASSENT_CANARY must be an e-mail address once {n} is filled in');
  // They use the public address as everybody does: without one, nothing would be proven.
  if (!hasPublicUrl) faults.push('ASSENT_CANARY needs ASSENT_PUBLIC_URL');
  return pattern;
}
