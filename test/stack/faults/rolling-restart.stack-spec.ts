import '../../support/distributed.js';
import { randomUUID } from 'node:crypto';
import { SERVICES } from '@assent/gateway';
import { World } from '../../support/world.js';

const tenant = 'presentinfini';
const PEOPLE = 40;

describe('A rolling restart of all services under load', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.create();
  }, 300_000);
  afterAll(() => world?.end(), 60_000);

  it('fails no unsubscribe, and no answer says less than one that was acknowledged', async () => {
    const people = await Promise.all(
      Array.from({ length: PEOPLE }, async () => {
        const subject = { email: `${randomUUID()}@example.org` };
        const links = await world.done(tenant, '/v1/links', {
          subject,
          purpose: 'newsletter',
          channel: 'email',
        });
        return { subject, path: new URL(String(links['unsubscribe'])).pathname };
      }),
    );
    let ended = false;
    const clicks: number[] = [];
    const codes: unknown[] = [];
    const clickers = Array.from({ length: 3 }, async (_, clicker) => {
      for (let turn = clicker; !ended; turn += 3) {
        const { subject, path } = people[turn % PEOPLE] ?? people[0] ?? { subject: {}, path: '' };
        const click = await world.call('POST', path, { body: 'List-Unsubscribe=One-Click' });
        clicks.push(click.status);
        const question = { subject, purpose: 'newsletter', channel: 'email' };
        const answer = await world.post(tenant, '/v1/eligibility', question).catch(() => undefined);
        if (answer?.status === 200) codes.push(answer.json()['code']);
      }
    });
    const exits: (number | null)[] = [];
    for (const name of SERVICES) {
      await world.services.add(name);
      exits.push(await world.services.remove(name, 'SIGTERM'));
    }
    ended = true;
    await Promise.all(clickers);
    expect(clicks.length).toBeGreaterThan(50);
    expect(clicks.filter((status) => status !== 200)).toEqual([]);
    expect(codes.length).toBeGreaterThan(20);
    expect(codes.filter((code) => code !== 'objection-in-force')).toEqual([]);
    expect(exits).toEqual(exits.map(() => 0));
  }, 480_000);
});
