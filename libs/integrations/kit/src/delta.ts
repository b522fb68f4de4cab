/**
 * Reading what has changed at a tool, page by page, where it has no webhooks or they are lost. A cursor is the instants up
 * to which each listing is read, and the place in the one that is being read: nothing of any person.
 */
import type { InboundFact, ToolChanges } from '@assent/ports';
import type { Attempt } from './attempt.js';
import { isMembers, type Members } from './json.js';

/** Where to read: since when, epoch milliseconds, `null` = since always; and from which entry, or page, on. */
export interface Place {
  readonly since: number | null;
  readonly offset: number;
}

/** One page of a listing. */
export interface Listed {
  readonly facts: readonly InboundFact[];
  /** The newest instant on it, epoch milliseconds. */
  readonly newest: number | null;
  /** Where the next page begins; undefined after the last one. */
  readonly next: Partial<Place> | undefined;
}

export interface Delta {
  /** Read one after the other. The name of none says anything about a person. */
  readonly listings: readonly string[];
  /** Undefined when it could not be read, which `attempt.failed` has been told. */
  read(attempt: Attempt, listing: string, place: Place): Promise<Listed | undefined>;
}

/** Read again each time: entries with equal instants, and those that the tool shows a little later than they are. */
export const OVERLAP_MS = 5 * 60_000;
/** Where nothing was found: our clock and the tool's may differ. */
const UNSEEN_MS = 24 * 3_600_000;

/** Entries shift by one when one before them goes: the page after a full one begins with its last entry. */
export const nextOf = (offset: number, count: number, size: number): Partial<Place> | undefined =>
  count < size ? undefined : { offset: offset + count - 1 };

interface Cursor {
  /** By listing. */
  readonly since: Readonly<Record<string, number>>;
  readonly now?: {
    readonly listing: string;
    readonly since?: number;
    readonly offset: number;
    readonly newest?: number;
  };
}

export async function readOn(delta: Delta, attempt: Attempt, cursor: string | null): Promise<ToolChanges> {
  const { listings } = delta;
  const { since, now } = cursorIn(cursor);
  const begun = now !== undefined && listings.includes(now.listing) ? now : undefined;
  const listing = begun?.listing ?? listings[0];
  if (listing === undefined) return { outcome: attempt.outcome(), facts: [], cursor, more: false };
  const from = begun?.since ?? since[listing];
  const place = { since: from === undefined ? null : from - OVERLAP_MS, offset: begun?.offset ?? 0 };
  const page = await delta.read(attempt, listing, place);
  if (page === undefined) return { outcome: attempt.outcome(), facts: [], cursor, more: false };
  attempt.count('done');
  // No clock of a tool takes us beyond now: what it dates later is read again.
  const newest = greatest(
    begun?.newest,
    page.newest === null ? undefined : Math.min(page.newest, attempt.now),
  );
  const next =
    page.next === undefined
      ? after(listings, listing, { ...since, [listing]: newest ?? from ?? attempt.now - UNSEEN_MS })
      : {
          since,
          now: {
            ...{ listing, offset: page.next.offset ?? 0, ...(newest !== undefined && { newest }) },
            ...(begun?.since !== undefined && { since: begun.since }),
            ...(typeof page.next.since === 'number' && { since: page.next.since }),
          },
        };
  const more = next.now !== undefined;
  return { outcome: attempt.outcome(), facts: page.facts, cursor: JSON.stringify(next), more };
}

function after(listings: readonly string[], listing: string, since: Cursor['since']): Cursor {
  const following = listings[listings.indexOf(listing) + 1];
  return following === undefined ? { since } : { since, now: { listing: following, offset: 0 } };
}

const greatest = (...all: readonly (number | undefined)[]): number | undefined => {
  const known = all.filter((one) => one !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
};

/** What cannot be read is begun anew: more is read than need be, and nothing is lost. */
function cursorIn(text: string | null): Cursor {
  const json = parsed(text);
  if (!isMembers(json) || !isMembers(json['since'])) return { since: {} };
  const since = Object.fromEntries(
    Object.entries(json['since']).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
  const now = json['now'];
  return isMembers(now) && isPlace(now) ? { since, now } : { since };
}

const isPlace = (now: Members): now is Members & NonNullable<Cursor['now']> =>
  typeof now['listing'] === 'string' && typeof now['offset'] === 'number';

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null') as unknown;
  } catch {
    return null; // begun anew
  }
}
