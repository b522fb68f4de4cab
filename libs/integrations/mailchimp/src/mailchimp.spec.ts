import type { DesiredCell, DesiredState } from '@assent/contract';
import type { Desired, IntegrationSettings } from '@assent/ports';
import { memberHash } from './api.js';
import { OPERATIONS } from './contract.js';
import { FakeMailchimp } from './fake-mailchimp.js';
import { FetchOutgoing } from './fetch-outgoing-spec.js';
import { mailchimpKind } from './mailchimp.js';

const ADA = 'ada+news@example.org';
const fake = new FakeMailchimp('news', 'offers', 'other');
const outgoing = new FetchOutgoing();
const used = new Set<string>();

const settings = (more: Partial<IntegrationSettings> = {}): IntegrationSettings => ({
  id: 'mailchimp-main',
  tenant: 't',
  kind: 'mailchimp',
  role: 'marketing',
  purposes: { newsletter: { list: 'news' }, offers: { list: 'offers' } },
  unknownContact: 'skip',
  options: { apiKey: fake.apiKey, baseUrl: fake.url },
  ...more,
});
const connector = (more: Partial<IntegrationSettings> = {}) => mailchimpKind.create(settings(more), outgoing);

const cell = (tri: DesiredCell['tri'], since = 100): DesiredCell => ({
  ...{ verdict: tri === 'in' ? 'allowed' : 'stopped', code: 'x', tri, since, eventId: 'e' },
});
const desired = (
  tris: Readonly<Record<string, DesiredCell['tri']>>,
  more: Partial<Omit<Desired, 'state'>> & { state?: Partial<DesiredState> } = {},
): Desired => {
  const { state, ...rest } = more;
  return {
    address: { kind: 'email', value: ADA },
    addressKey: 'a'.repeat(32),
    subjectId: 'sub_1',
    revision: 1,
    unknown: 'skip',
    outSince: {},
    deliveryId: 'd',
    sentAt: 0,
    ...rest,
    state: {
      kind: 'email',
      purposes: Object.fromEntries(
        Object.entries(tris).map(([purpose, tri]) => [purpose, { email: cell(tri) }]),
      ),
      allMarketing: 'stopped',
      objectedToAll: false,
      erase: false,
      ...state,
    },
  };
};
const status = (list: string) => fake.member(list, ADA)?.status;
const everyone = (list: string, as: Parameters<FakeMailchimp['seed']>[2] = 'subscribed') =>
  fake.seed(list, ADA, as);
const writes = () =>
  fake.calls.filter(({ operation }) => ['update', 'put', 'delete-permanent'].includes(operation));

beforeAll(() => fake.start());
beforeEach(() => {
  for (const list of ['news', 'offers', 'other']) fake.addList(list);
  fake.calls.length = 0;
});
afterEach(() => {
  for (const { operation } of fake.calls) used.add(operation);
  fake.clearFaults();
  expect(fake.violations).toEqual([]);
});
afterAll(() => fake.stop());

describe('A stop at Mailchimp', () => {
  it('closes the mapped audience and touches no other', async () => {
    for (const list of ['news', 'offers', 'other']) everyone(list);
    const outcome = await connector().apply(desired({ newsletter: 'out', offers: 'untouched' }));
    expect(outcome).toMatchObject({ class: 'done', closed: ['news'] });
    expect([status('news'), status('offers'), status('other')]).toEqual([
      'unsubscribed',
      'subscribed',
      'subscribed',
    ]);
    expect(fake.calls.every(({ list }) => list === 'news')).toBe(true);
  });

  it('of everything closes every audience, mapped or not', async () => {
    for (const list of ['news', 'offers', 'other']) everyone(list);
    const everything = desired({ newsletter: 'out', offers: 'out' }, { state: { objectedToAll: true } });
    expect(await connector().apply(everything)).toMatchObject({ class: 'done' });
    expect(['news', 'offers', 'other'].map(status)).toEqual(['unsubscribed', 'unsubscribed', 'unsubscribed']);
    expect(await connector().lookup(everything)).toMatchObject({ match: 'equal', summary: 'suppressed' });
  });

  it('has one effect when it is repeated', async () => {
    everyone('news');
    await connector().apply(desired({ newsletter: 'out' }));
    const once = writes().length;
    expect(await connector().apply(desired({ newsletter: 'out' }))).toMatchObject({ class: 'done' });
    expect(writes()).toHaveLength(once);
  });

  it('leaves a bounced address as the vendor has it', async () => {
    everyone('news', 'cleaned');
    expect(await connector().apply(desired({ newsletter: 'out' }))).toMatchObject({ class: 'done' });
    expect(status('news')).toBe('cleaned');
  });

  it('is set on an archived member, whom an import would revive', async () => {
    everyone('news', 'archived');
    expect(await connector().lookup(desired({ newsletter: 'out' }))).toMatchObject({ match: 'looser' });
    await connector().apply(desired({ newsletter: 'out' }));
    expect(status('news')).toBe('unsubscribed');
  });

  it('of an unknown address enters nobody, unless a tombstone is wanted', async () => {
    const skipped = await connector().apply(desired({ newsletter: 'out' }));
    expect([skipped.class, status('news')]).toEqual(['not-applicable', undefined]);
    const unknown = { unknown: 'tombstone' } as const;
    expect(await connector().lookup(desired({ newsletter: 'out' }, unknown))).toMatchObject({
      match: 'looser',
    });
    expect(await connector().apply(desired({ newsletter: 'out' }, unknown))).toMatchObject({ class: 'done' });
    expect(status('news')).toBe('unsubscribed');
  });

  it('takes a deleted audience for a wrong setting, never for an absent member', async () => {
    fake.deleteList('news');
    const outcome = await connector().apply(desired({ newsletter: 'out' }));
    expect(outcome.class).toBe('config');
    expect(outcome.closed).toBeUndefined();
  });

  it('closes a group inside an audience and keeps the person in it', async () => {
    everyone('news');
    const grouped = connector({ purposes: { newsletter: { list: 'news', interest: 'weekly' } } });
    expect(await grouped.apply(desired({ newsletter: 'out' }))).toMatchObject({
      class: 'done',
      closed: ['weekly'],
    });
    expect(fake.member('news', ADA)).toMatchObject({ status: 'subscribed', interests: { weekly: false } });
    expect(await grouped.lookup(desired({ newsletter: 'out' }))).toMatchObject({ match: 'equal' });
  });
});

describe('A fault at Mailchimp', () => {
  beforeEach(() => everyone('news'));
  const stop = () => connector().apply(desired({ newsletter: 'out' }));

  it('is tried again later: 429, 5xx, a broken connection, an answer that is no JSON', async () => {
    for (const fault of [
      { status: 429 },
      { status: 503 },
      { reset: 'before' },
      { body: '<html>' },
    ] as const) {
      fake.fail({ ...fault, times: 1 });
      expect((await stop()).class).toBe('retry');
    }
  });

  it('says how long to wait when Mailchimp does', async () => {
    fake.fail({ status: 429, retryAfter: '30', times: 1 });
    expect(await stop()).toMatchObject({ class: 'retry', retryAfterMs: 30_000 });
  });

  it('after the effect does no harm: the next attempt finds it done', async () => {
    fake.fail({ reset: 'after', operation: 'update', times: 1 });
    expect((await stop()).class).toBe('retry');
    expect(status('news')).toBe('unsubscribed');
    expect((await stop()).class).toBe('done');
  });

  it('of one audience among several is told apart: what closed is closed, the worst decides', async () => {
    everyone('offers');
    fake.fail({ status: 503, operation: 'update', times: 1 });
    const outcome = await connector().apply(desired({ newsletter: 'out', offers: 'out' }));
    expect(outcome).toMatchObject({ class: 'retry', closed: ['offers'] });
  });

  it('of the key is a wrong setting', async () => {
    const wrong = connector({ options: { apiKey: 'wrong-us1', baseUrl: fake.url } });
    expect((await wrong.apply(desired({ newsletter: 'out' }))).class).toBe('config');
    expect((await wrong.probe()).class).toBe('config');
    expect((await connector().probe()).class).toBe('done');
    fake.deleteList('offers');
    expect(await connector().probe()).toMatchObject({
      class: 'config',
      detail: 'list offers does not exist',
    });
  });

  it('of a read-back leaves the question open', async () => {
    fake.fail({ status: 503, times: 1 });
    expect(await connector().lookup(desired({ newsletter: 'out' }))).toMatchObject({ match: 'unknown' });
  });
});

describe('An opt-in at Mailchimp', () => {
  const optIn = (outSince: Record<string, number> = {}) =>
    connector().apply(desired({ newsletter: 'in' }, { outSince }));

  it('enters a new person', async () => {
    expect(await optIn()).toMatchObject({ class: 'done' });
    expect(status('news')).toBe('subscribed');
    expect(await connector().lookup(desired({ newsletter: 'in' }))).toMatchObject({ match: 'equal' });
  });

  it('has Mailchimp ask whoever had left, once', async () => {
    everyone('news', 'unsubscribed');
    await optIn();
    await optIn();
    expect(status('news')).toBe('pending');
    expect(writes()).toHaveLength(1);
  });

  it('is left out when the person was told to be out after it', async () => {
    everyone('news', 'unsubscribed');
    expect(await optIn({ news: 100 })).toMatchObject({ class: 'not-applicable' });
    expect(status('news')).toBe('unsubscribed');
  });

  it('that Mailchimp refuses for good is told as refused, and the person stays out', async () => {
    await connector().apply(desired({ newsletter: 'in' }));
    await connector().erase(desired({}));
    expect(fake.member('news', ADA)).toBeUndefined();
    expect(await optIn()).toMatchObject({ class: 'refused', detail: 'Forgotten Email Not Subscribed' });
    everyone('offers', 'cleaned');
    const offers = await connector().apply(desired({ offers: 'in' }));
    expect([offers.class, status('offers')]).toEqual(['refused', 'cleaned']);
  });
});

describe('What Mailchimp is seen to hold', () => {
  it.each([
    ['out', 'subscribed', 'looser'],
    ['out', 'pending', 'looser'],
    ['out', 'unsubscribed', 'equal'],
    ['out', 'transactional', 'equal'],
    ['in', 'subscribed', 'equal'],
    ['in', 'unsubscribed', 'stricter'],
    ['in', 'cleaned', 'stricter'],
  ] as const)('%s, when it is %s, is %s', async (tri, held, match) => {
    everyone('news', held);
    expect((await connector().lookup(desired({ newsletter: tri }))).match).toBe(match);
  });

  it('of an erased person is absence', async () => {
    everyone('news');
    const erased = desired({}, { state: { erase: true, objectedToAll: true } });
    await connector().erase(erased);
    expect(await connector().lookup(erased)).toMatchObject({ match: 'equal', summary: 'erased' });
  });
});

describe('What the connector leaves behind', () => {
  it.each([
    "o'hara%x@example.org",
    'ADA@EXAMPLE.ORG',
    '"ada lovelace"@example.org',
    'ada@xn--bcher-kva.example.org',
  ])('holds no address, hash or key, and works for %s', async (value) => {
    fake.seed('news', value);
    const address = { kind: 'email', value } as const;
    const outcome = await connector().apply(desired({ newsletter: 'out' }, { address }));
    const observed = await connector().lookup(desired({ newsletter: 'out' }, { address }));
    expect(fake.member('news', value)?.status).toBe('unsubscribed');
    const left = JSON.stringify([outcome, observed]);
    for (const secret of [value, memberHash(value), fake.apiKey]) expect(left).not.toContain(secret);
    expect(outcome.calls.map(({ operation }) => operation)).toContain('PATCH /lists/{list}/members/{hash}');
  });

  it('stays inside the contract, of which every operation was used', () => {
    expect([...used].sort()).toEqual(OPERATIONS.map(({ name }) => name).sort());
  });
});
