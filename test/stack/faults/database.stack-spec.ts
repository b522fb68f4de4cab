import '../../support/distributed.js';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Load } from '../../support/load.js';
import { kill, revive } from '../../support/stack.js';
import { World } from '../../support/world.js';

const tenant = 'presentinfini';

describe('A database that is killed under load and started again', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.create();
  }, 300_000);
  afterAll(() => world?.end(), 60_000);

  const object = () =>
    world.post(tenant, '/v1/objections', {
      subject: { email: `${randomUUID()}@example.org` },
      source: 'letter',
    });

  it('costs 503 with Retry-After and nothing acknowledged; then everything goes on by itself', async () => {
    const load = new Load(world, 3);
    await load.more(12);
    await kill('mongodb');
    try {
      const began = performance.now();
      const refused = await object();
      expect(performance.now() - began).toBeLessThan(20_000);
      expect([refused.status, refused.json()['code']]).toEqual([503, 'not-ready']);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      const ready = async () => (await world.call('GET', '/readyz')).status;
      while ((await ready()) !== 503) await sleep(100);
    } finally {
      await revive('mongodb');
    }
    const end = performance.now() + 60_000;
    while ((await object()).status !== 201 && performance.now() < end) await sleep(200);
    expect((await object()).status).toBe(201);
    while ((await world.call('GET', '/readyz')).status !== 200) await sleep(200);
    await load.more(12);
    await load.end();
    expect(load.wrong).toEqual([]);
    expect(await load.lost()).toEqual([]);
    expect(await load.allowed()).toEqual([]);

    // Reactions came through it too: the objection ends the consent.
    const subject = { email: load.stopped.at(-1) };
    const { subjectId } = await world.done(tenant, '/v1/subjects/find', { subject });
    const history = async () => (await world.get(tenant, `/v1/subjects/${String(subjectId)}/history`)).text;
    while (!(await history()).includes('assent.consent.consent-ended')) await sleep(200);
  }, 240_000);
});
