import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { everyTool, integrationsFor } from '@assent/fakes';
import { after } from '../support/local.js';
import { World } from '../support/world.js';

const tenant = 'presentinfini';
const START = '2026-06-01T08:00:00Z';
/** Those that keep contacts: an effect is to be seen. */
const tools = everyTool().filter(({ kind }) => !['plivo', 'webhook'].includes(kind));

interface Delivery {
  readonly integration: string;
  readonly state: string;
  readonly receipts: readonly { readonly type: string; readonly attempt: number; readonly outcome: string }[];
}

describe('A process that is killed after each tool has obeyed, and before any of them has answered', () => {
  let world: World;
  let now = START;
  const pass = async (...durations: string[]): Promise<void> => {
    for (const duration of durations) {
      now = after(now, duration);
      await world.setClock(now);
    }
  };
  const reads = ['PT10S', 'PT1M', 'PT15M', 'PT6H'];
  const effects = (): Record<string, number> =>
    Object.fromEntries(tools.map((tool) => [tool.kind, tool.effects?.() ?? 0]));
  /** What it took since then, at each tool. */
  const taken = (before: Record<string, number>): Record<string, number> =>
    Object.fromEntries(Object.entries(effects()).map(([kind, count]) => [kind, count - (before[kind] ?? 0)]));
  const object = (email: string) =>
    world.done(tenant, '/v1/objections', { subject: { email }, source: 'letter' });
  const mailing = (email: string) => tools.filter((tool) => tool.mails(email)).map(({ kind }) => kind);
  /** What each tool was told, once all of it is in one of the states. */
  const deliveries = async (subjectId: string, states: readonly string[]): Promise<Delivery[]> => {
    for (;;) {
      const answer = await world.get(tenant, `/v1/deliveries?subject=${subjectId}&limit=100`);
      const { items } = answer.json<{ items: Delivery[] }>();
      if (items.length > 0 && items.every(({ state }) => states.includes(state))) return items;
      await sleep(100);
    }
  };
  const known = async (): Promise<{ email: string; subjectId: string }> => {
    const email = `${randomUUID()}@example.org`;
    const addresses = [{ kind: 'email', value: email }];
    const registered = await world.done(tenant, '/v1/subjects', {
      ...{ addresses, context: 'consumer', relationship: 'prospect', informed: true, notice: 'collection@1' },
    });
    for (const tool of tools) tool.seed(email);
    return { email, subjectId: String(registered['subjectId']) };
  };

  beforeAll(async () => {
    for (const tool of tools) await tool.start();
    world = await World.create({
      clock: START,
      files: { 'presentinfini/integrations.yaml': integrationsFor(tools, 'newsletter', 'prospecting') },
      env: { ASSENT_ALLOW_PRIVATE_NETWORKS: '1' },
    });
  }, 60_000);
  afterAll(async () => {
    await world?.end();
    for (const tool of tools) await tool.stop();
  });

  it('leaves no effect twice at any tool, every tool silent, and every attempt with its end', async () => {
    const undisturbed = await known();
    const first = effects();
    await object(undisturbed.email);
    await pass(...reads);
    const usual = taken(first);

    const { email, subjectId } = await known();
    const second = effects();
    for (const tool of tools) tool.fail({ holdMs: 60_000 });
    await object(email);
    while (mailing(email).length > 0) await sleep(20);
    await world.restart('SIGKILL');
    for (const tool of tools) tool.mend();
    await world.setClock(now);
    // The lease of the dead process ends by real time, and so may a look at what was told before the clock stood again.
    await deliveries(subjectId, ['accepted', 'verified']);
    await pass(...reads);
    const items = await deliveries(subjectId, ['verified']);

    expect(mailing(email)).toEqual([]);
    // What the first call has brought about may be all that is owed: it is looked before anything is told again.
    for (const [kind, count] of Object.entries(taken(second)))
      expect([kind, count >= 1 && count <= (usual[kind] ?? 0)]).toEqual([kind, true]);
    expect(items.map(({ integration }) => integration)).toEqual(
      tools.map(({ kind }) => `${kind}-main`).sort(),
    );
    for (const { integration, receipts } of items) {
      const ends = receipts.filter(({ type }) => type !== 'DeliverySent' && type !== 'DeliveryVerified');
      const sent = receipts.filter(({ type }) => type === 'DeliverySent');
      const proven = receipts.some(({ type }) => type === 'DeliveryVerified');
      expect([integration, proven, sent.length - ends.length <= 1]).toEqual([integration, true, true]);
      expect([integration, sent.length > 0]).toEqual([integration, true]);
    }
  }, 120_000);
});
