/**
 * What a decision means to a tool. The law stops people and the policy stops prospects; a tool only knows lists. K14:
 * the end of a prohibition is not a permission, so nothing but the person's own opt-in puts anyone back on a list.
 */
import {
  ALL,
  CHANNELS,
  covers,
  kindFor,
  type AddressKind,
  type Channel,
  type ConsentState,
  type Decision,
  type DesiredCell,
  type DesiredState,
  type ObjectionEntry,
  type OppositionState,
  type SubjectState,
} from '@assent/contract';
import type { Integration, Policy } from '@assent/policy';

/** Everything known about the person behind an address, and the decision of eligibility on it. */
export interface Known {
  /** Null: nobody is registered under the address. */
  readonly subject: SubjectState | null;
  readonly consent: ConsentState | null;
  /** The opposition lists of every key the person has or had. */
  readonly oppositions: readonly OppositionState[];
  decide(purpose: string, channel: Channel): Decision;
}

export interface Place {
  readonly kind: AddressKind;
  /** The person no longer has the address: stops still count there, permissions do not. */
  readonly removed: boolean;
}

/** Codes that close a target. Not `undeliverable`, `confirmation-pending`, `informed-missing`: nobody refused anything. */
const OUT: ReadonlySet<string> = new Set([
  'objection-in-force',
  'consent-withdrawn',
  'consent-expired',
  'dropped-out',
  'restricted',
  'erased',
]);

/** The channels that reach a kind of address; none for an `externalId`, and none for `inapp`, which needs no address. */
export const channelsOf = (kind: AddressKind): readonly Channel[] =>
  CHANNELS.filter((channel) => kindFor(channel) === kind);

export function desiredFor(
  known: Known,
  policy: Policy,
  integration: Pick<Integration, 'role'>,
  place: Place,
  at: number,
): DesiredState {
  const erase = known.subject !== null && known.subject.erasedAt !== null && known.subject.erasedAt <= at;
  const { kind } = place;
  if (integration.role === 'transactional') {
    return { kind, purposes: {}, allMarketing: 'stopped', objectedToAll: false, erase };
  }
  const purposes: Record<string, Record<string, DesiredCell>> = {};
  for (const purpose of marketingPurposes(known, policy)) {
    const rules = policy.purpose(purpose);
    const served = channelsOf(kind).filter((channel) => rules?.channels.includes(channel));
    if (served.length === 0) continue;
    purposes[purpose] = Object.fromEntries(
      served.map((channel) => [channel, cell(known, policy, purpose, channel, place, at)]),
    );
  }
  const open = Object.values(purposes).some((cells) =>
    Object.values(cells).some(({ verdict }) => verdict === 'allowed'),
  );
  return {
    kind,
    purposes,
    allMarketing: open ? 'allowed' : 'stopped',
    objectedToAll: objectedToAll(known, policy, kind, at),
    erase,
  };
}

/** Declared purposes, and undeclared children that somebody refused or agreed to by name (lists are children). */
function marketingPurposes({ subject, consent, oppositions }: Known, policy: Policy): string[] {
  const declared = policy.purposes.map((rules) => rules.declared);
  const named = [
    ...(consent?.consents.map(({ purpose }) => purpose) ?? []),
    ...(consent?.ends.map(({ scope }) => scope.purpose) ?? []),
    ...(subject?.declined.map(({ purpose }) => purpose) ?? []),
    ...oppositions.flatMap(({ entries }) =>
      entries.flatMap(({ scope, except }) => [scope.purpose, ...except.map(({ purpose }) => purpose)]),
    ),
  ].filter((purpose) => purpose !== ALL);
  return [...new Set([...declared, ...named.sort()])].filter(
    (purpose) => policy.purpose(purpose)?.class === 'marketing',
  );
}

function cell(
  known: Known,
  policy: Policy,
  purpose: string,
  channel: Channel,
  { removed }: Place,
  at: number,
): DesiredCell {
  const { allowed, code, reasons, basis } = known.decide(purpose, channel);
  const reason = reasons.find((candidate) => candidate.code === code);
  const since = reason?.since ?? null;
  const eventId = reason?.eventId ?? null;
  if (allowed) {
    return removed
      ? { verdict: 'stopped', code: 'undeliverable', tri: 'untouched', since: null, eventId: null }
      : { verdict: 'allowed', code, tri: basis === 'consent' ? 'in' : 'untouched', since, eventId };
  }
  const end = code === 'no-consent' ? endedBy(known, purpose, channel, at) : undefined;
  if (end !== undefined) return { verdict: 'stopped', code, tri: 'out', ...end };
  const limit = code === 'solicitation-limit-reached' && policy.purpose(purpose)?.prospecting === true;
  return { verdict: 'stopped', code, tri: OUT.has(code) || limit ? 'out' : 'untouched', since, eventId };
}

/** The newest objection that ended every basis here for good, although it may have left the list since (K14). */
function endedBy(
  { consent, oppositions }: Known,
  purpose: string,
  channel: Channel,
  at: number,
): { since: number; eventId: string } | undefined {
  const undone = undoneOf(oppositions);
  const ends = (consent?.ends ?? [])
    .filter((end) => end.at <= at && !undone.has(end.cause) && covers(end.scope, purpose, channel))
    .map((end) => ({ since: end.at, eventId: end.cause }));
  const entries = oppositions
    .flatMap((state) => state.entries)
    .filter((entry) => entry.since <= at && counts(entry, undone) && covers(entry.scope, purpose, channel))
    .map((entry) => ({ since: entry.since, eventId: entry.id }));
  return [...ends, ...entries].sort((a, b) => b.since - a.since)[0];
}

/** GDPR art. 21(2): whoever refused all marketing is refused on every route of the channel, mapped or not. */
function objectedToAll({ oppositions }: Known, policy: Policy, kind: AddressKind, at: number): boolean {
  const undone = undoneOf(oppositions);
  const channels: readonly string[] = [ALL, ...channelsOf(kind)];
  return oppositions
    .flatMap(({ entries }) => entries)
    .some(
      (entry) =>
        entry.scope.purpose === ALL &&
        channels.includes(entry.scope.channel) &&
        counts(entry, undone) &&
        entry.since <= at &&
        at < policy.opposition.keptUntil(entry.since),
    );
}

const undoneOf = (oppositions: readonly OppositionState[]): ReadonlySet<string> =>
  new Set(oppositions.flatMap(({ undone }) => undone.map(({ id }) => id)));

const counts = ({ id, origin }: ObjectionEntry, undone: ReadonlySet<string>): boolean =>
  !undone.has(id) && (origin === null || !undone.has(origin));
