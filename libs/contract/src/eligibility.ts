/** Reasons in order of precedence: the first that applies is the answer (seeds §0, "Answer codes"). */
export const ANSWER_CODES = [
  'malformed',
  'stale',
  'purpose-unknown',
  'objection-in-force',
  'erased',
  'restricted',
  'undeliverable',
  'dropped-out',
  'solicitation-limit-reached',
  'confirmation-pending',
  'consent-withdrawn',
  'consent-expired',
  'informed-missing',
  'no-consent',
  'allowed',
] as const;
export type AnswerCode = (typeof ANSWER_CODES)[number];

export interface Reason {
  readonly code: AnswerCode;
  /** Name of the rule that spoke, e.g. `objectionInForce`. */
  readonly rule: string;
  /** Ids of the commitments it serves, e.g. `S2-24`, or of the convention, e.g. `K14`. */
  readonly commitment?: string;
  /** Epoch milliseconds. */
  readonly since?: number;
  readonly eventId?: string;
}

/** May we contact this person, for this purpose, on this channel, at this instant, and how do we know? */
export interface Decision {
  readonly allowed: boolean;
  readonly code: AnswerCode;
  readonly reasons: readonly Reason[];
  /** The lawful ground of an allowed message. */
  readonly basis?: 'consent' | 'softOptIn' | 'legitimateInterest' | 'contract' | 'legalObligation';
  /** `presentinfini@1` */
  readonly policy: string;
  /** The first instant at which an allowed answer may no longer hold. Epoch milliseconds. */
  readonly validUntil?: number;
  /** The sum of the versions of the streams it rests on: grows with every recorded event. */
  readonly revision: number;
}
