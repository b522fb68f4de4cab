import { OutgoingFailure, type OutgoingRequest, type OutgoingResponse } from '@assent/ports';
import { VendorApi, type Dialect, type Request } from './api.js';

const NOW = Date.parse('2026-06-01T08:00:00Z');
const ADDRESS = "ada+o'hara@example.org";

const speak = (answer: Partial<OutgoingResponse> | OutgoingFailure, dialect: Partial<Dialect> = {}) => {
  const sent: OutgoingRequest[] = [];
  const outgoing = {
    send: (request: OutgoingRequest) => {
      sent.push(request);
      if (answer instanceof OutgoingFailure) return Promise.reject(answer);
      return Promise.resolve({ status: 200, headers: {}, body: '{}', ...answer });
    },
  };
  const whole = {
    base: 'https://tool.example.org/v1',
    headers: { 'api-key': 'k' },
    digestKey: 'k',
    ...dialect,
  };
  return { api: new VendorApi(whole, outgoing), sent };
};
const REQUEST: Request = {
  method: 'PUT',
  template: '/contacts/{address}',
  values: { address: ADDRESS },
  query: { filter: `equals(email,"${ADDRESS}")` },
  body: { email: ADDRESS },
};

describe('A call to a tool', () => {
  it('names the address to the tool, in full and encoded, and to nobody else', async () => {
    const { api, sent } = speak({ headers: { 'x-request-id': 'r1' } });
    const { evidence } = await api.call(REQUEST, NOW);
    expect(new URL(sent[0]?.url ?? '').pathname).toBe('/v1/contacts/ada%2Bo%27hara%40example.org');
    expect(new URL(sent[0]?.url ?? '').searchParams.get('filter')).toBe(`equals(email,"${ADDRESS}")`);
    expect(evidence).toMatchObject({
      operation: 'PUT /contacts/{address}',
      status: 200,
      vendorRequestId: 'r1',
    });
    expect(JSON.stringify(evidence)).not.toMatch(/ada|hara/);
  });

  it('leaves digests that only the holder of the key can guess', async () => {
    const digest = async (digestKey: string) =>
      (await speak({}, { digestKey }).api.call(REQUEST, NOW)).evidence;
    expect((await digest('a')).requestDigest).not.toBe((await digest('b')).requestDigest);
    expect(await digest('a')).toEqual(await digest('a'));
  });

  it.each([
    [200, '{}', 'done'],
    [204, '', 'done'],
    [200, '<html>', 'retry'],
    [302, '', 'config'],
    [401, '{}', 'config'],
    [403, '{}', 'config'],
    [404, '{}', 'not-found'],
    [408, '{}', 'retry'],
    [409, '{}', 'data'],
    [422, '{}', 'data'],
    [425, '{}', 'retry'],
    [429, '{}', 'retry'],
    [500, '<html>', 'retry'],
  ])('answered %i %j is %s', async (status, body, kind) =>
    expect((await speak({ status, body }).api.call(REQUEST, NOW)).class).toBe(kind),
  );

  it('takes the word of the vendor before the status', async () => {
    const judge = () => ({ class: 'refused', detail: 'Member In Compliance State' }) as const;
    expect(await speak({ status: 400 }, { judge }).api.call(REQUEST, NOW)).toMatchObject(judge());
  });

  it('repeats no prose of the vendor, which may hold the address', async () => {
    const judge = () => ({ detail: `${ADDRESS} is unknown` });
    expect((await speak({ status: 400 }, { judge }).api.call(REQUEST, NOW)).detail).toBe('status 400');
  });

  it.each([
    [429, { 'retry-after': '30' }, 30_000],
    [503, { 'retry-after': '7' }, 7_000],
    [429, { 'x-left': '12' }, 12_000],
    [429, { 'retry-after': '30', 'x-left': '12' }, 30_000],
    [503, { 'x-left': '12' }, undefined],
    [200, { 'retry-after': '30' }, undefined],
  ])('answered %i with %j waits %s ms', async (status, headers, wait) => {
    expect((await speak({ status, headers }, { resets: 'x-left' }).api.call(REQUEST, NOW)).retryAfterMs).toBe(
      wait,
    );
  });

  it('reads a window that ends at an instant', async () => {
    const resets = 'x-ratelimit-reset';
    const headers = { 'x-ratelimit-reset': String(NOW / 1000 + 9) };
    expect((await speak({ status: 429, headers }, { resets }).api.call(REQUEST, NOW)).retryAfterMs).toBe(
      9_000,
    );
  });

  it.each([
    ['timeout', 'retry'],
    ['unreachable', 'retry'],
    ['private-address', 'config'],
    ['invalid-url', 'config'],
  ] as const)('that ends as %s is %s', async (failure, kind) =>
    expect(await speak(new OutgoingFailure(failure, 'x')).api.call(REQUEST, NOW)).toMatchObject({
      ...{ class: kind, status: null, detail: failure },
    }),
  );
});
