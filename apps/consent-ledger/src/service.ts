import { ConsentModule, ConsentWaker } from '@assent/consent';
import type { Service } from '@assent/profile';

/** Doors of consents, evidence and history; ends consents when an objection or a later address says so. */
export const CONSENT_LEDGER: Service = {
  name: 'consent-ledger',
  modules: () => [ConsentModule],
  wakers: [ConsentWaker],
};
