/** What is told about a person at a door, and the command it makes. Pure. */
import type { Refusal } from '@assent/kernel';
import type { Address, SubjectFact, SubjectState } from '@assent/contract';
import type { EvidenceDocument, ResolvedSubject } from '@assent/ports';
import { isRegistered, type Collection, type SubjectRefusal } from './subject.js';

export interface KeyedAddress {
  readonly key: string;
  readonly address: Address;
}

/** What a client says about a person: clear addresses, and how and when they were collected. */
export interface Registration extends Omit<Collection, 'evidence' | 'own'> {
  /** Normalised; at least one. */
  readonly addresses: readonly Address[];
  readonly context: SubjectState['context'];
  readonly relationship: SubjectState['relationship'];
  readonly own: boolean;
  readonly locale: string | null;
  /** Sealed when it proves something new. */
  readonly evidence?: EvidenceDocument | undefined;
  /**
   * Told by a file, which is no act of the person. Of somebody known it adds addresses and refusals, nothing else, so
   * that all it did can be taken back. Called with the person's id before anything is recorded, durable when it resolves.
   */
  readonly imported?: (subjectId: string) => Promise<void>;
}

/** What a registration would do. */
export interface Foreseen {
  /** Null: it would register somebody new. */
  readonly person: ResolvedSubject | null;
  readonly keys: readonly string[];
  readonly facts: readonly SubjectFact[];
  readonly refusal?: Refusal<SubjectRefusal>;
}

const collectionOf = (registration: Registration): Collection => ({
  collectedAt: registration.collectedAt,
  dated: registration.dated,
  own: registration.own,
  informed: registration.informed,
  declined: registration.declined,
  source: registration.source,
  notice: registration.notice,
  evidence: null,
});

/** The command of a registration; `state` is what is known of the person. */
export function commandOf(
  registration: Registration,
  subjectId: string,
  addresses: readonly KeyedAddress[],
  state: SubjectState,
) {
  const adds = registration.imported !== undefined && isRegistered(state);
  return {
    type: 'register',
    ...collectionOf(registration),
    ...(adds && { informed: false }),
    subjectId,
    context: registration.context,
    relationship: registration.relationship,
    addresses: addresses.map(({ key, address: { kind } }) => ({ kind, key })),
  } as const;
}

export const unique = <T extends { readonly key: string }>(all: readonly T[]): T[] => [
  ...new Map(all.map((one) => [one.key, one])).values(),
];
