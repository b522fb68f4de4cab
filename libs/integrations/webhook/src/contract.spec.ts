import { connectorContract, type ToolFault } from '@assent/ports';
import { FakeReceiver, type Mood } from './fake-receiver.js';
import { FetchOutgoing } from './fetch-outgoing-spec.js';
import { webhookKind } from './webhook.js';

const receiver = new FakeReceiver();
const MOODS: Record<ToolFault, Mood> = {
  busy: { status: 429, times: 1 },
  broken: { status: 503, times: 1 },
  'lost before': { status: 502, times: 1 },
  'lost after': { reset: true, times: 1 },
  denied: { status: 403 },
};

beforeAll(() => receiver.start());
afterAll(() => receiver.stop());

connectorContract('Webhook', () => {
  const connector = webhookKind.create(
    {
      ...{ id: 'crm', tenant: 't', kind: 'webhook', role: 'mixed', unknownContact: 'skip', purposes: {} },
      options: {
        url: receiver.url,
        secret: receiver.secret,
        readBackUrl: receiver.readBackUrl,
        includeAddresses: true,
      },
    },
    new FetchOutgoing(),
  );
  return Promise.resolve({
    connector,
    purpose: 'newsletter',
    enter: () => undefined, // it is told about everybody
    mails: (_, key) => receiver.state(key)?.purposes['newsletter']?.['email'] !== 'stopped',
    fail: (fault) => receiver.turn(MOODS[fault]),
    heal: () => receiver.cheerUp(),
    violations: () => receiver.violations,
    secrets: () => [receiver.secret, receiver.url],
  });
});
