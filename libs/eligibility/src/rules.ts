/**
 * The rules in order of precedence (seeds §0, "Answer codes"). Each is one question to what is known; the first that
 * speaks is the answer.
 */
import { kindFor, type AnswerCode } from '@assent/contract';
import { withdrawnAt } from '@assent/consent';
import type { Asked } from './question.js';

export interface Spoken {
  readonly code: AnswerCode;
  readonly since?: number;
  readonly eventId?: string;
}
type Rule = (asked: Asked) => Spoken | undefined;

/** K18: what the policy does not declare, for this channel, is refused. */
const purposeUnknown: Rule = ({ rules }) => (rules === undefined ? { code: 'purpose-unknown' } : undefined);

/** GDPR art. 21(2)-(3): absolute for direct marketing, all brands; never for service (K13). K15: opened by a newer opt-in. */
const objectionInForce: Rule = (asked) => {
  const objection = asked.marketing ? asked.objection() : undefined;
  return objection === undefined || asked.opensBy(objection)
    ? undefined
    : { code: 'objection-in-force', ...objection };
};

/** GDPR art. 17: of an erased person nothing is left to use. */
const erased: Rule = ({ standing: { subject }, at }) => {
  const since = subject?.erasedAt ?? null;
  return since !== null && since <= at ? { code: 'erased', since } : undefined;
};

/** GDPR art. 18, S1-54: while restricted, data is not used, whatever the message. */
const restricted: Rule = ({ standing: { subject }, at }) => {
  const since = subject?.restrictedSince ?? null;
  return since !== null && since <= at ? { code: 'restricted', since } : undefined;
};

/** No address of the channel's kind; `inapp` needs none. */
const undeliverable: Rule = ({ standing: { subject }, channel }) => {
  const kind = kindFor(channel);
  if (subject === null || kind === undefined) return undefined;
  const reachable = subject.addresses.some((address) => address.kind === kind && address.removedAt === null);
  return reachable ? undefined : { code: 'undeliverable' };
};

/** S2-22 to S2-24, S0-57, S0-62: the clock of inactivity, or of solicitations without answer, has ended (K3). */
const droppedOut: Rule = (asked) => {
  if (asked.rules?.prospecting !== true || asked.standing.subject === null) return undefined;
  const { status, droppedOutAt } = asked.prospect;
  return status === 'dropped-out'
    ? { code: 'dropped-out', ...(droppedOutAt !== null && { since: droppedOutAt }) }
    : undefined;
};

/** S2-24: successive solicitations without answer, delivered or reserved (K11). */
const solicitationLimit: Rule = (asked) =>
  asked.rules?.prospecting === true &&
  asked.standing.subject !== null &&
  asked.prospect.status === 'limit-reached'
    ? { code: 'solicitation-limit-reached', since: asked.prospect.unanswered.at(-1)?.at ?? asked.at }
    : undefined;

/** S2-04: a consent is there and its second step is not. */
const confirmationPending: Rule = (asked) => {
  if (!asked.needsConfirmation || asked.ground() !== undefined) return undefined;
  const waiting = asked.consent({ confirmed: false });
  return waiting && { code: 'confirmation-pending', since: waiting.at, eventId: waiting.eventId };
};

/** GDPR art. 7(3), S0-78: withdrawn, and no newer ground. */
const consentWithdrawn: Rule = (asked) => {
  if (!asked.marketing || asked.ground() !== undefined) return undefined;
  const { standing, purpose, channel, at } = asked;
  const withdrawn = withdrawnAt(standing.consent, purpose, channel);
  return withdrawn && withdrawn.at <= at
    ? { code: 'consent-withdrawn', since: withdrawn.at, eventId: withdrawn.eventId }
    : undefined;
};

/** The policy ends consents by time (`consentExpiry`). */
const consentExpired: Rule = (asked) => {
  if (asked.ground() !== undefined) return undefined;
  const before = asked.consent({ confirmed: asked.needsConfirmation, forever: true });
  return before && { code: 'consent-expired', since: before.at, eventId: before.eventId };
};

/** CPCE L34-5, S2-36: both exceptions need a simple chance to object at collection, on record. */
const informedMissing: Rule = (asked) =>
  asked.marketing && asked.ground() === undefined && asked.informedMissing()
    ? { code: 'informed-missing' }
    : undefined;

/** K14: silence, or the end of a prohibition, is no permission. */
const noConsent: Rule = (asked) => (asked.ground() === undefined ? { code: 'no-consent' } : undefined);

export const RULES: readonly (readonly [name: string, rule: Rule])[] = Object.entries({
  purposeUnknown,
  objectionInForce,
  erased,
  restricted,
  undeliverable,
  droppedOut,
  solicitationLimit,
  confirmationPending,
  consentWithdrawn,
  consentExpired,
  informedMissing,
  noConsent,
});
