import { lineage } from '@assent/contract';
import { endOf, parseInstant } from './calendar.js';
import type { PolicyDocument, PurposeDocument } from './document.js';
import { LAW_DEFAULT } from './law-default.js';
import type { Anchors, Policy, ProspectRules, PurposeRules } from './rules.js';

const ALWAYS = -Infinity;

export const startOf = ({ version, effectiveFrom, timezone }: PolicyDocument): number =>
  version === 1 ? ALWAYS : (parseInstant(effectiveFrom ?? '', timezone) ?? ALWAYS);

/** One version and the time it was, or is, in force: from `from` until before `until`. */
interface Version {
  readonly document: PolicyDocument;
  readonly from: number;
  readonly until: number | undefined;
}

/** The versions of one tenant in order, each compiled with those before it (seeds K17). */
export function compile(documents: readonly PolicyDocument[]): { policy: Policy; from: number }[] {
  const versions = documents.map((document, index): Version => {
    const next = documents[index + 1];
    return { document, from: startOf(document), until: next && startOf(next) };
  });
  return versions.map(({ from }, index) => ({ policy: policyOf(versions.slice(0, index + 1)), from }));
}

/** The last of the history, compiled. */
function policyOf(history: readonly Version[]): Policy {
  const { document, until } = history.at(-1) as Version;
  const { tenant, version, locale, timezone } = document;
  const purposes = Object.entries(document.purposes).map(([id, purpose]) => purposeOf(id, purpose, history));
  const byId = new Map(purposes.map((purpose) => [purpose.declared, purpose]));
  const retention = document.opposition?.retention ?? LAW_DEFAULT.opposition.retention;
  return {
    tenant,
    version,
    id: `${tenant}@${version}`,
    locale,
    timezone,
    brands: document.brands ?? [],
    purposes,
    purpose: (id) => nearest(byId, id),
    confirmation: confirmationOf(document),
    prospect: prospectOf(history),
    opposition: {
      keptUntil: (since) => endOf(since, retention, timezone),
      scope: document.opposition?.scope ?? LAW_DEFAULT.opposition.scope,
    },
    notices: { inEachMail: document.notices?.inEachMail ?? [] },
    filledByLaw: silentKeys(document),
    nextVersionAt: until,
  };
}

function confirmationOf({ confirmation, timezone }: PolicyDocument): Policy['confirmation'] {
  const { linkLife, ...rules } = { ...LAW_DEFAULT.confirmation, ...confirmation };
  return { ...rules, linkEndsAt: (since) => endOf(since, linkLife, timezone) };
}

/** Names of lists stand in events for good, and in headers of mails: words, and nothing that could be an address. */
const LIST = /^[A-Za-z0-9_-]{1,100}(?:\.[A-Za-z0-9_-]{1,100}){1,8}$/;

/** The purpose or the nearest of those above it: an undeclared child has its parent's rules. */
function nearest<T>(declared: ReadonlyMap<string, T>, id: string): T | undefined {
  const exact = declared.get(id);
  if (exact !== undefined || !LIST.test(id)) return exact;
  return lineage(id)
    .map((ancestor) => declared.get(ancestor))
    .find((found) => found !== undefined);
}

/**
 * A version that shortens applies at once to data already held; one that lengthens or lowers protection reaches nobody
 * who was not told (seeds K17). So the strictest of the versions that were in force at or after `since` decides; of
 * all of them when `since` is not known.
 */
const inForceSince = (history: readonly Version[], since: number | undefined): readonly Version[] =>
  since === undefined
    ? history
    : history.filter(({ until }, index) => index === history.length - 1 || (until ?? Infinity) > since);

const earliest = (ends: readonly number[]): number | undefined =>
  ends.length === 0 ? undefined : Math.min(...ends);

function purposeOf(declared: string, purpose: PurposeDocument, history: readonly Version[]): PurposeRules {
  const { class: kind, channels, prospecting, basis, conditions } = purpose;
  const expiries = new Map(history.map((version) => [version, expiryOf(version.document, declared)]));
  return {
    declared,
    class: kind,
    prospecting: kind === 'marketing' && prospecting === true,
    channels,
    basis: { ...LAW_DEFAULT.basis[kind], ...basis },
    conditions: conditions ?? [],
    consentEndsAt: (since) =>
      earliest(
        inForceSince(history, since).flatMap((version) => {
          const expiry = expiries.get(version);
          return expiry === undefined ? [] : endOf(since, expiry, version.document.timezone);
        }),
      ),
  };
}

const expiryOf = ({ purposes }: PolicyDocument, id: string): string | undefined =>
  nearest(new Map(Object.entries(purposes)), id)?.consentExpiry;

interface InactivityClock {
  readonly inactivity: string;
  readonly startsOn: readonly string[];
  readonly fallback: readonly string[];
}

/** The law-default pack fills each key that the policy leaves silent; nothing is kept for ever (seeds K18). */
const clockOf = ({ prospect }: PolicyDocument): InactivityClock => ({ ...LAW_DEFAULT.prospect, ...prospect });

function prospectOf(history: readonly Version[]): ProspectRules {
  const newest = (history.at(-1) as Version).document;
  const clocks = new Map(history.map((version) => [version, clockOf(version.document)]));
  const limits = history.flatMap(({ document }) => document.prospect?.unansweredLimit ?? []);
  return {
    unansweredLimit: earliest(limits),
    inactivityEndsAt: (anchors) =>
      earliest(
        inForceSince(history, anchors.collection).flatMap((version) => {
          const { inactivity, startsOn, fallback } = clocks.get(version) as InactivityClock;
          const anchor = latest(startsOn, anchors) ?? latest(fallback, anchors);
          return anchor === undefined ? [] : endOf(anchor, inactivity, version.document.timezone);
        }),
      ),
    answerWindowEndsAt: (since) =>
      earliest(
        history.flatMap(({ document: { prospect, timezone } }) =>
          prospect?.answerWindow === undefined ? [] : endOf(since, prospect.answerWindow, timezone),
        ),
      ),
    atEnd: newest.prospect?.atEnd ?? LAW_DEFAULT.prospect.atEnd,
    startsOn: clockOf(newest).startsOn,
  };
}

/** Of several acts that start a clock, the latest that happened (seeds K6). */
function latest(names: readonly string[], anchors: Anchors): number | undefined {
  const happened = names.flatMap((name) => anchors[name as keyof Anchors] ?? []);
  return happened.length === 0 ? undefined : Math.max(...happened);
}

const silentKeys = ({ prospect, opposition, confirmation, purposes }: PolicyDocument): string[] => [
  ...(prospect?.inactivity === undefined ? ['prospect.inactivity'] : []),
  ...(prospect?.startsOn === undefined ? ['prospect.startsOn'] : []),
  ...(opposition?.retention === undefined ? ['opposition.retention'] : []),
  ...(confirmation?.doubleOptIn === undefined ? ['confirmation.doubleOptIn'] : []),
  ...(confirmation?.perList === undefined ? ['confirmation.perList'] : []),
  ...Object.entries(purposes).flatMap(([id, { basis }]) =>
    basis === undefined ? [`purposes.${id}.basis`] : [],
  ),
];
