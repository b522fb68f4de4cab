import type { Address, EvidenceRef, SubjectState } from '@assent/contract';
import type { EvidenceDocument } from './directory.js';

/** Exactly one member is set. Values as the client sent them: not yet normalised. */
export interface SubjectRef {
  readonly id?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly externalId?: string;
}

export interface ResolvedSubject {
  /** Null when nobody is registered under the reference. */
  readonly subjectId: string | null;
  readonly state: SubjectState | null;
  /** Version of the subject's stream; 0 when unknown. */
  readonly version: number;
  /** The key of the address in the reference; null for `{id}`. */
  readonly key: string | null;
  /** The normalised address of the reference; null for `{id}`. */
  readonly address: Address | null;
  /** Every key that stops may lie under: the reference's own and all the subject has or had. */
  readonly keys: readonly string[];
}

export type Malformed = { readonly malformed: string };

/** Who a reference means. Implemented by the subject concept; asked by every door. */
export abstract class Subjects {
  /** `malformed` holds the JSON pointer's last part when the value is no address of its kind. */
  abstract resolve(tenant: string, ref: SubjectRef): Promise<ResolvedSubject | Malformed>;
  /** Who owns the address key now, with everything known; for reactions, which know keys only. */
  abstract byKey(tenant: string, key: string): Promise<ResolvedSubject>;
  /** Registers the unknown address of a reference, `source` naming what brought it; answers as `resolve`. */
  abstract register(
    tenant: string,
    address: Address,
    origin: { source: string; at: number; actor: string; own: boolean },
  ): Promise<ResolvedSubject>;
  /** Seals an evidence document and answers what may stand in events. */
  abstract seal(tenant: string, owner: string, document: EvidenceDocument): Promise<EvidenceRef>;
}
