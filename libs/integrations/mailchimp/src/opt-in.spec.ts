import type { IntegrationSettings } from '@assent/ports';
import { ADA, cell, desired, settings } from './desired-spec.js';
import { FakeMailchimp } from './fake-mailchimp.js';
import { FetchOutgoing } from '@assent/integration-kit';
import { mailchimpKind } from './mailchimp.js';

const LISTS = ['news', 'offers', 'other'];
let fake: FakeMailchimp;
const connector = (more: Partial<IntegrationSettings> = {}) =>
  mailchimpKind.create(
    settings({ options: { apiKey: fake.apiKey, baseUrl: fake.url }, ...more }),
    new FetchOutgoing(),
  );
const status = (list: string) => fake.member(list, ADA)?.status;

beforeEach(async () => {
  fake = new FakeMailchimp(...LISTS);
  await fake.start();
});
afterEach(async () => {
  await fake.stop();
  expect(fake.violations).toEqual([]);
});

describe('An opt-in at Mailchimp', () => {
  const optIn = (more = {}) => connector().apply(desired({ newsletter: 'in' }, more));

  it('enters a new person, and nobody whom it finds there already', async () => {
    expect(await optIn()).toMatchObject({ class: 'done' });
    expect([status('news'), fake.effects]).toEqual(['subscribed', 1]);
    expect(await optIn()).toMatchObject({ class: 'done' });
    expect(fake.effects).toBe(1);
  });

  it.each(['unsubscribed', 'archived', 'transactional'] as const)(
    'has Mailchimp ask one who is %s, once',
    async (as) => {
      fake.seed('news', ADA, as);
      for (let time = 0; time < 3; time++) expect((await optIn()).class).toBe('done');
      expect([status('news'), fake.confirmations.length]).toEqual(['pending', 1]);
      fake.confirm('news', ADA);
      expect(await connector().lookup(desired({ newsletter: 'in' }))).toMatchObject({
        summary: 'subscribed',
      });
    },
  );

  it('never sets anybody subscribed who had left: compliance state is no safety net', async () => {
    fake.seed('news', ADA, 'unsubscribed');
    fake.leave('news', ADA);
    await optIn();
    expect(status('news')).toBe('pending');
  });

  it('asks again neither after a lost answer', async () => {
    fake.seed('news', ADA, 'unsubscribed');
    fake.fail({ reset: 'after', operation: 'put', times: 1 });
    expect((await optIn()).class).toBe('retry');
    expect((await optIn()).class).toBe('done');
    expect(fake.confirmations).toHaveLength(1);
  });

  it('joins a group, and asks where the person had left the audience', async () => {
    fake.addInterest('news', 'weekly');
    const grouped = connector({ purposes: { newsletter: { list: 'news', interest: 'weekly' } } });
    for (const as of ['subscribed', 'pending', 'unsubscribed'] as const) {
      fake.seed('news', ADA, as);
      expect((await grouped.apply(desired({ newsletter: 'in' }))).class).toBe('done');
      expect(fake.member('news', ADA)).toMatchObject({
        status: as === 'subscribed' ? 'subscribed' : 'pending',
        interests: { weekly: true },
      });
    }
  });

  it.each([
    ['never opened', 'untouched', false],
    ['refused', 'out', false],
    ['allowed on another ground', 'open', true],
  ] as const)('to one group brings %s others back as they may be mailed', async (_, stand, back) => {
    fake.addInterest('news', 'weekly');
    fake.addInterest('news', 'promo');
    fake.addPermission('news', 'partners');
    const purposes = {
      newsletter: { list: 'news', interest: 'weekly' },
      offers: { list: 'news', interest: 'promo' },
      partners: { list: 'news', permission: 'partners' },
    };
    fake.seed('news', ADA, 'unsubscribed');
    for (const group of ['promo', 'partners']) fake.join('news', ADA, group);
    const wanted = desired({ newsletter: 'in', offers: stand, partners: stand });
    expect((await connector({ purposes }).apply(wanted)).class).toBe('done');
    fake.confirm('news', ADA);
    const mailed = ['weekly', 'promo', 'partners'].map((group) => fake.mailed('news', group).length === 1);
    expect(mailed).toEqual([true, back, back]);
  });

  it('is left out when the person was told to be out after it', async () => {
    fake.seed('news', ADA, 'unsubscribed');
    expect(await optIn({ outSince: { news: 100 } })).toMatchObject({ class: 'not-applicable' });
    expect(status('news')).toBe('unsubscribed');
  });

  it('that Mailchimp refuses for good is refused, and the person stays out', async () => {
    fake.seed('news', ADA);
    await connector().erase(desired({}));
    expect(await optIn()).toMatchObject({ class: 'refused', detail: 'Forgotten Email Not Subscribed' });
    fake.seed('news', ADA, 'cleaned');
    expect((await optIn()).class).toBe('refused');
    fake.seed('news', ADA, 'unsubscribed');
    fake.fail({ status: 400, body: '{"title":"Member In Compliance State"}', operation: 'put' });
    expect(await optIn()).toMatchObject({ class: 'refused', detail: 'Member In Compliance State' });
  });

  it('of a person who signs up too often waits', async () => {
    const detail = `${ADA} has signed up to a lot of lists very recently; we're not allowing more signups for now`;
    fake.fail({ status: 400, body: JSON.stringify({ title: 'Invalid Resource', detail }), operation: 'put' });
    const outcome = await optIn();
    expect(outcome.class).toBe('retry');
    expect(JSON.stringify(outcome)).not.toContain('ada');
  });

  it('waits behind nothing: a stop in the same breath is made first', async () => {
    for (const list of LISTS) fake.seed(list, ADA, 'subscribed');
    fake.seed('news', ADA, 'unsubscribed');
    const purposes = { newsletter: { email: cell('in') }, offers: { email: cell('out') } };
    await connector().apply(desired({}, { state: { purposes } }));
    expect(LISTS.map(status)).toEqual(['pending', 'unsubscribed', 'subscribed']);
  });
});
