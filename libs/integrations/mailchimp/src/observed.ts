import type { Observed } from '@assent/ports';
import { isIn, type Member } from './member.js';
import type { Target } from './targets.js';

type Match = Observed['match'];

/** What one target was seen to hold, against what it owes. */
export interface Seen {
  readonly match: Match;
  /** One word for the receipt. */
  readonly word: string;
}

const WORST: readonly Match[] = ['equal', 'stricter', 'unknown', 'looser'];
/** Of several targets alike, the receipt says the first of these. */
const WORDS = ['subscribed', 'pending', 'archived', 'transactional', 'cleaned', 'suppressed', 'absent'];

export const UNREAD: Seen = { match: 'unknown', word: 'unread' };

/** An absent person is not mailed, tombstone or not: absence is never looser than a stop. */
export function seen({ status, ...rest }: Member, { tri, group }: Target): Seen {
  const member = { status, ...rest };
  if (tri === 'untouched') return { match: 'equal', word: status };
  if (tri === 'in') {
    const joined = group === undefined || isIn(member, group) === true;
    // `pending`: Mailchimp has asked, and the answer is the person's.
    const match = (status === 'subscribed' || status === 'pending') && joined ? 'equal' : 'stricter';
    return { match, word: status === 'unsubscribed' ? 'suppressed' : status };
  }
  switch (status) {
    case 'absent':
    case 'transactional':
      return { match: 'equal', word: status };
    case 'unsubscribed':
      return { match: 'equal', word: 'suppressed' };
    case 'cleaned': // a bounce, the vendor's own block: as good as a stop, and not ours
      return { match: 'stricter', word: status };
    case 'subscribed':
    case 'pending':
    case 'archived': // an import revives it
      return group !== undefined && isIn(member, group) !== true
        ? { match: 'equal', word: 'suppressed' }
        : { match: 'looser', word: status };
    default:
      return UNREAD;
  }
}

/** Somebody left there: neither a bounce nor a member that is merely not there. */
export const isOut = (member: Member, { group }: Target): boolean =>
  member.status === 'unsubscribed' ||
  (member.status === 'subscribed' && group !== undefined && isIn(member, group) === false);

export const seenErased = ({ status }: Member): Seen =>
  status === 'absent' ? { match: 'equal', word: 'erased' } : { match: 'looser', word: status };

/** The worst of all targets. */
export function summed(all: readonly Seen[]): Pick<Observed, 'match' | 'summary'> {
  const match = WORST[Math.max(0, ...all.map((one) => WORST.indexOf(one.match)))] ?? 'unknown';
  const words = all.filter((one) => one.match === match).map(({ word }) => word);
  const summary = WORDS.find((word) => words.includes(word)) ?? words[0] ?? 'untouched';
  return { match, summary };
}
