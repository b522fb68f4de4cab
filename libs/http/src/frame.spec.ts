import { KEY, NARROW, openThings, type Things } from './things-spec.js';

const CANARY = 'canary@example.org';
const good = { subject: { email: CANARY } };
const codeOf = (answer: { json(): unknown }) => (answer.json() as { code: string }).code;

describe('The frame of all doors', () => {
  let things: Things;
  beforeAll(async () => {
    things = await openThings();
  });
  beforeEach(() => (things.seen.failure = undefined));
  afterAll(() => things.app.close());
  const get = (url: string, headers: Record<string, string> = {}) =>
    things.app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${KEY}`, ...headers } });

  it('lets a key in for its tenant and its scopes', async () => {
    expect((await things.post(good)).json()).toMatchObject({ tenant: 't1' });
    expect(codeOf(await things.post(good, { authorization: `Bearer ${NARROW}` }))).toBe('forbidden');
  });

  it.each([undefined, '', 'Bearer', 'Bearer wrong', `Basic ${KEY}`, `Bearer ${KEY} `, `Bearer ${KEY}x`])(
    'refuses the authorization %j alike',
    async (authorization) => {
      const answer = await things.post(good, { authorization: authorization ?? '' });
      expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, 'Bearer']);
      expect(codeOf(answer)).toBe('unauthorized');
    },
  );

  it('answers a problem whose type leads to a page that explains it', async () => {
    const answer = await things.post({ source: CANARY });
    expect(answer.headers['content-type']).toContain('application/problem+json');
    const body = answer.json<{ status: number; type: string; instance: string }>();
    expect([answer.statusCode, body.status]).toEqual([400, 400]);
    expect(body.instance).toMatch(/^urn:assent:request:[0-9A-Z]{26}$/);
    const page = await things.app.inject('/docs/problems');
    expect(page.body).toContain(`id="${body.type.split('#')[1] ?? ''}"`);
  });

  it('answers people a page where they open one, with the same status', async () => {
    const answer = await get('/u/some/where/else', { accept: 'text/html,*/*' });
    expect(answer.statusCode).toBe(404);
    expect(answer.headers['content-type']).toContain('text/html');
    expect(answer.body).toContain('There is nothing here');
  });

  it.each([
    ['an address that is no address', `/u/%zz${CANARY}`],
    ['a link that is too long', `/u/${CANARY}${'x'.repeat(20_000 / 4)}`],
    ['a route that is not there', `/nowhere/${CANARY}`],
    ['another method', `/v1/things/${CANARY}/more`],
  ])('answers %s as nothing, safely, and does not repeat it', async (_, url) => {
    const answer = await get(url);
    expect([answer.statusCode, codeOf(answer)]).toEqual([404, 'not-found']);
    expect(answer.body).not.toContain(CANARY);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it('serves what is written to the topics, and the schema of each event', async () => {
    const description = await get('/asyncapi.yaml');
    expect(description.headers['content-type']).toContain('application/yaml');
    expect(description.body).toContain('asyncapi: 3.0.0');
    const schema = await get('/schemas/assent.opposition.objection-recorded.json');
    expect(schema.headers['content-type']).toContain('application/schema+json');
    expect(schema.json()).toMatchObject({ title: 'assent.opposition.objection-recorded' });
    const none = await get('/schemas/assent.opposition.nothing.json');
    expect([none.statusCode, codeOf(none)]).toEqual([404, 'not-found']);
  });

  it('answers HEAD as GET, without a body', async () => {
    const headers = { authorization: `Bearer ${KEY}` };
    for (const url of ['/v1/things/x', '/u/token', '/healthz']) {
      const answer = await things.app.inject({ method: 'HEAD', url, headers });
      expect([answer.statusCode, answer.body]).toEqual([200, '']);
    }
  });

  it('sets safe headers on every answer', async () => {
    const answers = [
      await get('/u/%zz'),
      await get('/healthz'),
      await get('/v1/things/x'),
      await get('/nowhere'),
      await things.post('{'),
    ];
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
        'cache-control': 'no-store',
        'content-security-policy': expect.stringContaining("default-src 'none'") as string,
        'strict-transport-security': expect.stringContaining('max-age=') as string,
      });
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('shows its description without a script inside the page', async () => {
    const page = await get('/docs');
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toMatch(/<script>|<script(?![^>]*src)/);
    expect(page.headers['content-security-policy']).not.toMatch(/script-src[^;]*unsafe/);
    const api = (await get('/openapi.json')).json<{
      paths: Record<string, { post?: { responses: object } }>;
    }>();
    expect(Object.keys(api.paths['/v1/things']?.post?.responses ?? {})).toContain('default');
  });

  it('says nothing of a fault but its number, and logs where it came from', async () => {
    things.seen.failure = new Error(`cannot reach ${CANARY} or +33612345678`);
    const answer = await things.post(good);
    expect([answer.statusCode, codeOf(answer)]).toEqual([500, 'internal-error']);
    expect(answer.body).not.toMatch(/canary|cannot reach/);
    const line = things.lines.find((one) => one.includes('a request failed')) ?? '';
    expect(line).toContain('frame.spec');
    expect(line).toContain('cannot reach [address] or [phone]');
    expect(line).toContain(answer.json<{ instance: string }>().instance.split(':').at(-1));
  });

  it('logs and counts by route pattern; no address, key or token stands in a log or a metric', async () => {
    await get(`/v1/things/secret-token-1?email=${CANARY}`);
    await get(`/u/secret-token-2?${CANARY}`);
    await things.post({ ...good, [CANARY]: CANARY }, { 'idempotency-key': 'k', 'user-agent': CANARY });
    const metrics = (await things.app.inject('/metrics')).body;
    expect(metrics).toContain('assent_http_requests_total{method="GET",route="/v1/things/:id",status="200"}');
    expect(things.lines.join('\n')).toContain('"route":"/u/:token"');
    for (const secret of ['secret-token', CANARY, KEY, NARROW])
      expect(things.lines.join('\n') + metrics).not.toContain(secret);
  });

  it('is ready when everything it needs is', async () => {
    let caughtUp = false;
    things.readiness.add('feed', () => caughtUp);
    const before = await things.app.inject('/readyz');
    expect([before.statusCode, before.headers['retry-after'], before.json()]).toEqual([
      503,
      '1',
      { status: 'not-ready', missing: ['feed'] },
    ]);
    caughtUp = true;
    expect((await things.app.inject('/readyz')).statusCode).toBe(200);
  });

  it('limits a link that is clicked without end, and says when to come again', async () => {
    const click = (url: string) => things.app.inject({ method: 'POST', url });
    const answers = await Promise.all(Array.from({ length: 600 }, () => click('/u/one?x=1')));
    const limited = answers.filter(({ statusCode }) => statusCode === 429);
    expect(limited.length).toBeGreaterThan(0);
    expect(Number(limited[0]?.headers['retry-after'])).toBeGreaterThan(0);
    // Others, who come from the same address, are not.
    expect((await click('/u/another')).statusCode).toBe(200);
  });
});
