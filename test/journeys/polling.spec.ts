import { randomUUID } from 'node:crypto';
import { everyTool, integrationsFor, type StandIn } from '@assent/fakes';
import { after } from '../support/local.js';
import { World } from '../support/world.js';

const tenant = 'presentinfini';
/** So that what happens here is over before the real time. */
const START = new Date(Date.now() - 20 * 3_600_000).toISOString();
const tools = everyTool().filter((tool) => 'leaves' in tool);

describe('A person who leaves at a tool that posts nothing', () => {
  let world: World;
  let now = START;
  const pass = async (duration: string): Promise<void> => {
    now = after(now, duration);
    await world.setClock(now);
  };
  beforeAll(async () => {
    for (const tool of tools) {
      tool.dates?.(() => Date.parse(now));
      await tool.start();
    }
    world = await World.create({
      clock: START,
      files: { 'presentinfini/integrations.yaml': integrationsFor(tools, 'newsletter', 'prospecting') },
      env: { ASSENT_ALLOW_PRIVATE_NETWORKS: '1' },
    });
  }, 300_000);
  afterAll(async () => {
    await world?.end();
    for (const tool of tools) await tool.stop();
  });

  const ask = async (email: string, purpose = 'newsletter') =>
    (await world.done(tenant, '/v1/eligibility', { subject: { email }, purpose, channel: 'email' }))['code'];
  const objections = async (email: string) =>
    (await world.post(tenant, '/v1/objections/find', { subject: { email } })).json<{
      items: { purpose: string; channel: string; source: string }[];
    }>().items;
  const toolNamed = (kind: string): StandIn => {
    const found = tools.find((tool) => tool.kind === kind);
    if (found === undefined) throw new Error(`no ${kind}`);
    return found;
  };
  const stillMailing = (email: string) => tools.filter((tool) => tool.mails(email)).map(({ kind }) => kind);
  const told = async (kind: string, outcome: string): Promise<number> => {
    const text = await world.metrics();
    const line = text
      .split('\n')
      .find(
        (one) =>
          one.includes(`integration="${kind}-main",outcome="${outcome}"`) && one.includes('hook_events'),
      );
    return Number(line?.split(' ').at(-1) ?? 0);
  };

  /** Somebody who agreed to both purposes, known to every tool. */
  async function reader(): Promise<string> {
    const email = `${randomUUID()}@example.org`;
    for (const purpose of ['newsletter', 'prospecting']) {
      await world.done(tenant, '/v1/consents', {
        ...{ subject: { email }, purpose, decision: 'given', notice: `${purpose}@1` },
        evidence: { method: 'form', confirmedAt: now },
      });
    }
    for (const tool of tools) tool.seed(email);
    await pass('PT10S');
    return email;
  }

  it.each(tools.map((tool) => [tool.kind, tool] as const))(
    'has objected within the hour when it is %s, and the other tools are told',
    async (kind, tool) => {
      const email = await reader();
      expect(await ask(email)).toBe('allowed');
      tool.leaves?.(email);
      await pass('PT1H');
      for (const wait of ['PT1M', 'PT15M']) await pass(wait);
      expect(await ask(email)).toBe('objection-in-force');
      const [entry, ...more] = await objections(email);
      expect(more).toEqual([]);
      expect(entry).toMatchObject({ channel: 'email', source: 'integration' });
      if (entry?.purpose === '*') expect([kind, stillMailing(email)]).toEqual([kind, []]);
    },
    60_000,
  );

  it('is asked for without waiting when an operator wants to know', async () => {
    const email = await reader();
    toolNamed('listmonk').leaves?.(email);
    expect((await world.post(tenant, '/v1/integrations/listmonk-main/resync', {})).status).toBe(202);
    // Well within the hour after which it would be asked anyway.
    for (let minute = 0; minute < 10 && (await ask(email)) === 'allowed'; minute++) await pass('PT1M');
    expect(await ask(email)).toBe('objection-in-force');
  });

  it('finds its own stops there and takes them for no new refusal, hour after hour', async () => {
    const email = await reader();
    await world.done(tenant, '/v1/consents', {
      ...{ subject: { email }, purpose: 'newsletter', decision: 'withdrawn' },
    });
    for (const wait of ['PT10S', 'PT1M', 'PT15M', 'PT1H', 'PT1H', 'PT1H']) await pass(wait);
    expect(await objections(email)).toEqual([]);
    for (const kind of ['listmonk', 'brevo', 'mailchimp'])
      expect([kind, await told(kind, 'unreadable')]).toEqual([kind, 0]);
    expect(await told('listmonk', 'confirmed')).toBeGreaterThan(0);
  }, 60_000);

  it.each(['mailchimp', 'brevo'])(
    'is not let in again by %s: it is told once more, and nobody has consented',
    async (kind) => {
      const email = await reader();
      await world.done(tenant, '/v1/objections', { subject: { email }, source: 'letter' });
      for (const wait of ['PT10S', 'PT1M']) await pass(wait);
      expect(stillMailing(email)).toEqual([]);
      toolNamed(kind).seed(email);
      expect(stillMailing(email)).toEqual([kind]);
      for (const wait of ['PT1H', 'PT10S', 'PT1M']) await pass(wait);
      expect([stillMailing(email), await ask(email)]).toEqual([[], 'objection-in-force']);
      expect(await told(kind, 'drifted')).toBeGreaterThan(0);
    },
    60_000,
  );

  it('says when each tool was last asked', async () => {
    const { items } = (await world.get(tenant, '/v1/integrations')).json<{
      items: { kind: string; lastPoll: string | null; breaker: string }[];
    }>();
    for (const { kind, lastPoll, breaker } of items)
      expect([kind, breaker, Date.parse(now) - Date.parse(lastPoll ?? '') <= 3_600_000]).toEqual([
        kind,
        'closed',
        true,
      ]);
    expect(tools.flatMap((tool) => tool.violations())).toEqual([]);
  });
});
