/**
 * What came to the address that mails are sent from: bounces (RFC 3464), complaints (RFC 5965), and unsubscribes by mail
 * (RFC 2369 §3.2). Only a token of ours names anybody; whether it is one, the product says. No answer, no bounce and no
 * automatic notice is a refusal, and none is a consent.
 */
import { normaliseAddress, type Address } from '@assent/contract';
import {
  entityOf,
  fieldsNamed,
  leavesOf,
  readable,
  readMessage,
  valueOf,
  type Entity,
  type Leaf,
} from './message.js';
import { addressesIn, looksSigned, tokenOf } from './unsubscribe-link.js';

/** `hard`: given up for good (5.x.x). `soft`: not now, or the mailbox is full. `reputation`: we were refused, not the person. */
export type Severity = 'hard' | 'soft' | 'reputation';

export interface Bounced {
  readonly severity: Severity;
  /** Given up; otherwise it is tried again. */
  readonly failed: boolean;
  /** RFC 3463: `5.1.1`. */
  readonly status: string;
  readonly recipient: Address | undefined;
}

export type Incoming =
  | { readonly kind: 'unsubscribe'; readonly token: string }
  | { readonly kind: 'complaint'; readonly token: string }
  | {
      readonly kind: 'bounce';
      readonly recipients: readonly Bounced[];
      /** What the mail that came back says of itself: our link, and the solicitation that it was. */
      readonly token: string | undefined;
      readonly solicitationId: string | undefined;
      /** RFC 3339, as the report is dated. */
      readonly at: string | undefined;
    }
  /** Says nothing about what a person wants. */
  | { readonly kind: 'nothing'; readonly what: string }
  /** Somebody must read it: a refusal may be in it that no program may guess. */
  | { readonly kind: 'unclear'; readonly what: string };

const unclear = (what: string): Incoming => ({ kind: 'unclear', what });
const nothing = (what: string): Incoming => ({ kind: 'nothing', what });

/** Never throws; the same bytes give the same answer. */
export function readIncoming(bytes: Uint8Array): Incoming {
  const message = readMessage(bytes);
  const leaves = leavesOf(message);
  const report = (pattern: RegExp): Leaf | undefined => leaves.find(({ type }) => pattern.test(type));
  const feedback = report(/^message\/feedback-report$/);
  if (feedback !== undefined) return complaintOf(feedback, leaves);
  const delivery = report(/^message\/(?:global-)?delivery-status$/);
  if (delivery !== undefined) return bounceOf(delivery, message, leaves);
  if (report(/^message\/(?:global-)?disposition-notification$/)) return nothing('a receipt of reading');
  return requestOf(message, leaves);
}

/** RFC 5965 §3.1. The recipient is often blacked out (RFC 6590): the mail that was complained of says who it is by our link. */
function complaintOf(feedback: Leaf, leaves: readonly Leaf[]): Incoming {
  const type = valueOf(entityOf(feedback.content), 'feedback-type').toLowerCase();
  if (type === 'not-spam') return nothing('a report that a mail is no spam'); // opens nothing
  if (type !== 'abuse') return unclear('a report of fraud, a virus, or of a kind that is not known');
  const token = tokenNamedBy(originalOf(leaves));
  return token === undefined
    ? unclear('a complaint without an unsubscribe link of ours in the mail that it is about')
    : { kind: 'complaint', token };
}

/** The mail that a report is about, whole or its headers alone. */
function originalOf(leaves: readonly Leaf[]): Entity | undefined {
  const original = leaves.find(({ type }) =>
    /^(?:message\/(?:global|rfc822|global-headers)|text\/rfc822-headers)$/.test(type),
  );
  return original && entityOf(original.content.trimStart());
}

function tokenNamedBy(original: Entity | undefined): string | undefined {
  const header = original === undefined ? [] : fieldsNamed(original, 'list-unsubscribe');
  const uris = header.flatMap(({ value }) => addressesIn(value) ?? []);
  return oneOf(uris.map((uri) => tokenOf(uri.replace(/\s/g, ''))));
}

/** The header by which a sender may name the solicitation that its mail is: our own, so without a standard. */
const SOLICITATION = 'assent-solicitation';

function solicitationNamedBy(original: Entity): string | undefined {
  const named = fieldsNamed(original, SOLICITATION);
  const [{ value } = { value: '' }] = named;
  return named.length === 1 && /^[\x21-\x7e]{1,200}$/.test(value) ? value : undefined;
}

/** RFC 3464 §2: a block about the message, then one for each recipient. */
function bounceOf(delivery: Leaf, report: Entity, leaves: readonly Leaf[]): Incoming {
  const blocks = delivery.content.split(/(?:\r?\n){2,}/).map((block) => entityOf(block.trim()));
  const about = blocks.filter((block) => fieldsNamed(block, 'final-recipient').length > 0);
  const told = about.map((block) => ({ action: valueOf(block, 'action'), bounced: bouncedOf(block) }));
  if (told.length === 0 || told.some(({ bounced }) => bounced === undefined))
    return unclear('a delivery report that cannot be read');
  const recipients = told.flatMap(({ action, bounced }) =>
    bounced === undefined || !/^(?:failed|delayed)\b/i.test(action) ? [] : [bounced],
  );
  if (recipients.length === 0) return nothing('a report of a delivery');
  const original = originalOf(leaves);
  return {
    ...{ kind: 'bounce', recipients, token: tokenNamedBy(original) },
    solicitationId: original && solicitationNamedBy(original),
    at: instantOf(valueOf(report, 'date')),
  };
}

/** RFC 5322 §3.3, with its offset; undefined for whatever is no such date. */
function instantOf(date: string): string | undefined {
  const isDate = /^(?:[a-z]{3},)?\s*\d{1,2}\s+[a-z]{3}\s+\d{4}\s+[\d:]{5,8}\s+[+-]\d{4}\b/i.test(date);
  const instant = isDate ? Date.parse(date.replace(/\([^)]*\)/g, '')) : Number.NaN;
  return Number.isNaN(instant) ? undefined : new Date(instant).toISOString();
}

/** Undefined without the three fields that RFC 3464 §2.3 requires. */
function bouncedOf(block: Entity): Bounced | undefined {
  const [, status] = /^([245]\.\d{1,3}\.\d{1,3})(?![\d.])/.exec(valueOf(block, 'status')) ?? [];
  const [, action] = /^(failed|delayed|delivered|relayed|expanded)\b/i.exec(valueOf(block, 'action')) ?? [];
  if (status === undefined || action === undefined) return undefined;
  const [, named = ''] = /^[^;]*;\s*<?([^<>]*)>?$/.exec(valueOf(block, 'final-recipient')) ?? [];
  return {
    severity: severityOf(action.toLowerCase(), status),
    failed: action.toLowerCase() === 'failed',
    status,
    recipient: normaliseAddress('email', named.trim()),
  };
}

function severityOf(action: string, status: string): Severity {
  if (action !== 'failed' || !status.startsWith('5.') || status === '5.2.2') return 'soft';
  return status.startsWith('5.7.') ? 'reputation' : 'hard';
}

/** A word before the token is borne, no more: a link quoted in an answer is not a wish. */
const REQUEST =
  /^(?:(?:list-)?unsubscribe|d[ée]sabonner|d[ée]sinscrire|stop|remove)?[\s:=]*([\w-]{56,2048})$/i;

function requestOf(message: Entity, leaves: readonly Leaf[]): Incoming {
  const text = leaves.find(({ type, isAttached }) => type === 'text/plain' && !isAttached)?.content ?? '';
  const lines = [readable(valueOf(message, 'subject')), ...text.split(/\r?\n/)];
  const named = lines.map((line) => tokenIn(line.trim())).filter((token) => token !== undefined);
  const token = oneOf(named);
  if (isAutomatic(message))
    return named.length === 0
      ? nothing('an automatic notice')
      : unclear('an automatic notice with a link of ours');
  if (token !== undefined) return { kind: 'unsubscribe', token };
  return unclear(named.length === 0 ? 'a mail without a link of ours' : 'a mail with several links of ours');
}

function tokenIn(line: string): string | undefined {
  const [, token = ''] = line.length > 2100 ? [] : (REQUEST.exec(line) ?? []);
  return looksSigned(token) ? token : undefined;
}

/** RFC 3834 §2; and who has no address to answer to (RFC 5321 §4.5.5). */
const isAutomatic = (message: Entity): boolean =>
  fieldsNamed(message, 'auto-submitted').some(({ value }) => !/^no\b/i.test(value)) ||
  fieldsNamed(message, 'x-autoreply').length > 0 ||
  fieldsNamed(message, 'return-path').some(({ value }) => value === '<>') ||
  /^(?:bulk|junk|auto_reply)\b/i.test(valueOf(message, 'precedence'));

/** The one that all name; none when they name several. */
function oneOf(found: readonly (string | undefined)[]): string | undefined {
  const tokens = new Set(found.filter((token) => token !== undefined));
  return tokens.size === 1 ? [...tokens][0] : undefined;
}
