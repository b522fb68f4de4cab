/** Addresses of synthetic people: a mailbox of the operator's own, with a place for what tells them apart. */
import { normaliseAddress, type Address } from '@assent/contract';

const PLACE = '{n}';

/** The address of one day and tenant. */
export function canaryAddress(pattern: string, day: string, tenant: string): Address | undefined {
  return normaliseAddress('email', pattern.replace(PLACE, `${day.replaceAll('-', '')}-${tenant}`));
}
