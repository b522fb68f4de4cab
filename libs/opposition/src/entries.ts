/**
 * What an address's entries, undone clicks, opt-ins and ends say together. A pure function of the set of facts: any
 * order and any repetition gives the same state, so facts told late need no special care.
 */
import {
  covers,
  sameScope,
  type Exception,
  type ObjectionEntry,
  type OppositionState,
} from '@assent/contract';

/** The entry that all copies on a person's addresses were made from. */
export const rootOf = ({ id, origin }: { id: string; origin?: string | null }): string => origin ?? id;

/** The newest entry; of two at one instant, the one written down last. */
export const newest = (entries: readonly ObjectionEntry[]): ObjectionEntry | undefined =>
  entries.reduce<ObjectionEntry | undefined>(
    (last, entry) => (last === undefined || compare(last, entry) < 0 ? entry : last),
    undefined,
  );

/** Whether an opt-in opened exactly this purpose and channel, at or before `at`. At a tie the objection wins (K12). */
export const isOpened = (entry: ObjectionEntry, purpose: string, channel: string, at: number): boolean =>
  entry.except.some(
    (opened) =>
      opened.since > entry.since &&
      opened.since <= at &&
      opened.purpose === purpose &&
      (opened.channel === '*' || opened.channel === channel),
  );

/** Whether a newer opt-in is for the whole scope of the entry: then nothing of it is left. */
export const takenUp = ({ scope, since }: ObjectionEntry, openings: readonly Exception[]): boolean =>
  openings.some((opening) => opening.since > since && sameScope(opening, scope));

export function settled(state: OppositionState): OppositionState {
  const undone = unique(state.undone, ({ id }) => id);
  const openings = unique(
    state.openings ?? [],
    ({ since, purpose, channel, proof }) =>
      `${String(since).padStart(16, '0')} ${purpose} ${channel} ${proof}`,
  );
  const expired = unique(state.expired ?? [], (id) => id);
  const gone = new Set([...undone.map(({ id }) => id), ...expired]);
  const entries = state.entries
    .filter((entry) => !gone.has(entry.id) && !takenUp(entry, openings))
    .map((entry) => ({ ...entry, except: openings.filter((opening) => opens(opening, entry)) }))
    .sort(compare);
  return {
    entries,
    undone,
    ...(openings.length > 0 && { openings }),
    ...(expired.length > 0 && { expired }),
  };
}

const opens = ({ purpose, channel, since }: Exception, entry: ObjectionEntry): boolean =>
  since > entry.since && covers(entry.scope, purpose, channel);

/** One of each, in the order of their keys. */
function unique<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const byKey = new Map(items.map((item) => [keyOf(item), item]));
  return [...byKey.keys()].sort().map((key) => byKey.get(key) as T);
}

const compare = (a: ObjectionEntry, b: ObjectionEntry): number =>
  a.since - b.since || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
