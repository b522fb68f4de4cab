import type { Stored } from '../support/stored.js';
import { World, type Answer } from '../support/world.js';

const tenant = 'presentinfini';
const CANARY = 'canary-7f3a';
const email = `${CANARY}@example.org`;
const phone = '+33698765432';
const NOTE = 'canary-note-19c';

describe('Clear personal data', () => {
  const errors: Answer[] = [];
  const tokens: string[] = [];
  let world: World;
  let output: string;
  let metrics: string;
  let stored: Stored[];

  beforeAll(async () => {
    world = await World.create({ env: { LOG_LEVEL: 'trace' } });
    const subject = { email };
    const evidence = { method: 'form', ip: '203.0.113.77', userAgent: 'canary-agent-5d', note: NOTE };
    const wrong = async (path: string, body: unknown) => errors.push(await world.post(tenant, path, body));

    await world.done(tenant, '/v1/subjects', {
      addresses: [
        { kind: 'email', value: email },
        { kind: 'phone', value: phone },
      ],
      externalId: 'canary-crm-88',
      evidence,
    });
    const consent = { subject, purpose: 'prospecting', decision: 'given', notice: 'prospecting@1', evidence };
    await world.done(tenant, '/v1/consents', consent);
    await world.post(tenant, '/v1/consents', consent, { 'idempotency-key': 'once' });
    await world.done(tenant, '/v1/eligibility', {
      subject,
      purpose: 'prospecting',
      channel: 'email',
      explain: true,
    });
    const links = await world.done(tenant, '/v1/links', {
      subject,
      purpose: 'prospecting',
      channel: 'email',
    });
    const path = new URL(String(links['unsubscribe'])).pathname;
    tokens.push(path.slice(3));
    await world.call('GET', path);
    await world.call('POST', path);
    await world.call('GET', `${path}?email=${encodeURIComponent(email)}`);
    await world.done(tenant, '/v1/objections', {
      subject: { email: `unknown-${email}` },
      source: 'letter',
      evidence,
    });

    await wrong('/v1/objections', { subject, source: 'letter', [email]: email });
    await wrong('/v1/objections', { subject: { email: `${email} x` }, source: email });
    await wrong('/v1/consents', { ...consent, purpose: email, notice: email, channels: [email] });
    await wrong('/v1/solicitations', { subject: { email: `nobody-${email}` }, solicitationId: email });
    await wrong('/v1/subjects', {
      addresses: [
        { kind: 'email', value: email },
        { kind: email, value: email },
      ],
    });
    await wrong(`/v1/nothing/${email}`, subject);
    errors.push(
      await world.post(tenant, '/v1/consents', { ...consent, x: 1 }, { 'idempotency-key': 'once' }),
    );
    const raw = { authorization: `Bearer ${World.key(tenant)}`, 'content-type': 'application/json' };
    errors.push(await world.call('POST', '/v1/consents', { headers: raw, body: `{"subject":"${email}` }));
    metrics = await world.metrics();

    await world.process.stop();
    output = world.process.lines.join('\n');
    stored = await world.stored();
  }, 300_000);
  afterAll(() => world?.end(), 60_000);

  const secrets = [CANARY, '33698765432', 'canary-crm-88', '203.0.113.77', 'canary-agent', NOTE];

  it('stands in no log line, even at the finest level', () => {
    expect(output.length).toBeGreaterThan(500);
    for (const secret of [...secrets, ...tokens, World.key(tenant)]) expect(output).not.toContain(secret);
  });

  it('stands in no metric', () => {
    expect(metrics).toContain('assent_http_requests_total');
    for (const secret of [...secrets, ...tokens]) expect(metrics).not.toContain(secret);
  });

  it('stands in no error, not even when it was written into the wrong member', () => {
    expect(errors.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400, 404, 422, 400]);
    for (const { text } of errors) for (const secret of secrets) expect(text).not.toContain(secret);
  });

  it('stands nowhere in a store in clear: not in the log, the topics or the directory', () => {
    expect(stored.length).toBeGreaterThan(0);
    for (const { where, bytes } of stored)
      for (const secret of secrets) expect([where, bytes.includes(secret)]).toEqual([where, false]);
  });
});
