import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { bodyOf } from './body.js';
import { controlOf } from './control.js';
import { FakeReceiver, UNVERIFIED } from './fake-receiver.js';
import { secretsOf, sign } from './signature.js';

const NOW = 1_780_300_800_000;
const KEY = 'ab'.repeat(16);

describe('The stand-in for a receiver', () => {
  let receiver: FakeReceiver;
  beforeEach(async () => {
    receiver = new FakeReceiver(() => NOW);
    await receiver.start();
  });
  afterEach(() => receiver.stop());

  const bodyWith = (revision: number, more: object = {}): string =>
    JSON.stringify({
      ...bodyOf(
        {
          ...{ addressKey: KEY, subjectId: null, revision, unknown: 'skip', outSince: {}, deliveryId: 'd' },
          address: { kind: 'email', value: 'ada@example.org' },
          state: { kind: 'email', purposes: {}, allMarketing: 'stopped', objectedToAll: true, erase: false },
          sentAt: NOW,
        },
        false,
      ),
      ...more,
    });
  const post = async (body: string, { agedS = 0, forged = '', headers = {} } = {}) => {
    const timestamp = NOW / 1000 - agedS;
    const signature = sign(secretsOf(receiver.secret) ?? [], 'd', timestamp, body + forged);
    const { status } = await fetch(receiver.url, {
      method: 'POST',
      body,
      headers: {
        ...{ 'content-type': 'application/json', 'webhook-id': 'd', 'webhook-timestamp': `${timestamp}` },
        ...{ 'webhook-signature': signature, 'ce-specversion': '1.0', 'ce-id': 'd' },
        ...{ 'ce-source': '/assent/delivery/t/crm', 'ce-type': 'assent.delivery.desired-state' },
        ...{ 'ce-time': new Date(NOW).toISOString(), 'ce-subject': KEY },
        ...headers,
      },
    });
    return status;
  };

  it('outlives a caller that hangs up in the middle of a call', async () => {
    const socket = connect(Number(new URL(receiver.url).port), '127.0.0.1');
    socket.write('POST /hook HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{', () => socket.destroy());
    await once(socket, 'close');
    expect(await post(bodyWith(1))).toBe(200);
    expect(receiver.violations).toEqual([]);
  });

  it('takes in what is signed and fresh, five minutes either way', async () => {
    expect([await post(bodyWith(1)), await post(bodyWith(2), { agedS: 299 })]).toEqual([200, 200]);
    expect(await post(bodyWith(3), { agedS: -299 })).toBe(200);
    expect(receiver.violations).toEqual([]);
  });

  it.each([
    ['old', { agedS: 301 }],
    ['from the future', { agedS: -301 }],
    ['altered', { forged: ' ' }],
  ])('refuses what is %s', async (_, how) => {
    expect(await post(bodyWith(1), how)).toBe(401);
    expect([receiver.violations, receiver.effects]).toEqual([[UNVERIFIED], 0]);
  });

  it('drops a revision lower than the last', async () => {
    for (const revision of [2, 1, 2]) expect(await post(bodyWith(revision))).toBe(200);
    expect([receiver.state(KEY)?.revision, receiver.effects]).toEqual([2, 1]);
  });

  it.each([
    [{ color: 'red' }, {}, 'there is no member color'],
    [{ revision: '1' }, {}, 'member revision'],
    [{ purposes: { offers: { email: 'perhaps' } } }, {}, 'member purposes'],
    [{}, { 'ce-type': 'something.else' }, 'header ce-type'],
    [{}, { 'ce-id': 'other' }, 'ce-id is not webhook-id'],
  ])('refuses a delivery outside the contract: %j %j', async (more, headers, violation) => {
    expect(await post(bodyWith(1, more), { headers })).toBe(400);
    expect(receiver.violations).toEqual([violation]);
  });

  it('tells its revision only to whoever signs', async () => {
    expect((await fetch(receiver.readBackUrl.replace('{addressKey}', KEY))).status).toBe(401);
  });
});

describe('The control of the stand-in', () => {
  const receiver = new FakeReceiver();
  const server = createServer(controlOf(receiver));
  let url = '';
  beforeAll(async () => {
    await receiver.start();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await receiver.stop();
  });
  const post = (path: string, body?: string) =>
    fetch(url + path, { method: 'POST', ...(body !== undefined && { body }) }).then(({ status }) => status);

  it('sets its mood and shows what it believes', async () => {
    expect(await post('/turn', '{"status":503}')).toBe(200);
    expect((await fetch(receiver.url, { method: 'POST' })).status).toBe(503);
    expect(await post('/cheer-up')).toBe(200);
    expect(await (await fetch(url)).json()).toMatchObject({ believes: [], deliveries: 0, violations: [] });
    expect([await post('/turn', 'no JSON'), await post('/elsewhere')]).toEqual([400, 404]);
  });
});
