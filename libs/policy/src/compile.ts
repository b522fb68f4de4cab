import { lineage } from '@assent/contract';
import { endOf, parseInstant } from './calendar.js';
import type { PolicyDocument, ProspectDocument, PurposeDocument } from './document.js';
import { LAW_DEFAULT } from './law-default.js';
import type { Anchors, Policy, ProspectRules, PurposeRules } from './rules.js';

const ALWAYS = -Infinity;

export const startOf = ({ version, effectiveFrom, timezone }: PolicyDocument): number =>
  version === 1 ? ALWAYS : (parseInstant(effectiveFrom ?? '', timezone) ?? ALWAYS);

/** The versions of one tenant in order, each compiled with those before it (seeds K17). */
export function compile(documents: readonly PolicyDocument[]): { policy: Policy; from: number }[] {
  return documents.map((document, index) => {
    const next = documents[index + 1];
    const history = documents.slice(0, index + 1);
    return { policy: policyOf(document, history, next && startOf(next)), from: startOf(document) };
  });
}

function policyOf(
  document: PolicyDocument,
  history: readonly PolicyDocument[],
  next: number | undefined,
): Policy {
  const { tenant, version, locale, timezone } = document;
  const purposes = Object.entries(document.purposes).map(([id, purpose]) => purposeOf(id, purpose, timezone));
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
    purpose: (id) =>
      lineage(id)
        .map((ancestor) => byId.get(ancestor))
        .find((found) => found !== undefined),
    confirmation: { ...LAW_DEFAULT.confirmation, ...document.confirmation },
    prospect: prospectOf(document, history),
    opposition: {
      keptUntil: remembered((since: number) => endOf(since, retention, timezone)),
      scope: document.opposition?.scope ?? LAW_DEFAULT.opposition.scope,
    },
    filledByLaw: silentKeys(document),
    nextVersionAt: next,
  };
}

function purposeOf(declared: string, document: PurposeDocument, timezone: string): PurposeRules {
  const { class: kind, consentExpiry } = document;
  return {
    declared,
    class: kind,
    prospecting: kind === 'marketing' && document.prospecting === true,
    channels: document.channels,
    basis: { ...LAW_DEFAULT.basis[kind], ...document.basis },
    conditions: document.conditions ?? [],
    consentEndsAt: (since) =>
      consentExpiry === undefined ? undefined : endOf(since, consentExpiry, timezone),
  };
}

/** Silent keys come from the law-default pack one by one; the anchors go with the period they belong to. */
const filled = ({ prospect }: PolicyDocument): ProspectDocument & { inactivity: string } =>
  prospect?.inactivity === undefined
    ? { ...prospect, ...LAW_DEFAULT.prospect, ...(prospect?.startsOn && { startsOn: prospect.startsOn }) }
    : { ...prospect, inactivity: prospect.inactivity };

/**
 * A version that shortens applies at once to data already held; one that lengthens or lowers protection reaches nobody
 * who was not told (seeds K17). So the strictest of the versions in force since the data was collected decides.
 */
function prospectOf(document: PolicyDocument, history: readonly PolicyDocument[]): ProspectRules {
  const applying = (collected: number | undefined) =>
    history.filter((_, index) => {
      const successor = history[index + 1];
      return successor === undefined || collected === undefined || startOf(successor) > collected;
    });
  const limits = history.flatMap(({ prospect }) => prospect?.unansweredLimit ?? []);
  const windows = history.flatMap(({ prospect }) => prospect?.answerWindow ?? []);
  const { timezone } = document;
  return {
    unansweredLimit: limits.length === 0 ? undefined : Math.min(...limits),
    inactivityEndsAt(anchors) {
      const ends = applying(anchors.collection).flatMap((version) => inactivityEnd(version, anchors) ?? []);
      return ends.length === 0 ? undefined : Math.min(...ends);
    },
    answerWindowEndsAt: (since) =>
      windows.length === 0 ? undefined : Math.min(...windows.map((window) => endOf(since, window, timezone))),
    atEnd: filled(document).atEnd ?? 'delete',
    startsOn: filled(document).startsOn ?? [],
  };
}

const ENDS = new WeakMap<PolicyDocument, (since: number) => number>();

/** From the latest of the `startsOn` acts that happened, else of the `fallback` ones (seeds K6). */
function inactivityEnd(document: PolicyDocument, anchors: Anchors): number | undefined {
  const { inactivity, startsOn = [], fallback = [] } = filled(document);
  const latest = (names: readonly string[]) => {
    const happened = names.flatMap((name) => anchors[name as keyof Anchors] ?? []);
    return happened.length === 0 ? undefined : Math.max(...happened);
  };
  const anchor = latest(startsOn) ?? latest(fallback);
  if (anchor === undefined) return undefined;
  let ends = ENDS.get(document);
  if (ends === undefined) {
    ends = remembered((since: number) => endOf(since, inactivity, document.timezone));
    ENDS.set(document, ends);
  }
  return ends(anchor);
}

const silentKeys = ({ prospect, opposition, confirmation, purposes }: PolicyDocument): string[] => [
  ...(prospect?.inactivity === undefined ? ['prospect.inactivity'] : []),
  ...(opposition?.retention === undefined ? ['opposition.retention'] : []),
  ...(confirmation?.doubleOptIn === undefined ? ['confirmation.doubleOptIn'] : []),
  ...(confirmation?.perList === undefined ? ['confirmation.perList'] : []),
  ...Object.entries(purposes).flatMap(([id, { basis }]) =>
    basis === undefined ? [`purposes.${id}.basis`] : [],
  ),
];

/** Calendar arithmetic costs microseconds; the same instant is asked for again and again. */
function remembered(calculate: (at: number) => number): (at: number) => number {
  const known = new Map<number, number>();
  return (at) => {
    let result = known.get(at);
    if (result === undefined) {
      if (known.size >= 10_000) known.clear();
      known.set(at, (result = calculate(at)));
    }
    return result;
  };
}
