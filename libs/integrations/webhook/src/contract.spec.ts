import { createHash } from 'node:crypto';
import { connectorContract, type ToolFault, type ToolUnderTest } from '@assent/ports';
import type { WebhookBody } from './body.js';
import { FakeReceiver, UNVERIFIED, type Mood } from './fake-receiver.js';
import { FetchOutgoing } from '@assent/integration-kit';
import { webhookKind } from './webhook.js';

const moodOf = (fault: ToolFault): Mood =>
  ({
    'broken-before': { reset: 'before' } as const,
    'broken-after': { reset: true },
    silent: { delayMs: 60_000 },
    html: { body: '<html>' },
  })[fault as string] ?? (fault as Mood);

const open =
  (options: Readonly<Record<string, string | boolean>>, readable: boolean) =>
  async (unknownContact: 'skip' | 'tombstone', sentAt: number): Promise<ToolUnderTest> => {
    const receiver = new FakeReceiver(() => sentAt);
    await receiver.start();
    receiver.acknowledges = options['acknowledges'] === true;
    const speak = (secret: string) =>
      webhookKind.create(
        {
          ...{ id: 'crm', tenant: 't', kind: 'webhook', role: 'mixed', purposes: {}, unknownContact },
          options: {
            ...{ url: receiver.url, secret },
            ...options,
            ...(readable && { readBackUrl: receiver.readBackUrl }),
          },
        },
        new FetchOutgoing(1_000),
      );
    const known = new Set<string>();
    const keyOf = ({ value }: { value: string }) => createHash('md5').update(value).digest('hex');
    const state = (address: { value: string }) => receiver.state(keyOf(address));
    let stranger = false;
    return {
      connector: speak(receiver.secret),
      get stranger() {
        stranger = true;
        return speak(`whsec_${Buffer.alloc(32, 6).toString('base64')}`);
      },
      purposes: ['newsletter', 'offers'],
      toldWhole: true,
      keyOf,
      seed: (address) => known.add(keyOf(address)),
      mails: (address, purpose) => {
        const verdict = state(address)?.purposes[purpose]?.['email'];
        return verdict === undefined ? known.has(keyOf(address)) : verdict === 'allowed';
      },
      holds: (address) => state(address) !== undefined,
      letBackIn: (address) => {
        const before = state(address) as WebhookBody;
        const purposes = { newsletter: { email: 'allowed' }, offers: { email: 'allowed' } } as const;
        receiver.restore({ ...before, purposes, revision: before.revision - 1 });
      },
      removeTargets: () => receiver.turn({ status: 410 }),
      fail: (fault) => receiver.turn(moodOf(fault)),
      mend: () => receiver.cheerUp(),
      effects: () => receiver.effects,
      violations: () => receiver.violations.filter((one) => !(stranger && one === UNVERIFIED)),
      secretsOf: () => [receiver.secret, receiver.secret.slice(6), receiver.url],
      close: () => receiver.stop(),
    };
  };

connectorContract('A webhook that is told no addresses and answers nothing', open({}, false));
connectorContract(
  'A webhook that acknowledges, and is told addresses',
  open({ includeAddresses: true, acknowledges: true }, false),
);
connectorContract('A webhook that can be read back', open({ includeAddresses: true }, true));
