/**
 * The rules in order of precedence (seeds §0, "Answer codes"). Each is one question to what is known; the first that
 * speaks is the answer.
 */
import { isDead, kindFor, type AnswerCode } from '@assent/contract';
import type { Asked } from './question.js';

/** What a rule has to say: since when, and which event made it so. */
export interface Finding {
  readonly since?: number;
  readonly eventId?: string;
}
export type Rule = (asked: Asked) => Finding | undefined;

const SPEAKS: Finding = {};

/** K18: what the policy does not declare, for this channel, is refused. */
const purposeUnknown: Rule = ({ rules }) => (rules === undefined ? SPEAKS : undefined);

/** GDPR art. 21(2)-(3): absolute for direct marketing, all brands; never for service (K13). K15: opened by a newer opt-in. */
const objectionInForce: Rule = (asked) => asked.objection();

/** GDPR art. 17: of an erased person nothing is left to use. */
const erased: Rule = ({ standing: { subject }, at }) => reached(subject?.erasedAt, at);

/** GDPR art. 18, S1-54: while restricted, data is not used, whatever the message. */
const restricted: Rule = ({ standing: { subject }, at }) => reached(subject?.restrictedSince, at);

/**
 * GDPR art. 5(1)(d): an address the person no longer has reaches somebody else, and one that bounced for good nobody. No
 * address of the channel's kind, or the one asked about is given up or dead; `inapp` needs none.
 */
const undeliverable: Rule = ({ standing: { subject, key: named }, channel, at }) => {
  const kind = kindFor(channel);
  if (subject === null || kind === undefined) return undefined;
  const held = subject.addresses.filter(
    (address) =>
      address.kind === kind && (address.removedAt === null || address.removedAt > at) && !isDead(address, at),
  );
  const isNamed = subject.addresses.some((address) => address.kind === kind && address.key === named);
  return (isNamed ? held.some(({ key }) => key === named) : held.length > 0) ? undefined : SPEAKS;
};

/** S2-22 to S2-24, S0-57, S0-62: the clock of inactivity, or of solicitations without answer, has ended (K3). */
const droppedOut: Rule = (asked) => {
  if (asked.rules?.prospecting !== true || asked.standing.subject === null) return undefined;
  const { status, droppedOutAt } = asked.prospect;
  return status === 'dropped-out' ? reached(droppedOutAt, asked.at) : undefined;
};

/** S2-24: successive solicitations without answer, delivered or reserved (K11). */
const solicitationLimit: Rule = (asked) => {
  if (asked.rules?.prospecting !== true || asked.standing.subject === null) return undefined;
  const { status, unanswered } = asked.prospect;
  return status === 'limit-reached' ? { since: unanswered.at(-1)?.at ?? asked.at } : undefined;
};

/** S2-04: a consent is there and its second step is not. */
const confirmationPending: Rule = ({ grounds }) => (grounds.holding.length > 0 ? undefined : grounds.pending);

/** GDPR art. 7(3), S0-78: withdrawn, and no newer consent. */
const consentWithdrawn: Rule = ({ grounds }) => (grounds.holding.length > 0 ? undefined : grounds.withdrawn);

/** The policy ends consents by time (`consentExpiry`); refused from the end itself (K3). */
const consentExpired: Rule = ({ grounds }) => (grounds.holding.length > 0 ? undefined : grounds.expired);

/** CPCE L34-5, S2-36: both exceptions need a simple chance to object at collection, on record. */
const informedMissing: Rule = ({ grounds }) =>
  grounds.uninformed && grounds.holding.length === 0 ? SPEAKS : undefined;

/** K14, K16: silence, or the end of a prohibition, is no permission. */
const noConsent: Rule = ({ rules, grounds }) =>
  rules !== undefined && grounds.holding.length === 0 ? SPEAKS : undefined;

const reached = (since: number | null | undefined, at: number): Finding | undefined =>
  since !== null && since !== undefined && since <= at ? { since } : undefined;

export interface NamedRule {
  readonly code: AnswerCode;
  /** Its name in reasons. */
  readonly name: string;
  readonly ask: Rule;
}

export const RULES: readonly NamedRule[] = [
  { code: 'purpose-unknown', name: 'purposeUnknown', ask: purposeUnknown },
  { code: 'objection-in-force', name: 'objectionInForce', ask: objectionInForce },
  { code: 'erased', name: 'erased', ask: erased },
  { code: 'restricted', name: 'restricted', ask: restricted },
  { code: 'undeliverable', name: 'undeliverable', ask: undeliverable },
  { code: 'dropped-out', name: 'droppedOut', ask: droppedOut },
  { code: 'solicitation-limit-reached', name: 'solicitationLimit', ask: solicitationLimit },
  { code: 'confirmation-pending', name: 'confirmationPending', ask: confirmationPending },
  { code: 'consent-withdrawn', name: 'consentWithdrawn', ask: consentWithdrawn },
  { code: 'consent-expired', name: 'consentExpired', ask: consentExpired },
  { code: 'informed-missing', name: 'informedMissing', ask: informedMissing },
  { code: 'no-consent', name: 'noConsent', ask: noConsent },
];
