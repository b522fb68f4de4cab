import { createHash } from 'node:crypto';
import {
  connectorContract,
  listingContract,
  type IntegrationSettings,
  type ToolFault,
  type ToolUnderTest,
} from '@assent/ports';
import { memberHash } from './api.js';
import { FakeMailchimp, type Fault } from './fake-mailchimp.js';
import { FetchOutgoing } from '@assent/integration-kit';
import { mailchimpKind } from './mailchimp.js';

const faultOf = (fault: ToolFault): Fault =>
  ({
    'broken-before': { reset: 'before' } as const,
    'broken-after': { reset: 'after', operation: 'update' } as const,
    silent: { delayMs: 60_000 },
    html: { body: '<html>' },
  })[fault as string] ?? (fault as Fault);

type Purposes = Record<'newsletter' | 'offers', { list: string; interest?: string; permission?: string }>;

const open =
  (purposes: Purposes) =>
  async (unknownContact: 'skip' | 'tombstone', sentAt: number): Promise<ToolUnderTest> => {
    const places = Object.values(purposes);
    const groupOf = ({ interest, permission }: Purposes['offers']) => interest ?? permission;
    const lists = [...new Set(places.map(({ list }) => list)), 'other'];
    const fake = new FakeMailchimp(...lists);
    fake.time = () => sentAt - 86_400_000;
    for (const { list, interest, permission } of places) {
      if (interest !== undefined) fake.addInterest(list, interest);
      if (permission !== undefined) fake.addPermission(list, permission);
    }
    await fake.start();
    const join = (email: string) => {
      for (const place of places) {
        const group = groupOf(place);
        if (group !== undefined) fake.join(place.list, email, group);
      }
    };
    const speak = (apiKey: string) => {
      const settings: IntegrationSettings = {
        ...{
          id: 'mailchimp-main',
          tenant: 't',
          kind: 'mailchimp',
          role: 'marketing',
          unknownContact,
          purposes,
        },
        options: { apiKey, baseUrl: fake.url },
      };
      return mailchimpKind.create(settings, new FetchOutgoing(1_000));
    };
    return {
      connector: speak(fake.apiKey),
      stranger: speak('wrong-us1'),
      purposes: ['newsletter', 'offers'],
      toldWhole: false,
      offIsSilent: places.some((place) => groupOf(place) !== undefined),
      keyOf: ({ value }) => createHash('sha256').update(value).digest('hex').slice(0, 32),
      seed: ({ value }) => {
        for (const list of lists) fake.seed(list, value);
        join(value);
      },
      mails: ({ value }, purpose) => {
        const place = purposes[purpose as 'offers'];
        return fake.mailed(place.list, groupOf(place)).includes(value);
      },
      holds: ({ value }) => lists.some((list) => fake.member(list, value) !== undefined),
      letBackIn: ({ value }) => {
        for (const list of lists) fake.set(list, value, 'subscribed');
        join(value);
      },
      delta: {
        leave({ value }, purpose, at) {
          fake.time = () => at;
          fake.leave(purposes[purpose as 'offers'].list, value);
        },
        letIn({ value }, at) {
          fake.time = () => at;
          for (const list of lists) fake.set(list, value, 'subscribed');
          join(value);
        },
      },
      removeTargets: () => places.forEach(({ list }) => fake.deleteList(list)),
      fail: (fault) => fake.fail(faultOf(fault)),
      mend: () => fake.clearFaults(),
      effects: () => fake.effects,
      violations: () => fake.violations,
      secretsOf: ({ value }) => [memberHash(value), encodeURIComponent(value), fake.apiKey],
      close: () => fake.stop(),
    };
  };

const SETTINGS: [string, Purposes][] = [
  ['audiences', { newsletter: { list: 'news' }, offers: { list: 'offers' } }],
  [
    'groups in one audience',
    { newsletter: { list: 'news', interest: 'weekly' }, offers: { list: 'news', interest: 'promo' } },
  ],
  [
    'marketing permissions',
    { newsletter: { list: 'news', permission: 'mails' }, offers: { list: 'offers' } },
  ],
];
for (const [name, purposes] of SETTINGS) {
  connectorContract(`Mailchimp with ${name}`, open(purposes));
  listingContract(`Mailchimp with ${name}`, open(purposes));
}
