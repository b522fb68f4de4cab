import { randomUUID } from 'node:crypto';
import { World } from '../support/world.js';

const tenant = 'presentinfini';
const ROUNDS = 6;
const WRITERS = 8;

describe('A process that is killed at random moments under load', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.create();
  });
  afterAll(() => world?.end());

  it('has every acknowledged objection there, once, when it is started again', async () => {
    const acknowledged = new Map<string, unknown>();
    for (let round = 0; round < ROUNDS; round++) {
      let killed = false;
      const writers = Array.from({ length: WRITERS }, async () => {
        while (!killed) {
          const email = `${randomUUID()}@example.org`;
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
  }, 120_000);

  it('ends by itself within ten seconds when asked to', async () => {
    const began = performance.now();
    expect(await world.process.stop('SIGTERM')).toBe(0);
    expect(performance.now() - began).toBeLessThan(10_000);
    await world.restart();
  });
});
