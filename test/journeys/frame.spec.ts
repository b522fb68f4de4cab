import { randomUUID } from 'node:crypto';
import { World } from '../support/world.js';

const tenant = 'presentinfini';
const person = () => ({ email: `${randomUUID()}@example.org` });
const letter = (subject: object, more: object = {}) => ({ subject, source: 'letter', ...more });

describe('The API frame', () => {
  let world: World;
  beforeAll(async () => {
    const keys = `${tenant}=${World.key(tenant)},${tenant}=${World.key('narrow')}:eligibility+history,assistool=${World.key('assistool')}`;
    world = await World.create({ env: { ASSENT_API_KEYS: keys } });
  });
  afterAll(() => world?.end());

  it('prints one API key at the first start for each tenant that has none, and calls to try', () => {
    const output = world.process.lines.join('\n');
    for (const other of ['assistanceweb', 'prestamicro', 'publisher']) expect(output).toContain(other);
    expect(output).toContain('curl');
    expect(output).not.toContain(World.key(tenant));
  });

  it('refuses a missing and a wrong key alike, and a key without the scope otherwise', async () => {
    const body = JSON.stringify(letter(person()));
    const headers = { 'content-type': 'application/json' };
    const anonymous = await world.call('POST', '/v1/objections', { body, headers });
    const wrong = await world.call('POST', '/v1/objections', {
      body,
      headers: { ...headers, authorization: 'Bearer x' },
    });
    expect([anonymous.status, wrong.status]).toEqual([401, 401]);
    expect(anonymous.json()).toMatchObject({ code: 'unauthorized', status: 401 });
    const narrow = await world.call('POST', '/v1/objections', {
      body,
      headers: { ...headers, authorization: `Bearer ${World.key('narrow')}` },
    });
    expect([narrow.status, narrow.json()['code']]).toEqual([403, 'forbidden']);
  });

  it('names a wrong member by its pointer and says what is allowed', async () => {
    const answer = await world.post(tenant, '/v1/objections', {
      subject: { emial: 'x' },
      source: 'pigeon',
      extra: 1,
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    const { code, errors } = answer.json<{ code: string; errors: { pointer: string; detail: string }[] }>();
    expect(code).toBe('invalid-request');
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual(['/extra', '/source', '/subject/emial']);
    expect(errors.find(({ pointer }) => pointer === '/source')?.detail).toContain('letter');
  });

  it('takes exactly one reference to a person', async () => {
    for (const subject of [{}, { email: 'a@example.org', phone: '+33612345678' }, { email: 'nobody' }]) {
      expect((await world.post(tenant, '/v1/objections', letter(subject))).status).toBe(400);
    }
  });

  it('refuses what has not happened yet', async () => {
    const ahead = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
    const late = await world.post(tenant, '/v1/objections', letter(person(), { occurredAt: ahead(6) }));
    expect([late.status, late.json()['code']]).toEqual([422, 'occurred-in-future']);
    expect(
      (await world.post(tenant, '/v1/objections', letter(person(), { occurredAt: ahead(4) }))).status,
    ).toBe(201);
  });

  it('has one effect and one answer per idempotency key', async () => {
    const body = letter(person());
    const key = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => world.post(tenant, '/v1/objections', body, key)),
    );
    const done = answers.filter(({ status }) => status === 201);
    expect(done.length).toBeGreaterThan(0);
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    expect(new Set(done.map(({ text }) => text)).size).toBe(1);
    await world.restart();
    expect((await world.post(tenant, '/v1/objections', body, key)).text).toBe(done[0]?.text);
    const other = await world.post(tenant, '/v1/objections', letter(person()), key);
    expect([other.status, other.json()['code']]).toEqual([422, 'idempotency-key-reused']);
  });

  it('shows one tenant nothing of another', async () => {
    const subject = person();
    const { subjectId } = await world.done(tenant, '/v1/subjects', {
      addresses: [{ kind: 'email', value: subject.email }],
    });
    const path = `/v1/subjects/${String(subjectId)}`;
    for (const view of ['', '/preferences', '/history', '/prospect']) {
      expect((await world.get(tenant, path + view)).status).toBe(200);
      expect((await world.get('assistool', path + view)).status).toBe(404);
    }
    expect((await world.post('assistool', '/v1/subjects/find', { subject })).status).toBe(404);
  });

  it('answers what is too large, not JSON, of another type, or nowhere', async () => {
    const headers = { authorization: `Bearer ${World.key(tenant)}`, 'content-type': 'application/json' };
    const send = async (path: string, init: RequestInit) =>
      (await world.call('POST', path, { headers, ...init })).json();
    expect(await send('/v1/objections', { body: JSON.stringify({ x: 'x'.repeat(1 << 20) }) })).toMatchObject({
      status: 413,
    });
    expect(await send('/v1/objections', { body: '{' })).toMatchObject({ status: 400 });
    expect(await send('/v1/nothing', { body: '{}' })).toMatchObject({ status: 404, code: 'not-found' });
    const xml = { headers: { ...headers, 'content-type': 'application/xml' }, body: '<x/>' };
    expect(await send('/v1/objections', xml)).toMatchObject({ status: 415 });
  });

  it('serves health, readiness, metrics, its own description and safe headers', async () => {
    expect((await world.call('GET', '/healthz')).status).toBe(200);
    expect((await world.call('GET', '/readyz')).status).toBe(200);
    expect((await world.call('GET', '/metrics')).text).toContain('assent_http_requests_total');
    expect((await world.call('GET', '/docs')).status).toBe(200);
    const { paths } = (await world.call('GET', '/openapi.json')).json<{ paths: Record<string, unknown> }>();
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/v1/subjects',
        '/v1/consents',
        '/v1/objections',
        '/v1/eligibility',
        '/v1/deliveries',
      ]),
    );
    const { headers } = await world.call('GET', '/healthz');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('has no test clock unless it was asked for', async () => {
    expect((await world.call('GET', '/test/clock')).status).toBe(404);
  });
});
