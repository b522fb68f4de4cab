import type { AddressVerdict } from '@assent/contract';

/** Where other systems read what may be sent to whom. The last verdict of an address is the one that counts. */
export abstract class VerdictTopic {
  /** In the order of the calls for one address. Resolves when it is stored; after a rejection it may be. */
  abstract publish(verdict: AddressVerdict): Promise<void>;
}
