import { everyTool, integrationsFor } from '@assent/fakes';
import { after } from '../support/local.js';
import { World } from '../support/world.js';

const tenant = 'presentinfini';
/** The morning after the real time: whoever enters at the start, before the clock of the test is set, is over by then. */
const START = `${dayAfter(0)}T06:00:00Z`;
const PATTERN = 'canary+{n}@example.org';
const email = (day: string): string => `canary+${day.replaceAll('-', '')}-${tenant}@example.org`;

/** The day after today, and so many later. */
function dayAfter(more: number): string {
  return new Date(Date.now() + (more + 1) * 86_400_000).toISOString().slice(0, 10);
}

describe('A synthetic person', () => {
  // One has no contacts: whoever sends asks first.
  const tools = everyTool().filter(({ kind }) => kind !== 'plivo');
  let world: World;
  let now = START;

  const pass = async (...durations: string[]): Promise<void> => {
    for (const duration of durations) {
      now = after(now, duration);
      await world.setClock(now);
    }
  };
  const gauges = async (name: string): Promise<Record<string, number>> => {
    const text = await world.metrics();
    const lines = text.matchAll(
      new RegExp(`^${name}\\{tenant="${tenant}",integration="(.*?)"\\} (.+)$`, 'gm'),
    );
    return Object.fromEntries([...lines].map(([, kind = '', value]) => [kind, Number(value)]));
  };
  const ids = tools.map(({ kind }) => `${kind}-main`).sort();
  const mailing = (address: string) => tools.filter((tool) => tool.mails(address)).map(({ kind }) => kind);
  const holding = (address: string) =>
    tools.filter((tool) => tool.beliefs().some((one) => one.address === address)).map(({ kind }) => kind);
  const reads = ['PT10S', 'PT1M', 'PT15M'];

  beforeAll(async () => {
    for (const tool of tools) await tool.start();
    world = await World.create({
      clock: START,
      files: { 'presentinfini/integrations.yaml': integrationsFor(tools, 'newsletter', 'loyalty') },
      env: { ASSENT_ALLOW_PRIVATE_NETWORKS: '1', ASSENT_CANARY: PATTERN },
    });
    await pass(...reads);
  }, 60_000);
  afterAll(async () => {
    await world?.end();
    for (const tool of tools) await tool.stop();
  });

  it('enters the tools, leaves by the public link, and is seen silent in each', async () => {
    expect(holding(email(dayAfter(0))).length).toBeGreaterThan(8);
    await pass('PT10S');
    expect(mailing(email(dayAfter(0)))).toEqual([]);
    const seconds = await gauges('assent_canary_seconds');
    expect(Object.keys(seconds).sort()).toEqual(ids);
    for (const [id, value] of Object.entries(seconds)) expect([id, value <= 3_600]).toEqual([id, true]);
    expect(await gauges('assent_canary_failed')).toEqual(Object.fromEntries(ids.map((id) => [id, 0])));
  }, 60_000);

  it('is marked as one, and erased when it has shown what it can', async () => {
    const { status } = await world.post(tenant, '/v1/subjects/find', {
      subject: { externalId: `canary:${dayAfter(0)}` },
    });
    expect(status).toBe(404);
    await pass('PT15M', 'PT6H', 'PT1M');
    // Some keep their own stop, and nothing else.
    expect(holding(email(dayAfter(0))).length).toBeLessThan(4);
  }, 60_000);

  it('comes anew the next day, and shows which tool does not obey', async () => {
    const brevo = tools.find(({ kind }) => kind === 'brevo');
    brevo?.fail({ operation: 'update', status: 503 });
    brevo?.fail({ operation: 'remove-from-list', status: 503 });
    await pass('PT18H', ...reads);
    expect(mailing(email(dayAfter(1)))).toEqual(['brevo']);
    await pass('PT23H', 'PT1H', 'PT1M');
    const failed = await gauges('assent_canary_failed');
    expect(failed['brevo-main']).toBe(1);
    expect(Object.values(failed).reduce((sum, one) => sum + one, 0)).toBe(1);
    expect(await gauges('assent_canary_seconds')).not.toHaveProperty('brevo-main');
    brevo?.mend();
  }, 60_000);

  it('accumulates nowhere but on the opposition list: yesterday’s is gone, also where a tool came back late', async () => {
    await pass('PT1H', ...reads, 'PT6H', 'PT1M', 'PT24H');
    for (const day of [0, 1]) {
      const found = await world.post(tenant, '/v1/subjects/find', {
        subject: { externalId: `canary:${dayAfter(day)}` },
      });
      expect([day, found.status]).toEqual([day, 404]);
      expect([day, holding(email(dayAfter(day))).includes('brevo')]).toEqual([day, false]);
    }
    expect(tools.flatMap((tool) => tool.violations())).toEqual([]);
  }, 60_000);
});
