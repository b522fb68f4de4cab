import type { DesiredState } from '@assent/contract';
import type { Desired, IntegrationSettings } from '@assent/ports';
import { FakeReceiver } from './fake-receiver.js';
import { FetchOutgoing } from '@assent/integration-kit';
import { secretsOf, sign, verifies } from './signature.js';
import { webhookKind } from './webhook.js';

const KEY = 'ab'.repeat(16);
const ADA = "ada+o'hara@example.org";
const receiver = new FakeReceiver();
const outgoing = new FetchOutgoing();

const settings = (options: Record<string, string | boolean> = {}): IntegrationSettings => ({
  id: 'crm',
  tenant: 't',
  kind: 'webhook',
  role: 'mixed',
  purposes: {},
  unknownContact: 'skip',
  options: { url: receiver.url, secret: receiver.secret, ...options },
});
const connector = (options: Record<string, string | boolean> = {}) =>
  webhookKind.create(settings(options), outgoing);
const state: DesiredState = {
  kind: 'email',
  purposes: {
    newsletter: {
      email: { verdict: 'stopped', code: 'objection-in-force', tri: 'out', since: 0, eventId: 'o1' },
    },
    offers: { email: { verdict: 'allowed', code: 'allowed', tri: 'in', since: null, eventId: null } },
  },
  allMarketing: 'allowed',
  objectedToAll: false,
  erase: false,
};
const desired = (revision = 1): Desired => ({
  address: { kind: 'email', value: ADA },
  addressKey: KEY,
  subjectId: 'sub_1',
  state,
  revision,
  unknown: 'skip',
  outSince: {},
  deliveryId: `crm-${KEY}-${revision}`,
  sentAt: Date.now(),
});

beforeAll(() => receiver.start());
afterEach(() => {
  receiver.cheerUp();
  receiver.acknowledges = true;
  expect(receiver.violations.splice(0)).toEqual([]);
});
afterAll(() => receiver.stop());

describe('The signature of a webhook', () => {
  // The vector of Standard Webhooks.
  it('is that of Standard Webhooks', () => {
    const keys = secretsOf('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw') ?? [];
    expect(sign(keys, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, '{"test": 2432232314}')).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    );
  });

  it('is one per secret while secrets rotate, and any of them verifies', () => {
    const [older, newer] = [4, 5].map((byte) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`) as [
      string,
      string,
    ];
    const signatures = sign(secretsOf(`${newer} ${older}`) ?? [], 'id', 1, '{}');
    expect(signatures.split(' ')).toHaveLength(2);
    for (const secret of [older, newer])
      expect(verifies(secretsOf(secret) ?? [], 'id', 1, '{}', signatures)).toBe(true);
    expect(verifies(secretsOf(older) ?? [], 'id', 2, '{}', signatures)).toBe(false);
    expect(verifies(secretsOf(older) ?? [], 'id', 1, '{ }', signatures)).toBe(false);
  });
});

describe('A webhook delivery', () => {
  it('says per purpose and channel what may be sent and why, without the clear address', async () => {
    expect(await connector().apply(desired())).toMatchObject({ class: 'done', verified: true });
    const { body, headers } = receiver.received.at(-1) ?? {};
    expect(body).toEqual({
      subjectId: 'sub_1',
      addressKey: KEY,
      kind: 'email',
      purposes: { newsletter: { email: 'stopped' }, offers: { email: 'allowed' } },
      allMarketing: 'allowed',
      erase: false,
      revision: 1,
      because: [
        { code: 'objection-in-force', eventId: 'o1', since: '1970-01-01T00:00:00.000Z' },
        { code: 'allowed', eventId: null, since: null },
      ],
    });
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': `crm-${KEY}-1`,
      'ce-id': `crm-${KEY}-1`,
      'ce-specversion': '1.0',
      'ce-source': '/assent/delivery/t/crm',
      'ce-type': 'assent.delivery.desired-state',
    });
    expect(headers?.['ce-subject']).not.toContain(KEY);
  });

  it('calls a person the same at one receiver, through a rotation too, and otherwise at another', async () => {
    const subjectAt = async (id: string, secret: string) => {
      const one = webhookKind.create({ ...settings({ secret }), id }, outgoing);
      await one.apply(desired(1));
      return receiver.received.at(-1)?.headers['ce-subject'];
    };
    const newer = `whsec_${Buffer.alloc(32, 4).toString('base64')} ${receiver.secret}`;
    const name = await subjectAt('crm', receiver.secret);
    expect(await subjectAt('crm', newer)).toBe(name);
    expect(await subjectAt('shop', receiver.secret)).not.toBe(name);
  });

  it('holds the clear address only when it is configured', async () => {
    await connector({ includeAddresses: true }).apply(desired(2));
    expect(receiver.received.at(-1)?.body.address).toBe(ADA);
  });

  it('has one id per revision, however often it is sent', async () => {
    await connector().apply(desired(3));
    await connector().apply(desired(3));
    const ids = receiver.received.slice(-2).map(({ id }) => id);
    expect(ids[0]).toBe(ids[1]);
  });

  it.each([
    [200, 'done'],
    [301, 'config'],
    [400, 'data'],
    [401, 'config'],
    [404, 'config'],
    [410, 'config'],
    [422, 'data'],
    [429, 'retry'],
    [500, 'retry'],
    [503, 'retry'],
  ])('answered %i is %s', async (status, kind) => {
    receiver.turn({ status, ...(status === 301 && { headers: { location: 'http://127.0.0.1:1/' } }) });
    expect((await connector().apply(desired(4))).class).toBe(kind);
  });

  it('that nobody answers is tried again', async () => {
    receiver.turn({ reset: true });
    expect((await connector().apply(desired(5))).class).toBe('retry');
  });

  it('is accepted but not proven when the receiver does not say what it applied', async () => {
    receiver.acknowledges = false;
    const outcome = await connector().apply(desired(6));
    expect([outcome.class, outcome.verified]).toEqual(['done', undefined]);
    expect(connector().capabilities.readBack).toBe('none');
  });

  it('is proven by a later read-back', async () => {
    const reading = connector({ readBackUrl: receiver.readBackUrl });
    expect(reading.capabilities.readBack).toBe('get');
    await reading.apply(desired(7));
    expect(await reading.lookup(desired(7))).toMatchObject({ match: 'equal', summary: 'revision 7' });
    expect(await reading.lookup(desired(8))).toMatchObject({ match: 'looser' });
    expect(await reading.lookup({ ...desired(1), addressKey: 'cd'.repeat(16) })).toMatchObject({
      match: 'unknown',
    });
  });

  it('leaves no address and no secret in its evidence', async () => {
    const outcome = await connector({ includeAddresses: true }).apply(desired(9));
    for (const secret of [ADA, receiver.secret, receiver.url])
      expect(JSON.stringify(outcome)).not.toContain(secret);
  });
});

describe('The settings of a webhook', () => {
  const faults = (options: Record<string, string | boolean>) =>
    webhookKind.check(settings(options)).map(({ member }) => member);

  it.each([
    [{}, []],
    [{ url: 'nowhere' }, ['url']],
    [{ url: 'ftp://example.org/hook' }, ['url']],
    [{ url: 'https://user:pass@example.org/hook' }, ['url']],
    [{ secret: 'whsec_c2hvcnQ=' }, ['secret']],
    [{ secret: Buffer.alloc(32, 5).toString('base64') }, ['secret']],
    [{ secret: `whsec_${Buffer.alloc(65, 5).toString('base64')}` }, ['secret']],
    [{ secret: `whsec_${'!'.repeat(44)}` }, ['secret']],
    [{ secret: `${receiver.secret} whsec_c2hvcnQ=` }, ['secret']],
    [{ secret: `${receiver.secret} ${receiver.secret}` }, []],
    [{ includeAddresses: 'yes' }, ['includeAddresses']],
    [{ readBackUrl: 'https://example.org/state' }, ['readBackUrl']],
    [{ readBackUrl: '{addressKey}' }, ['readBackUrl']],
    [{ readBackUrl: 'https://example.org/state?key={addressKey}' }, []],
  ] as [Record<string, string | boolean>, string[]][])('%j: at fault is %j', (options, expected) =>
    expect(faults(options)).toEqual(expected),
  );
});
