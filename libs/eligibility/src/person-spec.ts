/** A person put together for a specification: what happened, as the streams would hold it. */
import { recorded, type Fact, type Recorded } from '@assent/kernel';
import type {
  Channel,
  ConsentFact,
  NewsletterFact,
  OppositionFact,
  ProspectFact,
  SubjectState,
} from '@assent/contract';
import { consent } from '@assent/consent';
import { newsletter } from '@assent/newsletter';
import { opposition } from '@assent/opposition';
import type { Policy } from '@assent/policy';
import { prospect } from '@assent/prospect';
import { decide, type DecideOptions } from './decide.js';
import { whole, type Standing } from './standing.js';
import { at, policies } from './world-spec.js';

export { ended, given, objected, sent, withdrawn } from './facts-spec.js';
export { at } from './world-spec.js';

export const policyOf = (tenant: string): Policy => policies.at(tenant, at('2026-06-01'));

export interface Told {
  readonly subject?: Partial<SubjectState> | null;
  readonly consents?: readonly ConsentFact[];
  readonly subscriptions?: readonly NewsletterFact[];
  readonly objections?: readonly OppositionFact[];
  readonly prospect?: readonly ProspectFact[];
}

export const subjectState = (more: Partial<SubjectState> = {}): SubjectState => ({
  subjectId: 'sub_1',
  registeredAt: at('2026-01-01'),
  context: 'consumer',
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

interface Folded<S, E extends Fact> {
  readonly initial: S;
  evolve(state: S, fact: Recorded<E>): S;
}
const fold = <S, E extends Fact>(decider: Folded<S, E>, facts: readonly E[]): S =>
  recorded(facts).reduce((state, fact) => decider.evolve(state, fact), decider.initial);

export function standingOf({
  subject = {},
  consents = [],
  subscriptions = [],
  objections = [],
  prospect: acts = [],
}: Told): Standing {
  const state = subject === null ? null : subjectState(subject);
  const heads = whole(
    {
      subject: state,
      consent: fold(consent, consents),
      newsletter: fold(newsletter, subscriptions),
      oppositions: [fold(opposition, objections)],
      prospect: fold(prospect, acts),
    },
    Infinity,
  );
  return {
    ...heads,
    ...{ tenant: 'presentinfini', key: null, past: [], undone: [], newest: 0 },
    revision: consents.length + subscriptions.length + objections.length + acts.length,
  };
}

export interface Question extends DecideOptions {
  readonly purpose?: string;
  readonly channel?: Channel;
  readonly tenant?: string;
  /** Members of the policy that are other than the tenant's. */
  readonly policy?: Partial<Policy>;
}
export const ask = (told: Told, when: string, question: Question = {}) => {
  const {
    purpose = 'prospecting',
    channel = 'email',
    tenant = 'presentinfini',
    policy,
    ...options
  } = question;
  return decide(standingOf(told), { ...policyOf(tenant), ...policy }, purpose, channel, at(when), options);
};
export const codeOf = (...question: Parameters<typeof ask>) => ask(...question).code;

/** As the tenant's policy, with consents that end at the instant `endsAt` says. */
export const ending = (endsAt: (since: number) => number | undefined): Partial<Policy> => {
  const policy = policyOf('presentinfini');
  return {
    purpose: (id) => {
      const rules = policy.purpose(id);
      return rules && { ...rules, consentEndsAt: endsAt };
    },
  };
};
