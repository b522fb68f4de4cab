/** Persons and a policy for the specifications of delivery. */
import {
  CHANNELS,
  lineage,
  type AddressKind,
  type Decision,
  type KnownAddress,
  type OppositionState,
  type SubjectState,
} from '@assent/contract';
import type { Policy, PurposeRules } from '@assent/policy';
import type { Known } from '../desired.js';
import { People, type Person } from '../people.js';
import { HOUR, T0, TENANT } from './stores.js';

/** What is known, set by hand: decisions by `purpose/channel`, `no-consent` where nothing is set. */
export class Knowledge extends People {
  readonly people = new Map<string, Person>();

  set(
    key: string,
    decisions: Readonly<Record<string, Partial<Decision> & { since?: number; eventId?: string }>>,
    more: { subjectId?: string | null; addresses?: readonly KnownAddress[] } & Partial<Known> = {},
  ): void {
    const { subjectId = 'sub_1', addresses = [address(key)], ...known } = more;
    this.people.set(key, {
      subjectId,
      addresses: subjectId === null ? [] : addresses,
      known: knownWith(decisions, known),
    });
  }
  override byKey(_tenant: string, key: string): Promise<Person> {
    return Promise.resolve(
      this.people.get(key) ?? { subjectId: null, addresses: [], known: knownWith({}, {}) },
    );
  }
  override keysOf(_tenant: string, subjectId: string): Promise<readonly string[]> {
    const theirs = [...this.people].filter(([, person]) => person.subjectId === subjectId);
    return Promise.resolve(theirs.map(([key]) => key));
  }
}

export const address = (
  key: string,
  kind: AddressKind = 'email',
  removedAt: number | null = null,
): KnownAddress => ({
  kind,
  key,
  addedAt: T0,
  removedAt,
});

export const knownWith = (
  decisions: Readonly<Record<string, Partial<Decision> & { since?: number; eventId?: string }>>,
  {
    subject = null,
    consent = { consents: [], ends: [] },
    oppositions = [],
    past = [],
    undone = [],
  }: Partial<Known>,
): Known => ({
  subject,
  consent,
  oppositions,
  past,
  undone,
  decide: (purpose, channel) => {
    const { since, eventId, ...given } = decisions[`${purpose}/${channel}`] ?? {};
    const code = given.code ?? 'no-consent';
    return {
      allowed: code === 'allowed',
      code,
      policy: `${TENANT}@1`,
      revision: 1,
      reasons: [{ code, rule: 'stand-in', ...(since && { since }), ...(eventId && { eventId }) }],
      ...given,
    };
  },
});

export const objections = (...entries: Partial<OppositionState['entries'][number]>[]): OppositionState => ({
  entries: entries.map((entry, index) => ({
    id: `o${index + 1}`,
    scope: { purpose: '*', channel: '*' },
    since: T0 - HOUR,
    recordedAt: T0 - HOUR,
    source: 'click',
    evidence: null,
    origin: null,
    except: [],
    ...entry,
  })),
  undone: [],
});

export const subject = (more: Partial<SubjectState> = {}): SubjectState => ({
  subjectId: 'sub_1',
  registeredAt: T0,
  context: 'consumer',
  relationship: 'prospect',
  source: null,
  collectedAt: T0,
  ownCollection: true,
  informedAt: null,
  notice: null,
  addresses: [],
  declined: [],
  restrictedSince: null,
  erasedAt: null,
  ...more,
});

const purpose = (declared: string, rules: Partial<PurposeRules> = {}): PurposeRules => ({
  declared,
  class: 'marketing',
  prospecting: false,
  channels: CHANNELS.slice(0, 3),
  basis: { consumer: 'consent', customer: 'consent', professional: 'consent' },
  conditions: [],
  consentEndsAt: () => undefined,
  ...rules,
});

export const policyWith = (version = 1): Policy => {
  const purposes = [
    purpose('newsletter', { channels: ['email'] }),
    purpose('offers', { prospecting: true }),
    purpose('account', { class: 'service' }),
  ];
  return {
    id: `${TENANT}@${version}`,
    tenant: TENANT,
    version,
    purposes,
    purpose: (id: string) => purposes.find(({ declared }) => lineage(id).includes(declared)),
    confirmation: { doubleOptIn: true, perList: true, linkEndsAt: (since: number) => since + 7 * 86_400_000 },
    prospect: {
      unansweredLimit: undefined,
      inactivityEndsAt: () => undefined,
      answerWindowEndsAt: () => undefined,
      atEnd: 'delete',
      startsOn: [],
    },
    opposition: { scope: 'network', keptUntil: (since: number) => since + 3 * 365 * 24 * HOUR },
  } as unknown as Policy;
};
