/** Questions to the consents of a person. Pure; instants are epoch milliseconds. */
import {
  covers,
  lineage,
  type ConsentEnd,
  type ConsentEntry,
  type ConsentState,
  type GivenConsent,
} from '@assent/contract';

/** The newest withdrawal that covers the purpose: of itself, or of a purpose above it. */
export function withdrawnAt(
  state: ConsentState,
  purpose: string,
  channel: string,
): { readonly at: number; readonly eventId: string } | undefined {
  const line = lineage(purpose);
  return newest(
    state.consents
      .filter((entry) => entry.channel === channel && line.includes(entry.purpose))
      .flatMap(({ withdrawn }) => withdrawn ?? []),
  );
}

/** The newest end by an objection whose scope covers the purpose; those `undone` do not count. */
export const endedAt = (
  state: ConsentState,
  purpose: string,
  channel: string,
  undone: readonly string[] = [],
): ConsentEnd | undefined =>
  newest(state.ends.filter(({ scope, cause }) => covers(scope, purpose, channel) && !undone.includes(cause)));

export interface ConsentQuestion {
  readonly purpose: string;
  readonly channel: string;
  readonly at: number;
  /** Only a consent that names this very purpose counts (`confirmation.perList`); otherwise also one above it. */
  readonly exact: boolean;
  /** Only a consent with a second step counts (double opt-in). */
  readonly confirmed: boolean;
  /** The newest stop known elsewhere (an objection in force or not): a basis must be strictly newer (K14). */
  readonly after?: number;
  /** Undone objections, by event id. */
  readonly undone?: readonly string[];
  readonly endsAt: (purpose: string, since: number) => number | undefined;
}

export interface ValidConsent extends GivenConsent {
  readonly purpose: string;
  /** When the time of the policy ends it. */
  readonly endsAt: number | undefined;
}

/** The newest consent that is a basis at the instant: newer than every stop, not at its end (K3, K14). */
export function validConsent(state: ConsentState, question: ConsentQuestion): ValidConsent | undefined {
  const { purpose, channel, at, exact, undone, endsAt, after = -Infinity } = question;
  const stop = Math.max(
    after,
    withdrawnAt(state, purpose, channel)?.at ?? -Infinity,
    endedAt(state, purpose, channel, undone)?.at ?? -Infinity,
  );
  const line = exact ? [purpose] : lineage(purpose);
  return newest(
    state.consents
      .filter((entry) => entry.channel === channel && line.includes(entry.purpose))
      .flatMap((entry) => basisOf(entry, question.confirmed, at))
      .map((given) => ({ ...given, endsAt: endsAt(given.purpose, given.at) }))
      .filter((given) => given.at > stop && given.at <= at && at < (given.endsAt ?? Infinity)),
  );
}

function basisOf(
  entry: ConsentEntry,
  confirmed: boolean,
  at: number,
): (GivenConsent & { purpose: string })[] {
  const { purpose, given } = entry;
  const isConfirmed = (one: GivenConsent) => one.confirmedAt !== null && one.confirmedAt <= at;
  const candidates = [given, entry.confirmed].filter((one) => one !== null && one !== undefined);
  return candidates.filter((one) => !confirmed || isConfirmed(one)).map((one) => ({ ...one, purpose }));
}

const newest = <T extends { readonly at: number }>(all: readonly T[]): T | undefined =>
  all.reduce<T | undefined>((last, one) => (last === undefined || one.at > last.at ? one : last), undefined);
