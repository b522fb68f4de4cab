import type { IntegrationSettings } from '@assent/ports';
import { ADA, desired, settings, type Stand } from './desired-spec.js';
import { OPERATIONS } from './contract.js';
import { FakeMailchimp } from './fake-mailchimp.js';
import { FetchOutgoing } from '@assent/integration-kit';
import { mailchimpKind } from './mailchimp.js';

const LISTS = ['news', 'offers', 'other'];
const used = new Set<string>();
let fake: FakeMailchimp;
const connector = (more: Partial<IntegrationSettings> = {}) =>
  mailchimpKind.create(
    settings({ options: { apiKey: fake.apiKey, baseUrl: fake.url }, ...more }),
    new FetchOutgoing(),
  );
const status = (list: string) => fake.member(list, ADA)?.status;
const stop = (stands: Record<string, Stand> = { newsletter: 'out' }) => connector().apply(desired(stands));
const everything = { state: { objectedToAll: true } };
const operations = () => fake.calls.map(({ operation }) => operation);

beforeEach(async () => {
  fake = new FakeMailchimp(...LISTS);
  await fake.start();
});
afterEach(async () => {
  await fake.stop();
  for (const operation of operations()) used.add(operation);
  expect(fake.violations).toEqual([]);
});

describe('A stop at Mailchimp', () => {
  it('reads before it writes, and writes what is meant and nothing else', async () => {
    for (const list of LISTS) fake.seed(list, ADA);
    expect(await stop()).toMatchObject({ class: 'done', closed: ['news'] });
    expect(fake.calls).toMatchObject([
      { operation: 'member', list: 'news' },
      { operation: 'update', list: 'news' },
    ]);
  });

  it('leaves a bounced address as the vendor has it', async () => {
    fake.seed('news', ADA, 'cleaned');
    expect(await stop()).toMatchObject({ class: 'done', closed: ['news'] });
    expect([status('news'), fake.effects]).toEqual(['cleaned', 0]);
    expect(await connector().lookup(desired({ newsletter: 'out' }))).toMatchObject({ match: 'stricter' });
  });

  it.each(['pending', 'transactional', 'archived', 'subscribed'] as const)(
    'is set on a %s member',
    async (as) => {
      fake.seed('news', ADA, as);
      expect((await stop()).class).toBe('done');
      expect(status('news')).toBe('unsubscribed');
    },
  );

  it('is set on an archived member also if Mailchimp does not let archived members be patched', async () => {
    fake.unverified.archivedPatch = '404';
    fake.seed('news', ADA, 'archived');
    expect((await stop()).class).toBe('done');
    fake.import('news', [ADA]);
    expect(status('news')).toBe('unsubscribed');
  });

  it('as a tombstone outlives an import', async () => {
    const wanted = desired({ newsletter: 'out' }, { unknown: 'tombstone' });
    expect(await connector().apply(wanted)).toMatchObject({ class: 'done', closed: ['news'] });
    fake.import('news', [ADA]);
    expect(fake.mailed('news')).toEqual([]);
  });

  it('of everything enters no tombstone where nobody mapped a purpose', async () => {
    const wanted = desired({ newsletter: 'out', offers: 'out' }, { ...everything, unknown: 'tombstone' });
    expect(await connector().apply(wanted)).toMatchObject({ class: 'done', closed: ['news', 'offers'] });
    expect(LISTS.map(status)).toEqual(['unsubscribed', 'unsubscribed', undefined]);
  });

  it('of an erased address needs no tombstone: nobody can enter it any more', async () => {
    fake.seed('news', ADA);
    await connector().erase(desired({}));
    const wanted = desired({ newsletter: 'out' }, { unknown: 'tombstone' });
    expect((await connector().apply(wanted)).class).toBe('done');
    expect(await connector().lookup(wanted)).toMatchObject({ match: 'equal', summary: 'absent' });
  });

  it('passes over required fields that Mailchimp would have of a member', async () => {
    fake.requireMergeFields('news');
    fake.seed('news', ADA);
    expect((await stop()).class).toBe('done');
    expect(status('news')).toBe('unsubscribed');
  });

  it('at a group that does not exist is a wrong setting', async () => {
    fake.seed('news', ADA);
    const purposes = { newsletter: { list: 'news', interest: 'gone' } };
    expect(await connector({ purposes }).apply(desired({ newsletter: 'out' }))).toMatchObject({
      class: 'config',
      detail: 'group gone does not exist in list news',
    });
  });

  it('reaches every audience of a large account', async () => {
    const lists = Array.from({ length: 1203 }, (_, n) => `list${n}`);
    for (const list of lists) fake.addList(list);
    for (const list of ['list0', 'list999', 'list1000', 'list1202']) fake.seed(list, ADA);
    expect((await connector().apply(desired({}, everything))).class).toBe('done');
    expect(['list0', 'list999', 'list1000', 'list1202'].map(status)).toEqual(Array(4).fill('unsubscribed'));
    expect(operations().filter((name) => name === 'lists')).toHaveLength(2);
  }, 30_000);

  it('does not take a phone number for a member', async () => {
    const phone = desired({ newsletter: 'out' }, { address: { kind: 'phone', value: '+33612345678' } });
    expect((await connector().apply(phone)).class).toBe('not-applicable');
    expect((await connector().erase(phone)).class).toBe('not-applicable');
    expect(fake.calls).toEqual([]);
  });
});

describe('A partial failure at Mailchimp', () => {
  beforeEach(() => LISTS.forEach((list) => fake.seed(list, ADA)));
  const both = { newsletter: 'out', offers: 'out' } as const;

  it('keeps what closed, and is as bad as the worst of it', async () => {
    fake.fail({ status: 503, operation: 'update', times: 1 });
    expect(await stop(both)).toMatchObject({ class: 'retry', closed: ['offers'] });
    fake.deleteList('news');
    expect(await stop(both)).toMatchObject({ class: 'config', closed: ['offers'] });
    fake.fail({ status: 422, operation: 'member', times: 1 });
    expect(await stop(both)).toMatchObject({ class: 'data', closed: ['offers'] });
  });

  it.each([
    ['the key is not accepted', { status: 401 }],
    ['the account has had enough', { status: 429 }],
    ['nobody answers', { reset: 'before' }],
  ] as const)('asks no further when %s', async (_, fault) => {
    fake.fail(fault);
    const outcome = await connector().apply(desired(both));
    expect(outcome.calls).toHaveLength(1);
  });

  it('asks no further after three audiences in trouble', async () => {
    fake.fail({ status: 500 });
    for (const list of ['a', 'b', 'c', 'd']) fake.addList(list);
    const purposes = Object.fromEntries(['a', 'b', 'c', 'd'].map((list) => [list, { list }]));
    const outcome = await connector({ purposes }).apply(desired({ a: 'out', b: 'out', c: 'out', d: 'out' }));
    expect([outcome.class, outcome.calls.length]).toEqual(['retry', 3]);
  });

  it('still closes the mapped audiences when the account cannot be listed', async () => {
    fake.fail({ status: 500, operation: 'lists' });
    const outcome = await connector().apply(desired(both, everything));
    expect(outcome).toMatchObject({ class: 'retry', closed: ['news', 'offers'] });
    expect((await connector().lookup(desired(both, everything))).match).toBe('unknown');
  });
});

describe('An erasure at Mailchimp', () => {
  it('deletes for good in every audience, and says when one that is mapped is gone', async () => {
    for (const list of LISTS) fake.seed(list, ADA);
    fake.deleteList('offers');
    expect(await connector().erase(desired({}))).toMatchObject({
      class: 'config',
      detail: 'list offers does not exist',
    });
    expect(LISTS.map(status)).toEqual([undefined, undefined, undefined]);
    const look = (more = {}) => connector().lookup(desired({}, { state: { erase: true }, ...more }));
    expect((await look()).match).toBe('unknown');
    fake.addList('offers');
    expect(await look()).toMatchObject({ presence: 'absent', match: 'equal', summary: 'erased' });
    fake.import('other', [ADA]);
    expect(await look()).toMatchObject({ presence: 'present', match: 'looser' });
  });
});

describe('Who has changed in an audience', () => {
  const DAY = 86_400_000;
  const read = async (more?: Partial<IntegrationSettings>, cursor = JSON.stringify({ since: { news: 1 } })) =>
    (await connector(more).changesSince?.(cursor, Date.now()))?.facts ?? [];

  it('has left by whatever link, and was let in where a purpose lives', async () => {
    for (const email of [ADA, 'bob@example.org', 'eve@example.org']) fake.seed('news', email);
    fake.leave('news', ADA);
    fake.set('news', 'bob@example.org', 'cleaned');
    expect(await read()).toMatchObject([
      { what: 'left', targets: ['news'], who: { value: ADA } },
      { what: 'joined', targets: ['news'], who: { value: 'eve@example.org' } },
    ]);
  });

  it('is in the groups that they are in, and has refused none that they never joined', async () => {
    const purposes = {
      newsletter: { list: 'news', interest: 'weekly' },
      offers: { list: 'news', interest: 'promo' },
    };
    for (const group of ['weekly', 'promo']) fake.addInterest('news', group);
    fake.seed('news', ADA);
    expect(await read({ purposes })).toEqual([]);
    fake.join('news', ADA, 'promo');
    expect(await read({ purposes })).toMatchObject([{ what: 'joined', targets: ['promo'] }]);
  });

  it('is not asked for before everybody who is out is known: nobody else matters at first', async () => {
    fake.time = () => Date.now() - DAY;
    fake.seed('news', ADA);
    expect((await connector().changesSince?.(null, Date.now()))?.facts).toEqual([]);
  });
});

describe('The connector', () => {
  it('finds a mapped audience that is gone before anybody is to be stopped there', async () => {
    expect((await connector().probe()).class).toBe('done');
    fake.deleteList('offers');
    expect(await connector().probe()).toMatchObject({
      class: 'config',
      detail: 'list offers does not exist',
    });
    expect((await connector({ options: { apiKey: 'wrong', baseUrl: fake.url } }).probe()).class).toBe(
      'config',
    );
    fake.fail({ status: 503 });
    expect((await connector().probe()).class).toBe('retry');
  });

  it('shows templates of paths, never the hash of an address', async () => {
    fake.seed('news', ADA);
    const { calls } = await stop();
    expect(calls.map(({ operation, status: code }) => [operation, code])).toEqual([
      ['GET /lists/{list}/members/{hash}', 200],
      ['PATCH /lists/{list}/members/{hash}', 200],
    ]);
    expect(calls[1]?.vendorRequestId).toMatch(/^fake-/);
  });

  it('lists whom it mails', async () => {
    fake.seed('news', ADA);
    for await (const { contacts } of connector().listIn?.(() => 0) ?? [])
      for (const { who } of contacts) expect(who.value).toBe(ADA);
  });

  it('uses every operation of its contract and no other', () =>
    expect([...used].sort()).toEqual(OPERATIONS.map(({ name }) => name).sort()));
});
