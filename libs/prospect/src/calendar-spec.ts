/** The rules of two of the five policies, computed in Europe/Paris as seeds K1 to K5 say. */
import { Temporal } from 'temporal-polyfill';
import type { Anchors, ProspectRules } from '@assent/policy';

const ZONE = 'Europe/Paris';

/** A local time of Paris, `2026-03-10` or `2026-03-10 14:30`, in epoch milliseconds. */
export const paris = (text: string): number =>
  Temporal.PlainDateTime.from(text.replace(' ', 'T')).toZonedDateTime(ZONE).epochMilliseconds;

const later = (since: number, period: string): number =>
  Temporal.Instant.fromEpochMilliseconds(since).toZonedDateTimeISO(ZONE).add(period).epochMilliseconds;

const latest = (...instants: (number | undefined)[]): number | undefined => {
  const known = instants.filter((instant) => instant !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
};

const rules = (
  period: string,
  anchorOf: (anchors: Anchors) => number | undefined,
  limit?: number,
  window?: string,
): ProspectRules => ({
  unansweredLimit: limit,
  inactivityEndsAt(anchors) {
    const anchor = anchorOf(anchors);
    return anchor === undefined ? undefined : later(anchor, period);
  },
  answerWindowEndsAt: (since) => (window === undefined ? undefined : later(since, window)),
  atEnd: 'delete',
  startsOn: ['contactByPerson'],
});

/** S2: a year from the last contact by the person, else from the collection; two unanswered. */
export const presentInfini = (window?: string): ProspectRules =>
  rules('P1Y', ({ contactByPerson, collection }) => contactByPerson ?? collection, 2, window);

/** S0: three years from the later of collection and contact; no limit. */
export const assistanceWeb: ProspectRules = rules('P3Y', ({ contactByPerson, collection }) =>
  latest(contactByPerson, collection),
);
