import { connectorContract, type ToolFault } from '@assent/ports';
import { memberHash } from './api.js';
import { FakeMailchimp, type Fault } from './fake-mailchimp.js';
import { FetchOutgoing } from './fetch-outgoing-spec.js';
import { mailchimpKind } from './mailchimp.js';

const fake = new FakeMailchimp('news');
const FAULTS: Record<ToolFault, Fault> = {
  busy: { status: 429, times: 1 },
  broken: { status: 503, body: '<html>', times: 1 },
  'lost before': { reset: 'before', times: 1 },
  'lost after': { reset: 'after', operation: 'update', times: 1 },
  denied: { status: 401 },
};

beforeAll(() => fake.start());
afterAll(() => fake.stop());

connectorContract('Mailchimp', () => {
  fake.addList('news');
  const connector = mailchimpKind.create(
    {
      ...{ id: 'mailchimp-main', tenant: 't', kind: 'mailchimp', role: 'marketing', unknownContact: 'skip' },
      purposes: { newsletter: { list: 'news' } },
      options: { apiKey: fake.apiKey, baseUrl: fake.url },
    },
    new FetchOutgoing(),
  );
  return Promise.resolve({
    connector,
    purpose: 'newsletter',
    enter: (address) => fake.seed('news', address),
    mails: (address) => fake.mailed('news').includes(address),
    fail: (fault) => fake.fail(FAULTS[fault]),
    heal: () => fake.clearFaults(),
    violations: () => fake.violations,
    secrets: (address) => [memberHash(address), fake.apiKey],
  });
});
