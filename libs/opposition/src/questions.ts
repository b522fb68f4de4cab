/** Questions to the opposition list, for everyone who must obey it. Pure: they take the heads and an instant. */
import {
  covers,
  type Exception,
  type ObjectionEntry,
  type ObjectionSource,
  type OppositionState,
} from '@assent/contract';
import { isOpened, newest, rootOf } from './entries.js';
import { inForce, type ListRules } from './opposition.js';

/**
 * The newest entry of one address that forbids this purpose on this channel at the instant, if any: made at or before
 * it, not yet over (seeds K3), and not opened for exactly this purpose by a newer opt-in (K15).
 */
export const coveringObjection = (
  state: OppositionState,
  rules: ListRules,
  purpose: string,
  channel: string,
  at: number,
): ObjectionEntry | undefined =>
  newest(standing(state, purpose, channel, at).filter((entry) => inForce(entry, rules, at)));

/**
 * The newest such entry whether its time is over or not, while it is still on the list: a ground for contact counts
 * only when it is newer than this (K14).
 */
export const lastStop = (
  state: OppositionState,
  purpose: string,
  channel: string,
  at: number,
): ObjectionEntry | undefined => newest(standing(state, purpose, channel, at));

const standing = (state: OppositionState, purpose: string, channel: string, at: number): ObjectionEntry[] =>
  state.entries.filter(
    (entry) =>
      entry.since <= at && covers(entry.scope, purpose, channel) && !isOpened(entry, purpose, channel, at),
  );

/** What a person refused, told once per scope though several addresses and several acts say so. */
export interface ListedObjection {
  /** Event id of the newest objection. */
  readonly eventId: string;
  readonly purpose: string;
  readonly channel: string;
  /** Epoch milliseconds. */
  readonly since: number;
  /** When it leaves the list: the end itself is outside. Epoch milliseconds. */
  readonly until: number;
  readonly source: ObjectionSource;
  readonly except: readonly Exception[];
}

/** The entries in force at the instant on any of one person's addresses, newest first. */
export function listed(states: readonly OppositionState[], rules: ListRules, at: number): ListedObjection[] {
  const byScope = new Map<string, ObjectionEntry[]>();
  for (const entry of states.flatMap(({ entries }) => entries)) {
    if (!inForce(entry, rules, at)) continue;
    const scope = `${entry.scope.purpose} ${entry.scope.channel}`;
    byScope.set(scope, [...(byScope.get(scope) ?? []), entry]);
  }
  return [...byScope.values()]
    .map((entries) => summary(entries, rules, at))
    .sort((a, b) => b.since - a.since || (a.purpose < b.purpose ? -1 : 1));
}

function summary(entries: readonly ObjectionEntry[], rules: ListRules, at: number): ListedObjection {
  const last = newest(entries) as ObjectionEntry;
  const except = entries
    .flatMap((entry) => entry.except)
    .filter(({ since }) => since > last.since && since <= at);
  return {
    eventId: rootOf(last),
    purpose: last.scope.purpose,
    channel: last.scope.channel,
    since: last.since,
    until: Math.max(...entries.map(({ since }) => rules.keptUntil(since))),
    source: last.source,
    except: [...new Map(except.map((one) => [`${one.purpose} ${one.channel} ${one.proof}`, one])).values()],
  };
}
