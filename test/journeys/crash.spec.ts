import { randomUUID } from 'node:crypto';
import { FakeMailchimp } from '@assent/integration-mailchimp';
import { sized } from '../support/size.js';
import { World } from '../support/world.js';

const tenant = 'presentinfini';
const ROUNDS = sized(6, 3);
const WRITERS = 8;
const integrations = `integrations:
  - id: mailchimp-main
    kind: mailchimp
    role: marketing
    purposes: { newsletter: { list: news1 } }
    apiKey: \${MAILCHIMP_API_KEY}
    baseUrl: \${MAILCHIMP_URL}
`;

describe('A process that is killed at random moments under load', () => {
  const mailchimp = new FakeMailchimp('news1');
  let world: World;
  beforeAll(async () => {
    await mailchimp.start();
    world = await World.create({
      files: { 'presentinfini/integrations.yaml': integrations },
      env: {
        ASSENT_ALLOW_PRIVATE_NETWORKS: '1',
        MAILCHIMP_API_KEY: mailchimp.apiKey,
        MAILCHIMP_URL: mailchimp.url,
      },
    });
  });
  afterAll(async () => {
    await world?.end();
    await mailchimp.stop();
  });

  it('has every acknowledged objection there, once, when it is started again, and tells every one to the tool', async () => {
    const acknowledged = new Map<string, unknown>();
    for (let round = 0; round < ROUNDS; round++) {
      let killed = false;
      const writers = Array.from({ length: WRITERS }, async () => {
        while (!killed) {
          const email = `${randomUUID()}@example.org`;
          mailchimp.seed('news1', email);
          const answer = await world
            .post(tenant, '/v1/objections', { subject: { email }, source: 'letter' })
            .catch(() => undefined); // the connection broke: nothing was acknowledged
          if (answer?.status === 201) acknowledged.set(email, answer.json()['eventId']);
        }
      });
      const enough = 30 + Math.floor(Math.random() * 60);
      const before = acknowledged.size;
      while (acknowledged.size < before + enough) await new Promise((resolve) => setImmediate(resolve));
      const restarted = world.restart('SIGKILL');
      killed = true;
      await Promise.all(writers);
      await restarted;
    }
    expect(acknowledged.size).toBeGreaterThan(ROUNDS * 30);
    for (const [email, eventId] of acknowledged) {
      const { items } = await world.done(tenant, '/v1/objections/find', { subject: { email } });
      expect(items).toMatchObject([{ eventId }]);
    }
    const stillMailed = () => mailchimp.mailed('news1').filter((email) => acknowledged.has(email));
    while (stillMailed().length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(mailchimp.violations).toEqual([]);
  }, 180_000);

  it('ends by itself within ten seconds when asked to', async () => {
    const began = performance.now();
    expect(await world.process.stop('SIGTERM')).toBe(0);
    expect(performance.now() - began).toBeLessThan(10_000);
    await world.restart();
  });
});
