import { once } from 'node:events';
import { connect } from 'node:net';
import Type from 'typebox';
import { versionOf, type Contract } from './contract-file.js';
import { FakeTool, type Asked } from './fake-tool.js';

const CONTRACT: Contract = {
  ...{ vendor: 'Example', version: 1, source: 'none', forbidden: ['all'] },
  operations: [
    {
      ...{
        name: 'put',
        method: 'PUT',
        path: '/people/{address}',
        query: ['by!'],
        headers: { accept: 'json' },
      },
      body: Type.Object({ out: Type.Boolean() }, { additionalProperties: false }),
      ...{ answers: [204], facts: [] },
    },
    { ...{ name: 'get', method: 'GET', path: '/people/{address}', answers: [200], facts: [] } },
  ],
};

class FakeExample extends FakeTool {
  readonly options = { apiKey: 'k' };
  readonly wrongOptions = { apiKey: 'wrong' };
  readonly people = new Map<string, unknown>();
  constructor() {
    super(CONTRACT, '/v1');
  }
  seed = () => undefined;
  mails = () => false;
  holds = (address: string) => this.people.has(address);
  letBackIn = () => undefined;
  removeTargets = () => undefined;
  beliefs = () => [];
  protected memory = () => [...this.people];
  protected accepts = (headers: Asked['headers']) => headers['api-key'] === 'k';
  protected problem = (status: number) => ({ status, body: { status } });
  protected act = ({ operation, values, body }: Asked) => {
    if (operation === 'put') this.people.set(values['address'] ?? '', body['out']);
    return operation === 'put' ? { status: 204 } : { status: 200, body: { out: true } };
  };
}

describe('A stand-in', () => {
  let fake: FakeExample;
  beforeEach(async () => {
    fake = new FakeExample();
    await fake.start();
  });
  afterEach(() => fake.stop());

  const put = (path = '/people/a%2Bb%40example.org?by=email', body: object = { out: true }, more = {}) =>
    fetch(fake.url + path, {
      method: 'PUT',
      body: JSON.stringify(body),
      headers: { 'api-key': 'k', accept: 'application/json', 'content-type': 'application/json', ...more },
    });

  it('does what its contract says, and counts what changed', async () => {
    for (let time = 0; time < 2; time++) expect((await put()).status).toBe(204);
    expect([fake.holds('a+b@example.org'), fake.effects, fake.violations]).toEqual([true, 1, []]);
  });

  it.each([
    ['a path that it does not have', () => put('/others/x?by=email'), 404],
    ['a parameter that it does not know', () => put('/people/x?by=email&all=1'), 400],
    ['a parameter that is missing', () => put('/people/x'), 400],
    ['a member that it does not know', () => put(undefined, { out: true, colour: 'red' }), 400],
    ['a member of another type', () => put(undefined, { out: 'true' }), 400],
    ['a member that must never be sent', () => put(undefined, { all: true }), 400],
    ['another content type', () => put(undefined, undefined, { 'content-type': 'text/plain' }), 400],
    ['a header that is missing', () => put(undefined, undefined, { accept: 'text/html' }), 400],
  ])('refuses %s, and remembers it as a violation', async (_, call, status) => {
    expect((await call()).status).toBe(status);
    expect(fake.violations.length).toBeGreaterThan(0);
    expect(fake.effects).toBe(0);
  });

  it('refuses a credential that is not its own, which is no violation', async () => {
    expect((await put(undefined, undefined, { 'api-key': 'x' })).status).toBe(401);
    expect(fake.violations).toEqual([]);
  });

  it('has moods, for some calls or until they are over', async () => {
    fake.fail({ status: 429, retryAfter: '30', times: 1 });
    const busy = await put();
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '30']);
    fake.fail({ reset: 'after' });
    await expect(put()).rejects.toThrow();
    expect(fake.effects).toBe(1);
    fake.clearFaults();
    expect((await put()).status).toBe(204);
    await fake.stop();
    await expect(put()).rejects.toThrow();
    await fake.start();
    expect(fake.holds('a+b@example.org')).toBe(true);
  });

  it('outlives a caller that hangs up in the middle of a call', async () => {
    const socket = connect(Number(new URL(fake.url).port), '127.0.0.1');
    socket.write('PUT /v1/people/x HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{', () =>
      socket.destroy(),
    );
    await once(socket, 'close');
    expect((await put()).status).toBe(204);
  });
});

describe('A contract file', () => {
  it('is named in receipts by a digest of all that it says', () => {
    const other = { ...CONTRACT, operations: CONTRACT.operations.slice(1) };
    expect(versionOf('example', CONTRACT)).toMatch(/^example@1\+[0-9a-f]{8}$/);
    expect(versionOf('example', other)).not.toBe(versionOf('example', CONTRACT));
  });
});
