import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start } from '../support/start.js';
import { after } from '../support/local.js';
import { World } from '../support/world.js';

describe('The start', () => {
  const root = mkdtempSync(join(tmpdir(), 'assent-start-'));
  const policies = join(root, 'policies');
  const env = { ASSENT_DATA_DIR: join(root, 'data'), ASSENT_POLICIES_DIR: policies };
  const refused = async (more: NodeJS.ProcessEnv = {}): Promise<string> => {
    const began = start('standalone', { ...env, ...more });
    return began.then(
      async (app) => {
        await app.stop();
        return 'started';
      },
      (error: unknown) => String(error),
    );
  };
  beforeEach(() => mkdirSync(join(policies, 'shop', 'notices'), { recursive: true }));
  afterEach(() => rmSync(policies, { recursive: true }));
  afterAll(() => rmSync(root, { recursive: true }));

  it('is refused with every fault of every setting, at once', async () => {
    const message = await refused({ PORT: 'eighty', ASSENT_TEST_CLOCK: 'maybe', ASSENT_SECRET: 'c2hvcnQ=' });
    for (const name of ['PORT', 'ASSENT_TEST_CLOCK', 'ASSENT_SECRET']) expect(message).toContain(name);
    expect(message).not.toContain('c2hvcnQ=');
  });

  it('is refused with every fault of every policy: the file, the path, and what is allowed', async () => {
    writeFileSync(
      join(policies, 'shop', '1.yaml'),
      [
        'tenant: shop',
        'source: an example',
        'version: 1',
        'locale: fr',
        'timezone: Europe/Pari',
        'purposes:',
        '  offers: { class: marketing, channels: [email, pigeon], prospecting: true }',
        'prospect: { inactivity: P30, unansweredLimit: 0 }',
        'retension: []',
      ].join('\n'),
    );
    const message = await refused();
    expect(message).toContain('shop/1.yaml');
    for (const part of [
      '/timezone',
      '/purposes/offers/channels/1',
      'pigeon',
      '/prospect/inactivity',
      'P30D',
      'retention',
    ]) {
      expect(message).toContain(part);
    }
  });

  it('is refused when an integration needs a variable that is not set, by its name', async () => {
    const world = World.create({
      files: {
        'presentinfini/integrations.yaml': `integrations:
  - id: crm
    kind: webhook
    role: mixed
    url: \${CRM_WEBHOOK_URL}
    secret: \${CRM_WEBHOOK_SECRET}
`,
      },
    });
    await expect(world).rejects.toThrow(/CRM_WEBHOOK_URL[\s\S]*CRM_WEBHOOK_SECRET/);
  });

  it('of a second process on the same data is refused', async () => {
    const world = await World.create();
    const second = start('standalone', {
      ASSENT_DATA_DIR: world.dataDir,
      ASSENT_POLICIES_DIR: join(world.dataDir, '../policies'),
    });
    await expect(second).rejects.toThrow('is in use by process');
    await world.end();
  });
});

describe('A policy of its own', () => {
  const shop = `tenant: presentinfini
source: 002_347cc237789edc19
version: 1
locale: fr
timezone: Europe/Paris
purposes:
  newsletter: { class: marketing, channels: [email] }
  prospecting: { class: marketing, prospecting: true, channels: [email], consentExpiry: P6M }
  loyalty: { class: marketing, channels: [email] }
  customer: { class: service, channels: [email] }
prospect: { inactivity: P1Y, startsOn: [contactByPerson], fallback: [collection], unansweredLimit: 2, answerWindow: P30D, atEnd: delete }
`;
  let world: World;
  beforeAll(async () => {
    world = await World.create({ clock: '2026-03-10T08:00:00Z', files: { 'presentinfini/1.yaml': shop } });
  });
  afterAll(() => world?.end());

  async function prospect(email: string): Promise<{ subject: { email: string }; subjectId: string }> {
    const subject = { email };
    const { subjectId } = await world.done('presentinfini', '/v1/subjects', {
      addresses: [{ kind: 'email', value: email }],
    });
    await world.done('presentinfini', '/v1/consents', {
      ...{
        subject,
        purpose: 'prospecting',
        decision: 'given',
        notice: 'prospecting@1',
        evidence: { method: 'form' },
      },
    });
    return { subject, subjectId: String(subjectId) };
  }
  const solicit = (subject: object, id: string, occurredAt: string) =>
    world.done('presentinfini', '/v1/solicitations', {
      ...{
        subject,
        solicitationId: id,
        campaign: id,
        channel: 'email',
        purpose: 'prospecting',
        mode: 'report',
        occurredAt,
      },
    });
  const state = async (subjectId: string) =>
    (await world.get('presentinfini', `/v1/subjects/${subjectId}/prospect`)).json();

  it('G-24 ends the time to answer thirty days after the second, and a reply before it counts (S2-24, S2-25)', async () => {
    const { subject, subjectId } = await prospect('g24@example.org');
    await world.setClock('2026-05-02T08:00:00Z');
    await solicit(subject, 'one', '2026-04-01T09:00:00+02:00');
    await solicit(subject, 'two', '2026-05-01T09:00:00+02:00');
    expect(await state(subjectId)).toMatchObject({
      status: 'limit-reached',
      nextChange: { at: '2026-05-31T07:00:00.000Z', to: 'dropped-out' },
    });
    await world.setClock('2026-06-01T08:00:00Z');
    expect(await state(subjectId)).toMatchObject({ status: 'dropped-out' });
    // Told after the end, said before it (K12).
    await world.done('presentinfini', '/v1/responses', {
      subject,
      kind: 'reply',
      occurredAt: '2026-05-30T20:00:00+02:00',
    });
    expect(await state(subjectId)).toMatchObject({ status: 'active', unanswered: [] });
    await world.setClock('2026-03-10T08:00:00Z');
  });

  it('ends a consent by time where it says so, and tells it as an event', async () => {
    const { subject, subjectId } = await prospect('expiry@example.org');
    const ask = async () =>
      (
        await world.done('presentinfini', '/v1/eligibility', {
          subject,
          purpose: 'prospecting',
          channel: 'email',
        })
      )['code'];
    await world.setClock(after('2026-09-10T07:00:00Z', '-PT1S'));
    expect(await ask()).toBe('allowed');
    await world.setClock('2026-09-10T07:00:00Z');
    expect(await ask()).toBe('consent-expired');
    const history = await world.get('presentinfini', `/v1/subjects/${subjectId}/history`);
    expect(history.text).toContain('consent-expired');
  });
});
