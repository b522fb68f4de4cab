import type { Observed } from '@assent/ports';
import type { Tri } from './targets.js';

/** What one target was seen to hold. */
export interface Seen {
  readonly tri: Tri;
  /** Of Mailchimp, or `absent`, or `unknown` when it could not be read. */
  readonly status: string;
  /** Of a group target: whether the person is in it. */
  readonly inGroup: boolean | undefined;
  /** An absent address should have been entered as unsubscribed. */
  readonly tombstone: boolean;
}

type Match = Observed['match'];
const WORST: readonly Match[] = ['equal', 'stricter', 'unknown', 'looser'];

/** Statuses under which Mailchimp sends no campaign. `archived` is not among them: an import revives it. */
const SILENT: readonly string[] = ['unsubscribed', 'cleaned', 'transactional'];

function matchOf({ tri, status, inGroup, tombstone }: Seen, erased: boolean): Match {
  if (status === 'unknown') return 'unknown';
  if (erased) return status === 'absent' ? 'equal' : 'looser';
  if (tri === 'out') {
    if (status === 'absent') return tombstone ? 'looser' : 'equal';
    return SILENT.includes(status) || inGroup === false ? 'equal' : 'looser';
  }
  const isIn = status === 'pending' || (status === 'subscribed' && inGroup !== false);
  return isIn ? 'equal' : 'stricter';
}

/** The worst of all targets; `pending` counts as an opt-in on its way. */
export function summed(seen: readonly Seen[], unread: boolean, erased: boolean): Omit<Observed, 'calls'> {
  const matches = seen.map((one) => matchOf(one, erased));
  const worst = matches.reduce<Match>((a, b) => (WORST.indexOf(b) > WORST.indexOf(a) ? b : a), 'equal');
  const match = unread && worst !== 'looser' ? 'unknown' : worst;
  const present = seen.some(({ status }) => status !== 'absent' && status !== 'unknown');
  return { presence: present ? 'present' : 'absent', match, summary: summaryOf(seen, erased) };
}

function summaryOf(seen: readonly Seen[], erased: boolean): string {
  const words = new Set(
    seen.map(({ status, tri }) =>
      status === 'unsubscribed' || (status === 'cleaned' && tri === 'out') ? 'suppressed' : status,
    ),
  );
  if (words.size === 0) return 'nothing to see';
  if (erased && words.size === 1 && words.has('absent')) return 'erased';
  words.delete('absent');
  return words.size === 0 ? 'absent' : [...words].sort().join(', ');
}
