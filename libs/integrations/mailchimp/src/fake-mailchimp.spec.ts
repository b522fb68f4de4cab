import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { memberHash } from './api.js';
import { controlOf } from './control.js';
import { FakeMailchimp } from './fake-mailchimp.js';

const ADA = 'ada@example.org';
const MEMBER = `/lists/news/members/${memberHash(ADA)}`;
let fake: FakeMailchimp;
beforeEach(async () => {
  fake = new FakeMailchimp('news');
  await fake.start();
});
afterEach(() => fake.stop());

interface Said {
  readonly status: number;
  readonly body: Record<string, unknown>;
}
const call = async (method: string, path: string, body?: object, key = fake.apiKey): Promise<Said> => {
  const response = await fetch(fake.url + path, {
    method,
    headers: {
      ...(key !== '' && { authorization: `Basic ${Buffer.from(`any:${key}`).toString('base64')}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Said['body']) };
};
const put = (status: string, more = {}) =>
  call('PUT', MEMBER, { email_address: ADA, status_if_new: status, status, ...more });

describe('The stand-in for Mailchimp', () => {
  it('outlives a caller that hangs up in the middle of a call', async () => {
    const socket = connect(Number(new URL(fake.url).port), '127.0.0.1');
    socket.write('PATCH /3.0/ping HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{', () => socket.destroy());
    await once(socket, 'close');
    expect((await call('GET', '/ping')).status).toBe(200);
    expect(fake.violations).toEqual([]);
  });

  it('answers an absent member and an unknown list alike', async () => {
    const absent = await call('GET', MEMBER);
    expect(absent.status).toBe(404);
    expect(await call('GET', MEMBER.replace('news', 'gone'))).toEqual(absent);
  });

  it('never lets a forgotten address in again, not even to be asked, nor by a tombstone', async () => {
    fake.seed('news', ADA);
    expect((await call('POST', `${MEMBER}/actions/delete-permanent`)).status).toBe(204);
    for (const status of ['subscribed', 'pending', 'unsubscribed']) {
      expect(await put(status)).toMatchObject({
        status: 400,
        body: { title: 'Forgotten Email Not Subscribed' },
      });
    }
    expect((await call('POST', `${MEMBER}/actions/delete-permanent`)).status).toBe(404);
  });

  it('lets only its own form bring back who left by its own link', async () => {
    fake.seed('news', ADA);
    fake.leave('news', ADA);
    expect(await put('subscribed')).toMatchObject({
      status: 400,
      body: { title: 'Member In Compliance State' },
    });
    expect(await put('pending')).toMatchObject({ status: 200, body: { status: 'pending' } });
    fake.confirm('news', ADA);
    expect(fake.mailed('news')).toEqual([ADA]);
  });

  it.each([
    ['accepted', 'subscribed'],
    ['ignored', 'unsubscribed'],
  ] as const)('over an unsubscribe by the API, subscribed is %s', async (how, expected) => {
    fake.unverified.subscribedOverUnsubscribed = how;
    fake.seed('news', ADA, 'unsubscribed');
    expect((await put('subscribed')).status).toBe(200);
    expect(fake.member('news', ADA)?.status).toBe(expected);
  });

  it('sends one confirmation for each time somebody is set pending', async () => {
    await put('pending');
    await put('pending');
    expect(fake.confirmations).toHaveLength(2);
  });

  it('shows ten audiences unless told, a thousand at most', async () => {
    for (let n = 0; n < 1100; n++) fake.addList(`l${n}`);
    const shown = async (query: string) =>
      ((await call('GET', `/lists${query}`)).body['lists'] as unknown[]).length;
    expect([await shown(''), await shown('?count=2000'), await shown('?count=1000&offset=1000')]).toEqual([
      10, 1000, 101,
    ]);
  });

  it('refuses the eleventh call at a time', async () => {
    fake.fail({ delayMs: 100 });
    const answers = await Promise.all(Array.from({ length: 12 }, () => call('GET', '/ping')));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(2);
  });

  it('imports who is new or archived, and lets unsubscribes be', async () => {
    fake.seed('news', ADA, 'unsubscribed');
    fake.seed('news', 'bob@example.org', 'archived');
    fake.import('news', [ADA, 'bob@example.org', 'eve@example.org']);
    expect(fake.mailed('news')).toEqual(['bob@example.org', 'eve@example.org']);
    expect((await call('GET', MEMBER)).body['status']).toBe('unsubscribed');
  });

  it.each([
    ['an unknown path', 'DELETE', '/lists/news', undefined, 404],
    ['another method', 'DELETE', MEMBER, undefined, 404],
    ['a batch', 'POST', '/batches', {}, 404],
    ['an address for a hash', 'GET', `/lists/news/members/${ADA}`, undefined, 404],
    ['an unknown parameter', 'GET', '/lists?color=red', undefined, 400],
    ['an unknown member', 'PATCH', MEMBER, { vip: true }, 400],
    ['a status that is not ours to set', 'PATCH', MEMBER, { status: 'cleaned' }, 400],
    ['a group that is no boolean', 'PATCH', MEMBER, { interests: { weekly: 'no' } }, 400],
    ['a permission of another form', 'PATCH', MEMBER, { marketing_permissions: [{ id: 'x' }] }, 400],
    ['a member that is missing', 'PUT', MEMBER, { email_address: ADA }, 400],
    ['no body', 'PATCH', MEMBER, undefined, 400],
    ['a body where none is due', 'POST', `${MEMBER}/actions/delete-permanent`, { really: true }, 400],
  ])('takes %s for a violation', async (_, method, path, body, status) => {
    fake.seed('news', ADA);
    expect((await call(method, path, body)).status).toBe(status);
    expect(fake.violations.length).toBeGreaterThan(0);
    expect(fake.effects).toBe(0);
  });

  it('takes a call without credentials for a violation, and a wrong key for a wrong key', async () => {
    expect((await call('GET', '/ping', undefined, 'wrong')).status).toBe(401);
    expect(fake.violations).toEqual([]);
    expect((await call('GET', '/ping', undefined, '')).status).toBe(401);
    expect(fake.violations).toEqual(['a call without credentials']);
  });
});

describe('The control of the stand-in', () => {
  it('acts as the operator of the tool, and shows what it believes', async () => {
    const server = createServer(controlOf(fake));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const post = (act: string, body: object) =>
      fetch(`${url}/${act}`, { method: 'POST', body: JSON.stringify(body) }).then(({ status }) => status);
    expect(await post('seed', { list: 'news', email: ADA })).toBe(200);
    expect(await post('set', { list: 'news', email: ADA, status: 'archived' })).toBe(200);
    expect(await (await fetch(url)).json()).toMatchObject({
      believes: { news: [{ email: ADA, status: 'archived' }] },
      violations: [],
    });
    expect(await post('fail', { fault: { status: 503, times: 1 } })).toBe(200);
    expect((await call('GET', '/ping')).status).toBe(503);
    expect([await post('constructor', {}), await post('seed', { list: 'gone' })]).toEqual([400, 400]);
    server.closeAllConnections();
    server.close();
  });
});
