import { FakeMailchimp } from '@assent/integration-mailchimp';
import { FakeReceiver } from '@assent/integration-webhook';
import { email, evidence, externalId, MARK, phone, subject, wrongRequests } from '../support/canary.js';
import { World, type Answer } from '../support/world.js';

const tenant = 'presentinfini';
/** Whatever is written down in clear holds one of these. */
const SECRETS = [MARK, '33698765432', '203.0.113.77'];
const integrations = `integrations:
  - id: mailchimp-main
    kind: mailchimp
    role: marketing
    purposes: { newsletter: { list: news1 } }
    apiKey: \${MAILCHIMP_API_KEY}
    baseUrl: \${MAILCHIMP_URL}
  - id: crm
    kind: webhook
    role: mixed
    url: \${CRM_URL}
    secret: \${CRM_SECRET}
    readBackUrl: \${CRM_READ_BACK}
    includeAddresses: true
`;
/** The text as it is, and what its parts say that are base64. */
const readings = (text: string): string[] => [
  text,
  decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '')),
  ...(text.match(/[\w-]{24,}/g) ?? []).map((part) => Buffer.from(part, 'base64url').toString('latin1')),
];

describe('A person whose data is a canary', () => {
  const mailchimp = new FakeMailchimp('news1');
  const crm = new FakeReceiver();
  const lines: string[] = [];
  let world: World;

  beforeAll(async () => {
    await mailchimp.start();
    await crm.start();
    world = await World.create({
      clock: '2026-06-01T08:00:00Z',
      files: { 'presentinfini/integrations.yaml': integrations },
      env: {
        LOG_LEVEL: 'trace',
        ASSENT_ALLOW_PRIVATE_NETWORKS: '1',
        MAILCHIMP_API_KEY: mailchimp.apiKey,
        MAILCHIMP_URL: mailchimp.url,
        CRM_URL: crm.url,
        CRM_SECRET: crm.secret,
        CRM_READ_BACK: crm.readBackUrl,
      },
    });
  }, 300_000);
  afterAll(async () => {
    await world?.end();
    await mailchimp.stop();
    await crm.stop();
  }, 60_000);

  const post = (path: string, body: unknown, headers = {}) => world.post(tenant, path, body, headers);
  const silent = (where: string, text: string): void => {
    for (const reading of readings(text))
      for (const secret of SECRETS)
        if (reading.includes(secret)) throw new Error(`${secret} stands in ${where}`);
  };
  const answered = ({ status, text, headers }: Answer, where: string): number => {
    silent(where, text);
    for (const [name, value] of headers) silent(`${where} ${name}`, value);
    return status;
  };
  const nowhere = async (): Promise<void> => {
    const stored = await world.stored();
    expect(stored.length).toBeGreaterThan(1);
    for (const { where, bytes } of stored)
      for (const secret of SECRETS)
        if (bytes.includes(secret)) throw new Error(`${secret} stands in ${where}`);
    silent('the metrics', await world.metrics());
  };

  it('stands in no answer, whatever is done with it', async () => {
    const registered = await post('/v1/subjects', {
      addresses: [
        { kind: 'email', value: email },
        { kind: 'phone', value: phone },
        { kind: 'post', value: `12 rue ${MARK}, 75001 Paris` },
      ],
      ...{ externalId, evidence, locale: 'fr', source: 'fair' },
    });
    expect(answered(registered, 'registration')).toBe(201);
    const consent = { subject, purpose: 'newsletter', decision: 'given', notice: 'newsletter@1', evidence };
    const asks = { subject, purpose: 'newsletter', channel: 'email' };
    const acts: [string, unknown][] = [
      ['/v1/consents', consent],
      ['/v1/consents', { ...consent, subject: { phone } }],
      ['/v1/eligibility', { ...asks, explain: true }],
      ['/v1/eligibility', { ...asks, subject: { externalId } }],
      ['/v1/subscriptions', { subject, purpose: 'newsletter', notice: 'newsletter@1', evidence }],
      ['/v1/responses', { subject, kind: 'click' }],
      ['/v1/relationships', { subject, change: 'became-customer' }],
      [
        '/v1/solicitations',
        { ...asks, purpose: 'prospecting', solicitationId: 's1', campaign: 'spring', mode: 'report' },
      ],
      ['/v1/objections', { subject: { email: `other-${email}` }, source: 'letter', evidence }],
      ['/v1/objections', { subject, purpose: 'prospecting', source: 'form', evidence }],
      ['/v1/objections/find', { subject }],
      ['/v1/links', { ...asks, campaign: 'spring' }],
    ];
    for (const [index, [path, body]] of acts.entries()) {
      const key = { 'idempotency-key': `${index} ${email}` };
      const first = await post(path, body, key);
      answered(first, path);
      expect([path, first.status < 300 || first.text]).toEqual([path, true]);
      answered(await post(path, body, key), `${path} again`);
    }
    const { subjectId } = registered.json();
    for (const path of ['preferences', 'prospect'])
      expect(
        answered(await world.get(tenant, `/v1/subjects/${String(subjectId)}/${path}`), path) >= 200,
      ).toBe(true);
    // The proof of an act is shown to whoever may see the history; addresses are not.
    const { text } = await world.get(tenant, `/v1/subjects/${String(subjectId)}/history?limit=500`);
    expect(text).toContain(evidence.note);
    for (const clear of [email, phone.slice(1), externalId]) expect(text).not.toContain(clear);
  });

  it('stands in no error, in whatever member and however broken it comes', async () => {
    for (const [path, body] of wrongRequests) {
      const status = answered(await post(path, body), JSON.stringify([path, body]));
      if (status < 400) throw new Error(`${path} ${JSON.stringify(body)} was answered ${status}`);
    }
    const key = { authorization: `Bearer ${World.key(tenant)}` };
    const raw: [string, RequestInit][] = [
      [
        '/v1/consents',
        { headers: { ...key, 'content-type': 'application/json' }, body: `{"subject":"${email}` },
      ],
      ['/v1/consents', { headers: { ...key, 'content-type': `text/${MARK}` }, body: email }],
      [
        '/v1/consents',
        { headers: { ...key, 'content-type': 'application/json' }, body: `"${MARK.repeat(120_000)}"` },
      ],
      [
        '/v1/subjects',
        {
          headers: { ...key, 'content-type': 'application/x-ndjson' },
          body: `{"${email}\n{"x":"${email}"}\n`,
        },
      ],
      [
        '/v1/imports/imp_canary-1',
        {
          headers: { ...key, 'content-type': 'application/x-ndjson' },
          body: `{"${email}\n${[
            { addresses: [{ kind: 'email', value: email }], locale: email },
            { addresses: [{ kind: 'email', value: `${MARK} at example` }], [email]: email },
            {
              ...{ externalId: MARK, evidence: { method: 'import', note: email } },
              consents: [{ purpose: email, notice: email }],
            },
          ]
            .map((line) => JSON.stringify(line))
            .join('\n')}\n`,
        },
      ],
      [`/v1/imports/${MARK}`, { headers: { ...key, 'content-type': 'application/x-ndjson' }, body: email }],
      ['/v1/consents', { headers: { authorization: `Bearer ${email}` }, body: email }],
      [`/u/${MARK}`, { body: email }],
      [`/p/${MARK}`, { body: email }],
      [`/c/${MARK}`, { body: email }],
      [`/s/${tenant}/${MARK}`, { body: `email=${email}` }],
      [`/u/${'%c3%28'}${MARK}`, {}],
    ];
    for (const [path, init] of raw) {
      const status = answered(await world.call('POST', path, init), path);
      const isRead = path === '/v1/subjects' || path === '/v1/imports/imp_canary-1';
      expect([status, path]).toEqual([isRead ? 200 : expect.any(Number), path]);
    }
    for (const query of [`subject=${email}`, `cursor=${email}`, `integration=${MARK}`])
      answered(await world.get(tenant, `/v1/deliveries?${query}`), query);
    answered(
      await world.call('GET', `/healthz?email=${email}`, { headers: { 'user-agent': MARK, referer: email } }),
      'health',
    );
  });

  it('stands in no delivery, receipt or log when tools fail and quote it', async () => {
    mailchimp.seed('news1', email);
    const quoted = JSON.stringify({ title: 'Invalid Resource', detail: `${email} looks fake`, status: 400 });
    mailchimp.fail({ status: 400, body: quoted, times: 4 });
    mailchimp.fail({ status: 503, body: `<h1>${email}</h1>`, headers: { 'x-request-id': email }, times: 2 });
    crm.turn({ status: 503, times: 2 });
    expect(answered(await post('/v1/objections', { subject, source: 'letter', evidence }), 'objection')).toBe(
      201,
    );
    for (const hour of ['09', '10', '11', '12']) await world.setClock(`2026-06-01T${hour}:00:00Z`);
    expect(crm.received.some(({ body }) => JSON.stringify(body).includes(email))).toBe(true);
    answered(await world.get(tenant, '/v1/deliveries?limit=500'), 'deliveries');
    answered(await world.get(tenant, '/v1/integrations'), 'integrations');
  });

  it('stands in no store, in no log and in no metric, before and after the process was killed', async () => {
    await nowhere();
    lines.push(...world.process.lines);
    await world.restart('SIGKILL');
    await world.setClock('2026-06-01T13:00:00Z');
    const { subjectId } = (await post('/v1/subjects/find', { subject })).json();
    const asked = await post(`/v1/subjects/${String(subjectId)}/erasure`, {
      reason: `${email} asked for it`,
    });
    expect(answered(asked, 'erasure')).toBe(202);
    for (const time of ['01T14:00', '01T15:00', '02T00:00', '03T00:00', '04T00:00'])
      await world.setClock(`2026-06-${time}:00Z`);
    expect(
      answered(await world.get(tenant, `/v1/requests/${String(asked.json()['requestId'])}`), 'request'),
    ).toBe(200);
    expect(
      answered(await world.get(tenant, `/v1/subjects/${String(subjectId)}/history?limit=500`), 'history'),
    ).toBe(200);
    answered(await world.get(tenant, '/v1/deliveries?limit=500'), 'deliveries');
    await nowhere();
    for (const path of ['/openapi.json', '/docs/problems']) answered(await world.call('GET', path), path);
    await world.process.stop();
    lines.push(...world.process.lines);
    expect(lines.length).toBeGreaterThan(50);
    for (const line of lines) silent('the log', line);
  }, 60_000);
});
