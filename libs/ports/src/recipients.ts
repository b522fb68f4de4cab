import type { AddressKind, ErasureRecipient, SubjectState } from '@assent/contract';

/** How one tool stands to the erasure of one address. */
export interface Recipient extends ErasureRecipient {
  readonly kind: AddressKind;
  /** Nothing more can be brought about there. */
  readonly settled: boolean;
}

/**
 * GDPR art. 17(2), 19: whoever got the data is told of its erasure, and the person may ask who. Implemented by delivery;
 * asked by the subject concept, which must not empty the directory before.
 */
export abstract class Recipients {
  /** Makes sure that the erasure is due at each of them. The events have mostly done so; repeating it changes nothing. */
  abstract tell(tenant: string, person: SubjectState): Promise<void>;
  /** Every integration that can hold one of the person's addresses, one entry per integration and address. */
  abstract ofErasure(tenant: string, person: SubjectState): Promise<readonly Recipient[]>;
}
