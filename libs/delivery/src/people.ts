import type { KnownAddress } from '@assent/contract';
import type { Known } from './desired.js';

/** Who stands behind an address, as of now. */
export interface Person {
  /** Null: nobody is registered under the address. */
  readonly subjectId: string | null;
  /** All the person has or had; empty when nobody is registered. */
  readonly addresses: readonly KnownAddress[];
  readonly known: Known;
}

/** Reads the heads that a desired state rests on, at the moment of the call. */
export abstract class People {
  /** The owner of the key; else `hint`, who had it before an erasure took the claim away; else nobody. */
  abstract byKey(tenant: string, key: string, hint: string | null): Promise<Person>;
  /** The keys of the person that no one else has claimed since. */
  abstract keysOf(tenant: string, subjectId: string): Promise<readonly string[]>;
}
