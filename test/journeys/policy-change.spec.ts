import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { World } from '../support/world.js';

const tenant = 'presentinfini';
const first = readFileSync(
  fileURLToPath(new URL(`../../../policies/${tenant}/1.yaml`, import.meta.url)),
  'utf8',
);
const shorter = first
  .replace('version: 1', 'version: 2\neffectiveFrom: 2026-09-01')
  .replace('inactivity: P1Y', 'inactivity: P2M');

describe('A policy that shortens the time of prospects (K17)', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.create({ clock: '2026-06-01T08:00:00Z', files: { [`${tenant}/2.yaml`]: shorter } });
  });
  afterAll(() => world?.end());

  const people = Array.from({ length: 30 }, (_, n) => `silent${n}@example.org`);
  const ids = new Map<string, string>();
  const codes = () =>
    Promise.all(
      people.map(async (email) => {
        const question = { subject: { email }, purpose: 'prospecting', channel: 'email' };
        return (await world.done(tenant, '/v1/eligibility', question))['code'];
      }),
    );
  const dropped = async (email: string) => {
    const history = await world.get(tenant, `/v1/subjects/${ids.get(email)}/history`);
    const { items } = history.json<{ items: { type: string; occurredAt: string; policy: string }[] }>();
    return items
      .filter(({ type }) => type === 'assent.prospect.prospect-dropped-out')
      .map(({ occurredAt, policy }) => ({ occurredAt, policy }));
  };
  const all = (code: string) => people.map(() => code);

  it('is obeyed from its instant on, and what it brings forward is told without being asked', async () => {
    for (const value of people) {
      const person = { addresses: [{ kind: 'email', value }], context: 'professional', informed: true };
      const { subjectId } = await world.done(tenant, '/v1/subjects', {
        ...person,
        collectedAt: '2026-05-20',
      });
      ids.set(value, subjectId as string);
    }
    const last = people.at(-1) as string;
    await world.setClock('2026-07-10T08:00:00Z');
    await world.done(tenant, '/v1/responses', { subject: { email: last }, kind: 'click' });
    await world.setClock('2026-08-31T21:59:59Z');
    expect(await codes()).toEqual(all('allowed'));
    expect(await dropped(people[0] as string)).toEqual([]);

    await world.setClock('2026-08-31T22:00:00Z'); // midnight in Paris
    expect((await world.call('GET', '/readyz')).status).toBe(200);
    expect(await codes()).toEqual([...all('dropped-out').slice(1), 'allowed']);
    for (const email of people.slice(0, 29))
      expect(await dropped(email)).toEqual([
        { occurredAt: expect.any(String) as string, policy: `${tenant}@2` },
      ]);
    expect(await dropped(last)).toEqual([]);
    const text = await world.metrics();
    expect(text).toMatch(/^assent_agenda_replanning_events 0$/m);

    await world.setClock('2026-09-11T08:00:00Z');
    expect(await dropped(last)).toHaveLength(1);
  }, 60_000);

  it('survives a restart: what is planned is planned, and a new start is ready at once', async () => {
    await world.restart();
    await world.setClock('2026-09-11T08:00:00Z');
    expect(await codes()).toEqual(all('dropped-out'));
    expect(await dropped(people[0] as string)).toHaveLength(1);
  }, 60_000);
});
