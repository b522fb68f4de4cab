/** A person as their streams hold them, under a policy of four purposes. */
import { streamOf, TestClock, type Fact, type Recorded } from '@assent/kernel';
import type { ConsentFact, OppositionFact, SubjectFact } from '@assent/contract';
import { consent } from '@assent/consent';
import { Standings, type Standing } from '@assent/eligibility';
import { opposition } from '@assent/opposition';
import type { Policy, PurposeRules } from '@assent/policy';
import type { EventLog, ResolvedSubject } from '@assent/ports';
import { subject } from '@assent/subject';

export const TENANT = 'presentinfini';
export const ID = 'sub_01JD8Q4V6M2S7X9K3T5B1N0PZC';
export const KEY = 'a'.repeat(32);
export const at = (day: string) => Date.parse(`2026-${day}T00:00:00Z`);

export const purpose = (declared: string, more: Partial<PurposeRules> = {}): PurposeRules => ({
  ...{ declared, class: 'marketing', prospecting: false, channels: ['email'], conditions: [] },
  basis: { consumer: 'consent', customer: 'softOptIn', professional: 'legitimateInterest' },
  consentEndsAt: () => undefined,
  ...more,
});
const contract = { consumer: 'contract', customer: 'contract', professional: 'contract' } as const;
const PURPOSES = [
  purpose('newsletter'),
  purpose('prospecting', { prospecting: true }),
  purpose('customer', { class: 'service', basis: contract }),
  purpose('statistics', { class: 'internal' }),
];
export const policyWith = (...more: readonly PurposeRules[]): Policy => {
  const purposes = [...PURPOSES, ...more];
  return {
    id: 'presentinfini@1',
    tenant: TENANT,
    purposes,
    purpose: (id: string) =>
      purposes.find(({ declared }) => id === declared || id.startsWith(`${declared}.`)),
    confirmation: {
      doubleOptIn: true,
      perList: true,
      linkEndsAt: (since: number) => since + 7 * 86_400_000,
    },
    prospect: {
      unansweredLimit: 2,
      inactivityEndsAt: () => undefined,
      answerWindowEndsAt: () => undefined,
    },
    opposition: { keptUntil: (since: number) => since + 3 * 365 * 86_400_000 },
  } as unknown as Policy;
};
export const policy = policyWith();

export interface Told {
  readonly person: readonly SubjectFact[];
  readonly consents?: readonly ConsentFact[];
  readonly list?: readonly OppositionFact[];
}

const fold = <S, E extends Fact>(
  decider: { readonly initial: S; evolve(state: S, fact: Recorded<E>): S },
  facts: readonly E[],
): S =>
  facts
    .map((fact, index) => ({ ...fact, id: `e${index + 1}`, recordedAt: fact.at }))
    .reduce((state, fact) => decider.evolve(state, fact), decider.initial);

/** What reads the person's streams, and who they are. */
export function known({ person, consents = [], list = [] }: Told, now = at('06-01')) {
  const states: Record<string, unknown> = {
    [streamOf('consent', TENANT, ID)]: fold(consent, consents),
    [streamOf('opposition', TENANT, KEY)]: fold(opposition, list),
  };
  const log = {
    heads: (streams: string[]) =>
      Promise.resolve(streams.map((stream) => states[stream] && { version: 1, state: states[stream] })),
    read: () => Promise.resolve([]),
  } as unknown as EventLog;
  const clock = new TestClock(now);
  const state = fold(subject, person);
  const found = { version: 1, key: null, address: null };
  const who = (id: string): ResolvedSubject =>
    state !== null && id === ID
      ? { ...found, subjectId: ID, state, keys: [KEY] }
      : { ...found, subjectId: null, state: null, keys: [] };
  return { clock, standings: new Standings(log, clock), who };
}

export const standingOf = (told: Told, now?: number): Promise<Standing> => {
  const { standings, who } = known(told, now);
  return standings.of(TENANT, who(ID), now);
};

export const registered = (declined: string[] = []): SubjectFact => ({
  ...{ type: 'SubjectRegistered', at: at('01-01'), collectedAt: at('01-01'), subjectId: ID },
  ...{ context: 'consumer', relationship: 'prospect', addresses: [{ kind: 'email', key: KEY }] },
  ...{ own: true, informed: true, declined, source: null, notice: null, evidence: null },
});
export const given = (day: string, of: string, confirmed = true): ConsentFact => ({
  ...{ type: 'ConsentGiven', at: at(day), purpose: of, channels: ['email'], restores: null },
  notice: { id: of.split('.')[0] ?? of, version: 1, digest: 'd' },
  evidence: { id: 'ev', digest: 'd', method: 'form', confirmedAt: null },
  confirmedAt: confirmed ? at(day) : null,
});
export const objected = (day: string, of: string): OppositionFact => ({
  ...{ type: 'ObjectionRecorded', at: at(day), scope: { purpose: of, channel: '*' }, source: 'letter' },
  ...{ evidence: null, origin: null },
});
