import type { ConsentFact, OppositionFact, SubjectFact } from '@assent/contract';
import { ProblemError } from '@assent/http';
import type { Policies } from '@assent/policy';
import type { Deliveries, DeliveryFilter, DeliveryRow, EventLog, Subjects } from '@assent/ports';
import { at, given, ID, KEY, known, objected, policy, registered, TENANT } from './people-spec.js';
import { PreferencesController } from './preferences.controller.js';

const row = (integration: string, verifiedAt: number | null): DeliveryRow =>
  ({
    ...{ tenant: TENANT, integration, addressKey: KEY },
    ...{ state: verifiedAt === null ? 'queued' : 'verified', verifiedAt },
    desired: { kind: 'email', allMarketing: 'stopped' },
  }) as unknown as DeliveryRow;

function world(
  person: readonly SubjectFact[],
  consents: readonly ConsentFact[],
  list: readonly OppositionFact[],
) {
  const { clock, standings, who } = known({ person, consents, list });
  const subjects = {
    resolve: (_: string, ref: { id: string }) => Promise.resolve(who(ref.id)),
  } as unknown as Subjects;
  const deliveries = {
    list: (_: string, { subjectId }: DeliveryFilter, __: number, cursor?: string) =>
      Promise.resolve(
        cursor === undefined
          ? { items: subjectId === ID ? [row('crm', at('05-02'))] : [], next: '1' }
          : { items: [row('mailchimp-main', null)], next: null },
      ),
  } as unknown as Deliveries;
  const refusedAtSend = { times: 2, lastAt: at('05-03'), lastCode: 'objection-in-force', purposes: {} };
  const log = {
    heads: (streams: readonly string[]) =>
      Promise.resolve(
        streams.map((stream) =>
          stream === `delivery/${TENANT}/crm/${KEY}` ? { version: 1, state: { refusedAtSend } } : undefined,
        ),
      ),
  } as unknown as EventLog;
  const policies = { at: () => policy } as unknown as Policies;
  const door = new PreferencesController(subjects, standings, deliveries, log, policies, clock);
  const caller = { tenant: TENANT, actor: 'key:1', scopes: new Set<never>(), commandId: null };
  return (id = ID) => door.show(id, caller);
}

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
        refusedAtSend: { times: 2, lastAt: '2026-05-03T00:00:00.000Z', lastCode: 'objection-in-force' },
      },
      {
        ...{ integration: 'mailchimp-main', addressKey: KEY, kind: 'email', state: 'queued' },
        ...{ allMarketing: 'stopped', verifiedAt: null, refusedAtSend: null },
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
