import { randomUUID } from 'node:crypto';
import { FakeMailchimp } from '@assent/integration-mailchimp';
import { FakeReceiver } from '@assent/integration-webhook';
import { after } from '../support/local.js';
import { World } from '../support/world.js';

const tenant = 'presentinfini';
const START = '2026-06-01T08:00:00Z';
const NEWSLETTER = 'news1';
const OFFERS = 'offers1';
const OTHER = 'other1';

const integrations = `integrations:
  - id: mailchimp-main
    kind: mailchimp
    role: marketing
    purposes: { newsletter: { list: ${NEWSLETTER} }, prospecting: { list: ${OFFERS} } }
    apiKey: \${MAILCHIMP_API_KEY}
    baseUrl: \${MAILCHIMP_URL}
  - id: crm
    kind: webhook
    role: mixed
    url: \${CRM_URL}
    secret: \${CRM_SECRET}
    readBackUrl: \${CRM_READ_BACK}
`;

interface Delivery {
  readonly id: string;
  readonly integration: string;
  readonly state: string;
  readonly subjectId: string | null;
  readonly addressKey: string;
  readonly revision: number;
  readonly verifiedAt: string | null;
  readonly receipts: { readonly type: string }[];
}

describe('A stop reaches every tool', () => {
  const mailchimp = new FakeMailchimp(NEWSLETTER, OFFERS, OTHER);
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
    crm.cheerUp();
    expect(mailchimp.violations).toEqual([]);
    expect(crm.violations).toEqual([]);
  });
  afterAll(async () => {
    await world?.end();
    await mailchimp.stop();
    await crm.stop();
  });

  /** Moves the test clock; answers when everything that became due has run. */
  const pass = async (duration: string): Promise<void> => {
    now = after(now, duration);
    await world.setClock(now);
  };

  async function subscriber() {
    const subject = { email: `${randomUUID()}@example.org` };
    for (const list of [NEWSLETTER, OFFERS, OTHER]) mailchimp.seed(list, subject.email);
    for (const purpose of ['newsletter', 'prospecting']) {
      await world.done(tenant, '/v1/consents', {
        subject,
        purpose,
        decision: 'given',
        notice: `${purpose}@1`,
        evidence: { method: 'form', confirmedAt: now },
      });
    }
    await pass('PT10S'); // the opt-in has been read back
    const { subjectId } = await world.done(tenant, '/v1/subjects/find', { subject });
    return { subject, subjectId: String(subjectId), ...subject };
  }
  const deliveries = async (subjectId: string): Promise<Map<string, Delivery>> => {
    const { items } = (await world.get(tenant, `/v1/deliveries?subject=${subjectId}`)).json<{
      items: Delivery[];
    }>();
    return new Map(items.map((item) => [item.integration, item]));
  };
  const click = async (subject: object, purpose: string): Promise<void> => {
    const { unsubscribe } = await world.done(tenant, '/v1/links', { subject, purpose, channel: 'email' });
    expect((await world.call('POST', new URL(String(unsubscribe)).pathname)).status).toBe(200);
  };
  const status = (list: string, email: string) => mailchimp.member(list, email)?.status;

  it('after one click: that list falls silent, is read back and shown as verified with receipts', async () => {
    const { subject, subjectId, email } = await subscriber();
    await click(subject, 'newsletter');
    await pass('PT10S');
    expect([status(NEWSLETTER, email), status(OFFERS, email)]).toEqual(['unsubscribed', 'subscribed']);
    const delivery = (await deliveries(subjectId)).get('mailchimp-main');
    expect(delivery).toMatchObject({ state: 'verified', subjectId });
    expect(delivery?.verifiedAt).not.toBeNull();
    expect(delivery?.receipts.map(({ type }) => type)).toEqual(
      expect.arrayContaining([expect.stringMatching(/sent/i), expect.stringMatching(/verified/i)]),
    );
    const told = crm.state(delivery?.addressKey ?? '');
    expect(told?.purposes['newsletter']).toEqual({ email: 'stopped' });
    expect(told?.purposes['prospecting']).toEqual({ email: 'allowed' });
    expect(JSON.stringify(crm.received)).not.toContain(email);
  });

  it('after an objection to everything: every audience, also one that nobody mapped', async () => {
    const { subject, email } = await subscriber();
    await world.done(tenant, '/v1/objections', { subject, source: 'letter' });
    await pass('PT10S');
    for (const list of [NEWSLETTER, OFFERS, OTHER]) expect(status(list, email)).toBe('unsubscribed');
  });

  it('after a letter from an address that nobody knows', async () => {
    const email = `${randomUUID()}@example.org`;
    mailchimp.seed(OTHER, email);
    await world.done(tenant, '/v1/objections', { subject: { email }, source: 'letter' });
    await pass('PT10S');
    expect(status(OTHER, email)).toBe('unsubscribed');
  });

  it('after a drop-out: the purposes of prospecting close and the newsletter stays (S2-23)', async () => {
    const { email } = await subscriber();
    await world.setClock(after(now, 'PT8784H'));
    await world.setClock(after(now, 'PT8785H'));
    expect([status(OFFERS, email), status(NEWSLETTER, email)]).toEqual(['unsubscribed', 'subscribed']);
    await world.setClock(now);
  });

  it('through an outage: the stop waits, is tried again and arrives', async () => {
    const { subject, subjectId, email } = await subscriber();
    await mailchimp.stop();
    await click(subject, 'newsletter');
    await pass('PT1M');
    expect((await deliveries(subjectId)).get('mailchimp-main')?.state).not.toBe('verified');
    const { items } = (await world.get(tenant, '/v1/integrations')).json<{ items: { id: string }[] }>();
    expect(items.map(({ id }) => id).sort()).toEqual(['crm', 'mailchimp-main']);
    await mailchimp.start();
    await pass('PT1H');
    await pass('PT1M');
    expect(status(NEWSLETTER, email)).toBe('unsubscribed');
    expect((await deliveries(subjectId)).get('mailchimp-main')?.state).toBe('verified');
  });

  it.each([
    ['is told to wait (429)', { status: 429, retryAfter: '30', times: 2 }],
    ['fails (503)', { status: 503, times: 3 }],
    ['answers no JSON', { body: '<html>', times: 2 }],
    ['breaks off before the effect', { reset: 'before', times: 2 }],
    ['breaks off after the effect', { reset: 'after', times: 2 }],
  ] as const)('when Mailchimp %s', async (_, fault) => {
    const { subject, subjectId, email } = await subscriber();
    mailchimp.fail(fault);
    await click(subject, 'newsletter');
    for (const wait of ['PT1M', 'PT10M', 'PT1H', 'PT1M']) await pass(wait);
    expect(status(NEWSLETTER, email)).toBe('unsubscribed');
    expect((await deliveries(subjectId)).get('mailchimp-main')?.state).toBe('verified');
  });

  it.each([
    ['delayed', { delayMs: 300 }],
    ['refused for a while', { status: 503, times: 3 }],
    ['told to wait', { status: 429, headers: { 'retry-after': '60' }, times: 2 }],
    ['lost after the effect', { reset: true, times: 2 }],
  ] as const)('at the webhook when its answer is %s, with one id per revision', async (_, mood) => {
    const { subject, subjectId } = await subscriber();
    crm.turn(mood);
    await click(subject, 'newsletter');
    for (const wait of ['PT1M', 'PT10M', 'PT1H', 'PT1M']) await pass(wait);
    const delivery = (await deliveries(subjectId)).get('crm');
    expect(delivery?.state).toBe('verified');
    expect(crm.state(delivery?.addressKey ?? '')?.purposes['newsletter']).toEqual({ email: 'stopped' });
    const mine = crm.received.filter(({ body }) => body.addressKey === delivery?.addressKey);
    const idsByRevision = new Map(mine.map(({ id, body }) => [body.revision, id]));
    expect(new Set(mine.map(({ id }) => id)).size).toBe(idsByRevision.size);
  });

  it('at the webhook that is down for a while', async () => {
    const { subject, subjectId } = await subscriber();
    await crm.stop();
    await click(subject, 'newsletter');
    await pass('PT10M');
    expect((await deliveries(subjectId)).get('crm')?.state).not.toBe('verified');
    await crm.start();
    for (const wait of ['PT1H', 'PT1M', 'PT1M']) await pass(wait);
    const delivery = (await deliveries(subjectId)).get('crm');
    expect(delivery?.state).toBe('verified');
    expect(crm.state(delivery?.addressKey ?? '')?.purposes['newsletter']).toEqual({ email: 'stopped' });
  });

  it('again, when the tool has let the person back in before it was proven', async () => {
    const { subject, subjectId, email } = await subscriber();
    await click(subject, 'newsletter');
    await pass('PT1S');
    mailchimp.set(NEWSLETTER, email, 'subscribed');
    for (const wait of ['PT10S', 'PT1M', 'PT1M', 'PT15M']) await pass(wait);
    expect(status(NEWSLETTER, email)).toBe('unsubscribed');
    expect((await deliveries(subjectId)).get('mailchimp-main')?.state).toBe('verified');
  });

  it('and a vendor that refuses an opt-in keeps the person out', async () => {
    const { subject, email } = await subscriber();
    await click(subject, 'newsletter');
    await pass('PT1M');
    mailchimp.leave(NEWSLETTER, email);
    await pass('PT24H');
    await world.done(tenant, '/v1/consents', {
      subject,
      purpose: 'newsletter',
      decision: 'given',
      notice: 'newsletter@1',
      evidence: { method: 'form', confirmedAt: now },
    });
    for (const wait of ['PT10S', 'PT1M', 'PT15M']) await pass(wait);
    expect(['unsubscribed', 'pending']).toContain(status(NEWSLETTER, email));
  });
});

describe('A tool that the policy forbids', () => {
  const processor = (country: string, name = 'Sendwell') => `integrations:
  - id: tool
    kind: webhook
    role: marketing
    url: https://tool.example.org/hook
    secret: whsec_${Buffer.alloc(32, 5).toString('base64')}
    processor: { name: ${name}, country: ${country}, mechanism: scc, contract: C-1 }
`;
  let world: World;
  beforeAll(async () => {
    world = await World.create({
      files: {
        'assistanceweb/integrations.yaml': processor('US'),
        'assistool/integrations.yaml': processor('FR'),
        'presentinfini/integrations.yaml': processor('US'),
      },
    });
  });
  afterAll(() => world?.end());

  const shown = async (name: string) =>
    JSON.stringify((await world.get(name, '/v1/integrations')).json<{ items: unknown[] }>().items);

  it('G-44 is not activated outside the EU where the policy promises never (S0-39, S0-69)', async () =>
    expect(await shown('assistanceweb')).toContain('transfer-forbidden'));

  it('G-53 is not activated when the policy does not name it as a recipient (S1-29)', async () =>
    expect(await shown('assistool')).toContain('recipient-unlisted'));

  it('is activated with a mechanism in force where the policy allows it (S2-41)', async () =>
    expect(await shown('presentinfini')).not.toMatch(/forbidden|unlisted/));
});
