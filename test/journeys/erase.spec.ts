import { randomUUID } from 'node:crypto';
import { FakeMailchimp } from '@assent/integration-mailchimp';
import { FakeReceiver } from '@assent/integration-webhook';
import { after } from '../support/local.js';
import { World } from '../support/world.js';

const tenant = 'presentinfini';
const START = '2026-06-01T08:00:00Z';
const NEWSLETTER = 'news1';
const OTHER = 'other1';
const integrations = `integrations:
  - id: mailchimp-main
    kind: mailchimp
    role: marketing
    purposes: { newsletter: { list: ${NEWSLETTER} } }
    apiKey: \${MAILCHIMP_API_KEY}
    baseUrl: \${MAILCHIMP_URL}
  - id: crm
    kind: webhook
    role: mixed
    url: \${CRM_URL}
    secret: \${CRM_SECRET}
    readBackUrl: \${CRM_READ_BACK}
`;

interface Told {
  readonly integration: string;
  readonly kind: string;
  readonly state: string;
  readonly toldAt: string | null;
  readonly verifiedAt: string | null;
}
interface Request {
  readonly requestId: string;
  readonly state: string;
  readonly integrations: readonly Told[];
  readonly certificate: Record<string, unknown> | null;
}

describe('Somebody who asks to be erased', () => {
  const mailchimp = new FakeMailchimp(NEWSLETTER, OTHER);
  const crm = new FakeReceiver();
  let world: World;
  let now = START;

  beforeAll(async () => {
    await mailchimp.start();
    await crm.start();
    world = await World.create({
      clock: START,
      files: { 'presentinfini/integrations.yaml': integrations },
      env: {
        ASSENT_ALLOW_PRIVATE_NETWORKS: '1',
        MAILCHIMP_API_KEY: mailchimp.apiKey,
        MAILCHIMP_URL: mailchimp.url,
        CRM_URL: crm.url,
        CRM_SECRET: crm.secret,
        CRM_READ_BACK: crm.readBackUrl,
      },
    });
  });
  afterEach(() => {
    mailchimp.clearFaults();
    expect(mailchimp.violations).toEqual([]);
    expect(crm.violations).toEqual([]);
  });
  afterAll(async () => {
    await world?.end();
    await mailchimp.stop();
    await crm.stop();
  });

  const pass = async (duration: string): Promise<void> => {
    now = after(now, duration);
    await world.setClock(now);
  };
  const optIn = (subject: object) =>
    world.done(tenant, '/v1/consents', {
      subject,
      purpose: 'newsletter',
      decision: 'given',
      notice: 'newsletter@1',
      evidence: { method: 'form', confirmedAt: now, ip: '203.0.113.9' },
    });
  async function subscriber() {
    const email = `${randomUUID()}@example.org`;
    for (const list of [NEWSLETTER, OTHER]) mailchimp.seed(list, email);
    const { subjectId } = await world.done(tenant, '/v1/subjects', {
      addresses: [{ kind: 'email', value: email }],
      externalId: `crm-${email}`,
      locale: 'fr',
      evidence: { method: 'form', note: 'asked at the stand' },
    });
    await optIn({ email });
    await pass('PT10S');
    return { email, subject: { email }, subjectId: String(subjectId) };
  }
  const erase = async (subjectId: string, reason = 'request') => {
    const answer = await world.post(tenant, `/v1/subjects/${subjectId}/erasure`, { reason });
    expect(answer.status).toBe(202);
    return String(answer.json()['requestId']);
  };
  const request = async (requestId: string): Promise<Request> =>
    (await world.get(tenant, `/v1/requests/${requestId}`)).json<Request>();
  const code = async (subject: object, purpose = 'newsletter'): Promise<unknown> =>
    (await world.done(tenant, '/v1/eligibility', { subject, purpose, channel: 'email' }))['code'];
  const absences = async (): Promise<void> => {
    for (const wait of ['PT10S', 'PT1M', 'PT15M', 'PT6H']) await pass(wait);
  };

  it('S0-32 is refused at once, then forgotten by every tool, then here, with a certificate', async () => {
    const { subject, subjectId, email } = await subscriber();
    expect(await code(subject)).toBe('allowed');
    const requestId = await erase(subjectId);
    expect(await erase(subjectId, 'another reason')).toBe(requestId);
    expect(['erased', 'objection-in-force']).toContain(await code(subject));
    expect((await world.get(tenant, `/v1/subjects/${subjectId}`)).status).toBe(404);

    await pass('PT10S');
    const early = await request(requestId);
    expect(['accepted', 'told']).toContain(early.state);
    expect(early.certificate).toBeNull();
    await absences();
    for (const list of [NEWSLETTER, OTHER]) expect(mailchimp.member(list, email)).toBeUndefined();

    const done = await request(requestId);
    expect(done.state).toBe('done');
    expect(done.integrations).toMatchObject([
      { integration: 'mailchimp-main', kind: 'email', desired: 'erase', state: 'verified' },
      { integration: 'crm', kind: 'email', state: 'verified' },
    ]);
    for (const { toldAt, verifiedAt } of done.integrations) {
      expect(Date.parse(String(toldAt))).toBeGreaterThanOrEqual(Date.parse(START));
      expect(Date.parse(String(verifiedAt))).toBeGreaterThanOrEqual(Date.parse(String(toldAt)));
    }
    expect(done.certificate).toMatchObject({ requestId, reason: 'request', policy: 'presentinfini@1' });
    expect(JSON.stringify(done)).not.toContain(email);
  });
});
