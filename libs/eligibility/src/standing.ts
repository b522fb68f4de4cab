import type { ConsentState, NewsletterState, OppositionState, Scope, SubjectState } from '@assent/contract';
import { withSubscriptions } from '@assent/newsletter';
import { rootOf } from '@assent/opposition';
import { completed, optInsOf, registrationOf, type Prospect } from '@assent/prospect';

/** An objection that was recorded once. It ends every older ground for good, also when its own time is over (K14). */
export interface PastObjection {
  readonly scope: Scope;
  readonly since: number;
  /** Event id of the objection, the same for its copies on other addresses. */
  readonly eventId: string;
}

/** Everything known about one person, or about an address of nobody, as of an instant: the input of every decision. */
export interface Standing {
  readonly tenant: string;
  /**
   * Null: nobody is registered under the reference. Who it is (addresses, context, relationship) is told as of today;
   * what was refused, restricted, erased or offered, as of the instant.
   */
  readonly subject: SubjectState | null;
  /** The address that the question named; null when it named a person. */
  readonly key: string | null;
  /** With the confirmed subscriptions: each is a consent in two steps. */
  readonly consent: ConsentState;
  readonly newsletter: NewsletterState;
  /** The opposition list of every key the person has or had; undone entries are taken out. */
  readonly oppositions: readonly OppositionState[];
  /** Objections that may have left the lists since: their time was over, or an opt-in opened their whole scope. */
  readonly past: readonly PastObjection[];
  /** Event ids of objections that were taken back: what they ended counts again. */
  readonly undone: readonly string[];
  readonly prospect: Prospect;
  /** The newest instant in any of the streams; epoch milliseconds. */
  readonly newest: number;
  /** Sum of the versions of the streams. */
  readonly revision: number;
}

/** What the heads of one person's streams hold. */
export interface Heads {
  readonly subject: SubjectState | null;
  readonly consent: ConsentState;
  readonly newsletter: NewsletterState;
  readonly oppositions: readonly OppositionState[];
  readonly prospect: Prospect;
}

/**
 * The newest instant that the states rest on. A state forgets a fact only for one that is newer, so none of an older
 * instant than this can hide anything from a question about now. (Ends of entries leave no instant: `forgets`.)
 */
export function newestIn({ subject, consent, newsletter, oppositions, prospect }: Heads): number {
  const instants: (number | null | undefined)[] = [
    subject?.registeredAt,
    subject?.collectedAt,
    subject?.informedAt,
    subject?.restrictedSince,
    subject?.restrictionLiftedAt,
    subject?.erasedAt,
    ...(subject?.declined ?? []).map(({ since }) => since),
    ...(subject?.addresses ?? []).flatMap(({ addedAt, removedAt, bouncedAt }) => [
      addedAt,
      removedAt,
      bouncedAt,
    ]),
    ...consent.consents.flatMap(({ given, confirmed, withdrawn }) => [
      given?.at,
      given?.expiredAt,
      confirmed?.at,
      confirmed?.expiredAt,
      withdrawn?.at,
    ]),
    ...consent.ends.map(({ at }) => at),
    ...newsletter.requests.map(({ at }) => at),
    ...newsletter.subscriptions.flatMap(({ requestedAt, confirmedAt }) => [requestedAt, confirmedAt]),
    ...newsletter.ends.map(({ at }) => at),
    ...oppositions.flatMap(({ entries, undone, openings = [] }) => [
      ...entries.map(({ since }) => since),
      ...undone.map(({ at }) => at),
      ...openings.map(({ since }) => since),
    ]),
    prospect.facts.at(-1)?.at,
  ];
  return instants.reduce<number>((last, at) => (at != null && at > last ? at : last), -Infinity);
}

/**
 * What the streams of a person say of one another counts at once: a confirmed subscription is a consent, and the
 * prospect's facts are completed by registration and opt-ins, then walked up to an instant by its rules.
 */
export const whole = (heads: Heads, at: number): Heads => ({
  ...heads,
  consent: withSubscriptions(heads.consent, heads.newsletter, undoneIn(heads.oppositions, at)),
  prospect:
    heads.subject === null
      ? heads.prospect
      : completed(heads.prospect, registrationOf(heads.subject, optInsOf(heads.consent, heads.newsletter))),
});

/** Event ids of objections that were taken back by the instant, and of those that they were copies of. */
export const undoneIn = (states: readonly OppositionState[], at: number): string[] => [
  ...new Set(
    states.flatMap((state) =>
      state.undone.filter((one) => one.at <= at).flatMap((one) => [one.id, rootOf(one)]),
    ),
  ),
];

/** Whether entries may have left the list, so that only its stream knows them all. */
export const forgets = ({ expired = [], openings = [] }: OppositionState): boolean =>
  expired.length > 0 || openings.length > 0;
