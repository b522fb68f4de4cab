import '../../support/distributed.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { SERVICES } from '@assent/gateway';
import { FakeMailchimp } from '@assent/integration-mailchimp';
import { Load } from '../../support/load.js';
import { World } from '../../support/world.js';

const integrations = `integrations:
  - id: mailchimp-main
    kind: mailchimp
    role: marketing
    purposes: { newsletter: { list: news1 } }
    apiKey: \${MAILCHIMP_API_KEY}
    baseUrl: \${MAILCHIMP_URL}
    processor: { name: Mailchimp, country: US, mechanism: scc, contract: MC-2026-01 }
`;

describe('Two replicas of each service in turn, of which the older is killed at a random moment under load', () => {
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
  }, 300_000);
  afterAll(async () => {
    await world?.end();
    await mailchimp.stop();
  }, 60_000);

  it('lose nothing that was acknowledged, and carry every stop to the tool', async () => {
    const load = new Load(world, 4, (email) => mailchimp.seed('news1', email));
    for (const name of [...SERVICES].sort(() => Math.random() - 0.5)) {
      await world.services.add(name);
      await load.more(4 + Math.floor(Math.random() * 12));
      await world.services.remove(name, 'SIGKILL');
      await load.more(8);
    }
    await load.end();
    expect(load.wrong).toEqual([]);
    expect(load.stopped.length).toBeGreaterThan(10);
    expect(await load.lost()).toEqual([]);
    expect(await load.allowed()).toEqual([]);
    // Leases of the dead end within 15 s, their partitions go to others within 12: then the rest is carried.
    const stopped = new Set(load.stopped);
    const stillMailed = () => mailchimp.mailed('news1').filter((email) => stopped.has(email));
    while (stillMailed().length > 0) await sleep(100);
    expect(mailchimp.violations).toEqual([]);
  }, 480_000);
});
