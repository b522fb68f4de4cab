/**
 * The erasure of a person (GDPR art. 17): refused everywhere at once, told to every tool, seen there, then forgotten
 * here. What stays is a keyed digest that keeps the person stopped (art. 17(3)(b), 21(3)). Pure.
 */
import { ERASURE_REASONS, IMPORT_UNDONE, type ErasureReason, type SubjectFact } from '@assent/contract';
import type { Recipient } from '@assent/ports';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How long clear addresses are kept so that the tools can be told: the hold of the opposition list. */
export const HOLD_MS = 30 * 24 * HOUR_MS;

export const ERASURE_STATES = ['accepted', 'told', 'verified', 'done'] as const;
export type ErasureState = (typeof ERASURE_STATES)[number];

/** A person is erased once, so the request is named after the person: asked again, it is the same. */
export const requestOf = (subjectId: string): string => subjectId.replace(/^sub_/, 'era_');
export const subjectOf = (requestId: string): string | undefined =>
  /^era_/.test(requestId) ? requestId.replace(/^era_/, 'sub_') : undefined;

/** Free text may hold personal data: only a known word is kept as it is. */
export function reasonOf(text: string): ErasureReason {
  const word = text.trim().toLowerCase();
  return ERASURE_REASONS.find((reason) => reason === word) ?? 'stated';
}

/** Until it is completed. */
export function stateOf(recipients: readonly Recipient[]): Exclude<ErasureState, 'done'> {
  if (recipients.every(({ settled }) => settled)) return 'verified';
  return recipients.every(({ settled, toldAt }) => settled || toldAt !== null) ? 'told' : 'accepted';
}

/** The next look at what waits: soon at first, and every six hours at the latest. Tools that finish ring before. */
export function nextLook(erasedAt: number, now: number): number {
  const wait = Math.min(6 * HOUR_MS, Math.max(MINUTE_MS, (now - erasedAt) / 8));
  const end = erasedAt + HOLD_MS;
  return now < end ? Math.min(now + Math.ceil(wait), end) : now + Math.ceil(wait);
}

export type Erased = Extract<SubjectFact, { type: 'SubjectErased' }>;
export type Completed = Extract<SubjectFact, { type: 'ErasureCompleted' }>;

export interface Facts {
  readonly tenant: string;
  readonly subjectId: string;
  readonly erased: Erased;
  readonly completed: Completed;
  /** The version that was in force: `presentinfini@1`. */
  readonly policy: string;
  /** Until when the opposition is kept, epoch milliseconds. */
  readonly oppositionUntil: number;
}

export const CERTIFICATE = 'assent.certificate-of-erasure.1';

/** What the certificate says, before it is signed. No personal data: random ids, words and instants. */
export function certificateOf({ tenant, subjectId, erased, completed, policy, oppositionUntil }: Facts) {
  return {
    type: CERTIFICATE,
    tenant,
    requestId: requestOf(subjectId),
    subjectId,
    policy,
    reason: erased.reason,
    reasonDigest: erased.reasonDigest ?? null,
    requestedAt: instant(erased.at),
    completedAt: instant(completed.at),
    erased: ['addresses', 'external ids', 'profile', 'evidence', 'claims on the addresses'],
    recipients: completed.recipients.map(({ integration, kind, state, toldAt, verifiedAt }) => ({
      integration,
      kind,
      state,
      toldAt: toldAt === null ? null : instant(toldAt),
      verifiedAt: verifiedAt === null ? null : instant(verifiedAt),
    })),
    kept: [
      ...(erased.reason === IMPORT_UNDONE
        ? []
        : [
            {
              what: 'opposition to all marketing',
              form: 'keyed digest of each address',
              until: instant(oppositionUntil),
              why: 'GDPR art. 17(3)(b), 21(3): so that a later import cannot reach the person',
            },
          ]),
      {
        what: 'events',
        form: 'random ids and keyed digests, no clear data',
        until: null,
        why: 'GDPR art. 5(2), 17(3)(e): to show what was recorded, told and erased',
      },
    ],
  };
}
export type Certificate = ReturnType<typeof certificateOf> & { readonly mac: string };

const instant = (ms: number): string => new Date(ms).toISOString();
