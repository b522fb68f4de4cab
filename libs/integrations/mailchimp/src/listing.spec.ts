import type { IntegrationSettings } from '@assent/ports';
import { FetchOutgoing } from '@assent/integration-kit';
import { ADA, desired, settings } from './desired-spec.js';
import { FakeMailchimp } from './fake-mailchimp.js';
import { mailchimpKind } from './mailchimp.js';

let fake: FakeMailchimp;
const connector = (more: Partial<IntegrationSettings> = {}) =>
  mailchimpKind.create(
    settings({ options: { apiKey: fake.apiKey, baseUrl: fake.url }, ...more }),
    new FetchOutgoing(),
  );

beforeEach(async () => {
  fake = new FakeMailchimp('news', 'offers', 'other');
  await fake.start();
});
afterEach(async () => {
  await fake.stop();
  expect(fake.violations).toEqual([]);
});

describe('What Mailchimp lists', () => {
  const listed = async (more: Partial<IntegrationSettings> = {}) => {
    const found: string[] = [];
    for await (const { contacts, failed } of connector(more).listIn?.(() => 0) ?? []) {
      found.push(
        ...contacts.map(({ who, targets, cause }) => `${who.value} ${String(targets)} ${cause ?? '?'}`),
      );
      if (failed !== undefined) found.push(`${failed.class}: ${failed.detail ?? ''}`);
    }
    return found;
  };

  it('is who is subscribed in any audience, mapped or not; nobody else', async () => {
    fake.seed('news', ADA, 'unsubscribed');
    fake.seed('offers', ADA, 'cleaned');
    fake.seed('other', ADA);
    expect(await listed()).toEqual([`${ADA} other operator`]);
  });

  it('names groups where they are mapped, and the audience where the member is in none of them', async () => {
    fake.addInterest('news', 'weekly');
    fake.seed('news', ADA);
    const purposes = { newsletter: { list: 'news', interest: 'weekly' } };
    expect(await listed({ purposes })).toEqual([`${ADA} news operator`]);
    fake.join('news', ADA, 'weekly');
    expect(await listed({ purposes })).toEqual([`${ADA} weekly operator`]);
  });

  it('says how somebody came in, where Mailchimp says so', async () => {
    fake.import('news', [ADA]);
    expect(await listed()).toEqual([`${ADA} news import`]);
    fake.seed('news', ADA, 'subscribed', 'Embed Form');
    expect(await listed()).toEqual([`${ADA} news ?`]);
  });

  it('says that a mapped audience is gone, and lists the others', async () => {
    fake.seed('offers', ADA);
    fake.deleteList('news');
    expect(await listed()).toEqual(['config: list news does not exist', `${ADA} offers operator`]);
  });
});

describe('What Mailchimp was told to stop', () => {
  it.each([
    ['subscribed', []],
    ['unsubscribed', ['news']],
    ['cleaned', []],
    ['archived', []],
  ] as const)('is of a member that is %s: %j', async (as, out) => {
    fake.seed('news', ADA, as);
    expect((await connector().lookup(desired({ newsletter: 'in' }))).out).toEqual(out);
  });
});
