/** A person put together for a specification: what happened, as the streams would hold it. */
import { fileURLToPath } from 'node:url';
import { recorded, type Fact, type Recorded } from '@assent/kernel';
import type {
  Channel,
  ConsentFact,
  Context,
  EvidenceMethod,
  OppositionFact,
  ProspectFact,
  SubjectState,
} from '@assent/contract';
import { consent } from '@assent/consent';
import { opposition } from '@assent/opposition';
import { loadPolicies, type Policy } from '@assent/policy';
import { completed, optInsOf, prospect, registrationOf } from '@assent/prospect';
import { decide, type DecideOptions } from './decide.js';
import type { Standing } from './standing.js';

const dir = fileURLToPath(new URL('../../../policies', import.meta.url));
const { policies } = loadPolicies({ dir, env: {}, now: 0 });

export const at = (text: string): number => policies.instant('presentinfini', text) ?? Date.parse(text);
export const policyOf = (tenant: string): Policy => policies.at(tenant, at('2026-06-01'));

export interface Told {
  readonly subject?: Partial<SubjectState> | null;
  readonly consents?: readonly ConsentFact[];
  readonly objections?: readonly OppositionFact[];
  readonly prospect?: readonly ProspectFact[];
}

export const subjectState = (more: Partial<SubjectState> = {}): SubjectState => ({
  subjectId: 'sub_1',
  registeredAt: at('2026-01-01'),
  context: 'consumer' satisfies Context,
  relationship: 'prospect',
  source: null,
  collectedAt: at('2026-01-01'),
  ownCollection: false,
  informedAt: null,
  notice: null,
  addresses: [{ kind: 'email', key: 'a'.repeat(32), addedAt: 0, removedAt: null }],
  declined: [],
  restrictedSince: null,
  erasedAt: null,
  ...more,
});

export const given = (
  when: string,
  purpose: string,
  { method = 'form', confirmed = true }: { method?: EvidenceMethod; confirmed?: boolean } = {},
): ConsentFact => ({
  type: 'ConsentGiven',
  at: at(when),
  purpose,
  channels: ['email'],
  notice: { id: 'n', version: 1, digest: 'd' },
  evidence: { id: 'ev', digest: 'd', method, confirmedAt: null },
  confirmedAt: confirmed ? at(when) : null,
  restores: null,
});
export const withdrawn = (when: string, purpose: string): ConsentFact => ({
  type: 'ConsentWithdrawn',
  at: at(when),
  purpose,
  channels: ['email'],
  evidence: null,
});
export const ended = (when: string, purpose: string): ConsentFact => ({
  type: 'ConsentEnded',
  at: at(when),
  scope: { purpose, channel: '*' },
  cause: 'o1',
});
export const objected = (when: string, purpose = '*', channel = '*'): OppositionFact => ({
  type: 'ObjectionRecorded',
  at: at(when),
  scope: { purpose, channel },
  source: 'letter',
  evidence: null,
  origin: null,
});
export const sent = (when: string, campaign: string): ProspectFact => ({
  type: 'SolicitationDelivered',
  at: at(when),
  solicitationId: campaign,
  campaign,
  channel: 'email',
  purpose: 'prospecting',
  counts: true,
  code: 'allowed',
});

interface Folded<S, E extends Fact> {
  readonly initial: S;
  evolve(state: S, fact: Recorded<E>): S;
}
const fold = <S, E extends Fact>(decider: Folded<S, E>, facts: readonly E[]): S =>
  recorded(facts).reduce((state, fact) => decider.evolve(state, fact), decider.initial);

export function standingOf({
  subject = {},
  consents = [],
  objections = [],
  prospect: acts = [],
}: Told): Standing {
  const state = subject === null ? null : subjectState(subject);
  const consentState = fold(consent, consents);
  const list = fold(opposition, objections);
  const facts = fold(prospect, acts);
  return {
    tenant: 'presentinfini',
    subject: state,
    key: null,
    consent: consentState,
    oppositions: [list],
    past: [],
    undone: [],
    newest: 0,
    prospect: state === null ? facts : completed(facts, registrationOf(state, optInsOf(consentState))),
    revision: consents.length + objections.length + acts.length,
  };
}

export const ask = (
  told: Told,
  when: string,
  {
    purpose = 'prospecting',
    channel = 'email',
    tenant = 'presentinfini',
    ...options
  }: {
    purpose?: string;
    channel?: Channel;
    tenant?: string;
  } & DecideOptions = {},
) => decide(standingOf(told), policyOf(tenant), purpose, channel, at(when), options);
export const codeOf = (...question: Parameters<typeof ask>) => ask(...question).code;
