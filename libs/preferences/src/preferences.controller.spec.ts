import { streamOf, TestClock, type Fact, type Recorded } from '@assent/kernel';
import type { ConsentFact, OppositionFact, SubjectFact, SubjectState } from '@assent/contract';
import { consent } from '@assent/consent';
import { Standings } from '@assent/eligibility';
import { ProblemError } from '@assent/http';
import { opposition } from '@assent/opposition';
import type { Policies, Policy, PurposeRules } from '@assent/policy';
import type { Deliveries, DeliveryFilter, DeliveryRow, EventLog, Subjects } from '@assent/ports';
import { subject } from '@assent/subject';
import { PreferencesController } from './preferences.controller.js';

const TENANT = 'presentinfini';
const ID = 'sub_01JD8Q4V6M2S7X9K3T5B1N0PZC';
const KEY = 'a'.repeat(32);
const at = (day: string) => Date.parse(`2026-${day}T00:00:00Z`);

const purpose = (declared: string, more: Partial<PurposeRules> = {}): PurposeRules => ({
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
const policy = {
  id: 'presentinfini@1',
  tenant: TENANT,
  purposes: PURPOSES,
  purpose: (id: string) => PURPOSES.find(({ declared }) => id === declared || id.startsWith(`${declared}.`)),
  confirmation: { doubleOptIn: true, perList: true, linkEndsAt: (since: number) => since + 7 * 86_400_000 },
  prospect: { unansweredLimit: 2, inactivityEndsAt: () => undefined, answerWindowEndsAt: () => undefined },
  opposition: { keptUntil: (since: number) => since + 3 * 365 * 86_400_000 },
} as unknown as Policy;

const row = (integration: string, verifiedAt: number | null): DeliveryRow =>
  ({
    ...{ integration, addressKey: KEY, state: verifiedAt === null ? 'queued' : 'verified', verifiedAt },
    desired: { kind: 'email', allMarketing: 'stopped' },
  }) as unknown as DeliveryRow;

function world(
  person: readonly SubjectFact[],
  consents: readonly ConsentFact[],
  list: readonly OppositionFact[],
) {
  const fold = <S, E extends Fact>(
    decider: { readonly initial: S; evolve(state: S, fact: Recorded<E>): S },
    facts: readonly E[],
  ) =>
    facts
      .map((fact, index) => ({ ...fact, id: `e${index + 1}`, recordedAt: fact.at }))
      .reduce((state, fact) => decider.evolve(state, fact), decider.initial);
  const state = fold(subject, person);
  const states: Record<string, unknown> = {
    [streamOf('consent', TENANT, ID)]: fold(consent, consents),
    [streamOf('opposition', TENANT, KEY)]: fold(opposition, list),
  };
  const log = {
    heads: (streams: string[]) =>
      Promise.resolve(streams.map((stream) => states[stream] && { version: 1, state: states[stream] })),
    read: () => Promise.resolve([]),
  } as unknown as EventLog;
  const subjects = {
    resolve: (_: string, ref: { id: string }) => {
      const known: SubjectState | null = ref.id === ID ? state : null;
      const found = { version: 1, key: null, address: null };
      return Promise.resolve(
        known
          ? { ...found, subjectId: ID, state: known, keys: [KEY] }
          : { ...found, subjectId: null, state: null, keys: [] },
      );
    },
  } as unknown as Subjects;
  const deliveries = {
    list: (_: string, { subjectId }: DeliveryFilter, __: number, cursor?: string) =>
      Promise.resolve(
        cursor === undefined
          ? { items: subjectId === ID ? [row('crm', at('05-02'))] : [], next: '1' }
          : { items: [row('mailchimp-main', null)], next: null },
      ),
  } as unknown as Deliveries;
  const clock = new TestClock(at('06-01'));
  const policies = { at: () => policy } as unknown as Policies;
  const door = new PreferencesController(subjects, new Standings(log, clock), deliveries, policies, clock);
  const caller = { tenant: TENANT, actor: 'key:1', scopes: new Set<never>(), commandId: null };
  return (id = ID) => door.show(id, caller);
}

const registered = (declined: string[] = []): SubjectFact => ({
  ...{ type: 'SubjectRegistered', at: at('01-01'), collectedAt: at('01-01'), subjectId: ID },
  ...{ context: 'consumer', relationship: 'prospect', addresses: [{ kind: 'email', key: KEY }] },
  ...{ own: true, informed: true, declined, source: null, notice: null, evidence: null },
});
const given = (day: string, of: string, confirmed = true): ConsentFact => ({
  ...{ type: 'ConsentGiven', at: at(day), purpose: of, channels: ['email'], restores: null },
  notice: { id: of.split('.')[0] ?? of, version: 1, digest: 'd' },
  evidence: { id: 'ev', digest: 'd', method: 'form', confirmedAt: null },
  confirmedAt: confirmed ? at(day) : null,
});
const objected = (day: string, of: string): OppositionFact => ({
  ...{ type: 'ObjectionRecorded', at: at(day), scope: { purpose: of, channel: '*' }, source: 'letter' },
  ...{ evidence: null, origin: null },
});

describe("A person's preferences", () => {
  it('are told for every purpose that makes messages, with why and since when', async () => {
    const show = world([registered()], [given('02-01', 'prospecting')], [objected('05-01', 'newsletter')]);
    const { purposes, subjectId, policy: version, revision } = await show();
    expect(purposes).toEqual([
      {
        ...{ purpose: 'newsletter', channel: 'email', allowed: false, code: 'objection-in-force' },
        ...{ basis: null, since: '2026-05-01T00:00:00.000Z' },
      },
      {
        ...{ purpose: 'prospecting', channel: 'email', allowed: true, code: 'allowed' },
        ...{ basis: 'consent', since: '2026-02-01T00:00:00.000Z' },
      },
      {
        ...{ purpose: 'customer', channel: 'email', allowed: true, code: 'allowed' },
        ...{ basis: 'contract', since: '2026-01-01T00:00:00.000Z' },
      },
    ]);
    expect([subjectId, version, revision]).toEqual([ID, 'presentinfini@1', 3]);
  });

  it('name the lists that the person agreed to or refused, under their purpose', async () => {
    const lists = [given('02-01', 'newsletter.weekly'), given('03-01', 'newsletter.daily', false)];
    const { purposes, subscriptions, consents } = await world([registered()], lists, [])();
    expect(purposes.map(({ purpose: of, code }) => [of, code]).slice(0, 3)).toEqual([
      ['newsletter', 'no-consent'],
      ['newsletter.daily', 'confirmation-pending'],
      ['newsletter.weekly', 'allowed'],
    ]);
    expect(subscriptions).toEqual([
      { purpose: 'newsletter.daily', channel: 'email', status: 'pending' },
      { purpose: 'newsletter.weekly', channel: 'email', status: 'confirmed' },
    ]);
    expect(consents).toMatchObject([
      { purpose: 'newsletter.daily', notice: 'newsletter@1', confirmedAt: null },
      { purpose: 'newsletter.weekly', givenAt: '2026-02-01T00:00:00.000Z', withdrawnAt: null },
    ]);
  });

  it('say that a subscription has ended', async () => {
    const show = world([registered()], [given('02-01', 'newsletter')], [objected('05-01', '*')]);
    expect((await show()).subscriptions).toMatchObject([{ purpose: 'newsletter', status: 'ended' }]);
  });

  it('hold the objections in force with their ends, a box left empty at collection included', async () => {
    const show = world([registered(['prospecting'])], [], [objected('05-01', 'newsletter')]);
    expect((await show()).objections).toEqual([
      {
        ...{ eventId: 'e1', purpose: 'newsletter', channel: '*', source: 'letter', except: [] },
        ...{ since: '2026-05-01T00:00:00.000Z', until: '2029-04-30T00:00:00.000Z' },
      },
      {
        ...{ eventId: 'e1', purpose: 'prospecting', channel: '*', source: 'form', except: [] },
        ...{ since: '2026-01-01T00:00:00.000Z', until: '2028-12-31T00:00:00.000Z' },
      },
    ]);
  });

  it('say where each choice has been carried to, and when that was verified (S1-37)', async () => {
    const { integrations } = await world([registered()], [], [])();
    expect(integrations).toEqual([
      {
        ...{ integration: 'crm', addressKey: KEY, kind: 'email', state: 'verified', allMarketing: 'stopped' },
        verifiedAt: '2026-05-02T00:00:00.000Z',
      },
      {
        ...{ integration: 'mailchimp-main', addressKey: KEY, kind: 'email', state: 'queued' },
        ...{ allMarketing: 'stopped', verifiedAt: null },
      },
    ]);
  });

  it('of nobody, or of somebody erased, are unknown', async () => {
    const gone: SubjectFact = { type: 'SubjectErased', at: at('05-01'), reason: 'asked' };
    const unknown = (show: () => Promise<unknown>) =>
      show().catch((error: unknown) => (error instanceof ProblemError ? error.code : error));
    expect(await unknown(() => world([registered()], [], [])('sub_other'))).toBe('subject-unknown');
    expect(await unknown(() => world([registered(), gone], [], [])())).toBe('subject-unknown');
  });
});
