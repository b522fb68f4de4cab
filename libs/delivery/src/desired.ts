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
  type AnswerCode,
  type Channel,
  type Decision,
  type DesiredCell,
  type DesiredState,
  type Reason,
} from '@assent/contract';
import type { Standing } from '@assent/eligibility';
import type { Integration, Policy } from '@assent/policy';

/** Everything known about the person behind an address, and what eligibility decides on it. */
export interface Known extends Pick<Standing, 'subject' | 'consent' | 'oppositions' | 'past' | 'undone'> {
  /** Every rule that speaks stands in `reasons`, in order of precedence. */
  decide(purpose: string, channel: Channel): Decision;
}

export interface Place {
  readonly kind: AddressKind;
  /** The person no longer has the address, or nobody is reached there: stops still count, permissions do not. */
  readonly removed: boolean;
}

/** Codes that close a target. Not `undeliverable`, `confirmation-pending`, `informed-missing`: nobody refused anything. */
const OUT: ReadonlySet<AnswerCode> = new Set([
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
    ...consent.consents.map(({ purpose }) => purpose),
    ...consent.ends.map(({ scope }) => scope.purpose),
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
  if (allowed) {
    return removed
      ? { verdict: 'stopped', code: 'undeliverable', tri: 'untouched', since: null, eventId: null }
      : { verdict: 'allowed', tri: basis === 'consent' ? 'in' : 'untouched', ...told(code, reasons) };
  }
  // A tool may still hold an address that cannot be reached, or that the person gave up: stops go there as well.
  const first = reasons.find((reason) => reason.code !== 'undeliverable')?.code ?? code;
  const limited = first === 'solicitation-limit-reached' && policy.purpose(purpose)?.prospecting === true;
  if (OUT.has(first) || limited) return { verdict: 'stopped', tri: 'out', ...told(first, reasons) };
  const end = first === 'no-consent' ? endedBy(known, purpose, channel, at) : undefined;
  return end === undefined
    ? { verdict: 'stopped', tri: 'untouched', ...told(code, reasons) }
    : { verdict: 'stopped', tri: 'out', code: first, ...end };
}

function told(code: AnswerCode, reasons: readonly Reason[]): Pick<DesiredCell, 'code' | 'since' | 'eventId'> {
  const reason = reasons.find((candidate) => candidate.code === code);
  return { code, since: reason?.since ?? null, eventId: reason?.eventId ?? null };
}

/** The newest refusal that ended every basis here for good, although it may have left the list since (K14). */
function endedBy(
  { subject, consent, oppositions, past, undone }: Known,
  purpose: string,
  channel: Channel,
  at: number,
): { since: number; eventId: string } | undefined {
  const refusals = [
    ...consent.ends
      .filter(({ cause }) => !undone.includes(cause))
      .map((end) => ({ scope: end.scope, since: end.at, eventId: end.cause })),
    ...oppositions
      .flatMap(({ entries }) => entries)
      .map(({ scope, since, origin, id }) => ({ scope, since, eventId: origin ?? id })),
    ...past,
    ...(subject?.declined ?? []).map((box) => ({ ...box, scope: { purpose: box.purpose, channel: ALL } })),
  ].filter(({ scope, since }) => since <= at && covers(scope, purpose, channel));
  const [newest] = refusals.sort((a, b) => b.since - a.since);
  return newest && { since: newest.since, eventId: newest.eventId };
}

/** GDPR art. 21(2): whoever refused all marketing is refused on every route of the channel, mapped or not. */
function objectedToAll({ oppositions }: Known, policy: Policy, kind: AddressKind, at: number): boolean {
  const channels: readonly string[] = [ALL, ...channelsOf(kind)];
  return oppositions
    .flatMap(({ entries }) => entries)
    .some(
      ({ scope, since }) =>
        scope.purpose === ALL &&
        channels.includes(scope.channel) &&
        since <= at &&
        at < policy.opposition.keptUntil(since),
    );
}
