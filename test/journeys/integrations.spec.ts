import { randomUUID } from 'node:crypto';
import { everyTool, integrationsFor } from '@assent/fakes';
import { after } from '../support/local.js';
import { World } from '../support/world.js';

const tenant = 'presentinfini';
const START = '2026-06-01T08:00:00Z';

interface Delivery {
  readonly integration: string;
  readonly state: string;
  readonly verifiedAt: string | null;
  readonly desired: { readonly kind: string; readonly objectedToAll: boolean };
  readonly receipts: readonly {
    readonly type: string;
    readonly connector: string;
    readonly observed: string | null;
    readonly causedBy: string | null;
    readonly calls: readonly { readonly operation: string; readonly status: number | null }[];
  }[];
}

describe('One letter of objection', () => {
  const tools = everyTool();
  const email = `${randomUUID()}@example.org`;
  const phone = '+33612345678';
  const others = tools.filter(({ kind }) => kind !== 'plivo' && kind !== 'webhook');
  let world: World;
  let now = START;
  let subjectId = '';

  const pass = async (duration: string): Promise<void> => {
    now = after(now, duration);
    await world.setClock(now);
  };
  const deliveries = async (): Promise<Delivery[]> =>
    (await world.get(tenant, `/v1/deliveries?subject=${subjectId}&limit=100`)).json<{ items: Delivery[] }>()
      .items;

  beforeAll(async () => {
    for (const tool of tools) await tool.start();
    world = await World.create({
      clock: START,
      files: { 'presentinfini/integrations.yaml': integrationsFor(tools, 'newsletter', 'prospecting') },
      env: { ASSENT_ALLOW_PRIVATE_NETWORKS: '1' },
    });
    for (const tool of tools)
      for (const address of [email, phone]) if (serves(tool.kind, address)) tool.seed(address);
    const addresses = [
      { kind: 'email', value: email },
      { kind: 'phone', value: phone },
    ];
    const registered = await world.done(tenant, '/v1/subjects', {
      ...{ addresses, context: 'consumer', relationship: 'prospect', informed: true, notice: 'collection@1' },
    });
    subjectId = String(registered['subjectId']);
  }, 60_000);
  afterAll(async () => {
    await world?.end();
    for (const tool of tools) await tool.stop();
  });

  it('finds every tool in order, and mailing', async () => {
    const { items } = (await world.get(tenant, '/v1/integrations')).json<{
      items: { enabled: boolean; breaker: string }[];
    }>();
    expect(items.filter(({ enabled, breaker }) => enabled && breaker === 'closed')).toHaveLength(
      tools.length,
    );
    expect(others.filter((tool) => tool.mails(email)).map(({ kind }) => kind)).toEqual(
      others.map(({ kind }) => kind),
    );
  });

  it('silences every tool, through one that is told to wait and one that is down', async () => {
    const busy = tools.find(({ kind }) => kind === 'klaviyo');
    const down = tools.find(({ kind }) => kind === 'hubspot');
    busy?.fail({ status: 429, retryAfter: '30', times: 1 });
    await down?.stop();
    await world.done(tenant, '/v1/objections', { subject: { email }, source: 'letter' });
    await pass('PT10S');
    await down?.start();
    for (const wait of ['PT1M', 'PT15M', 'PT1H', 'PT6H', 'PT1M']) await pass(wait);
    expect(others.filter((tool) => tool.mails(email)).map(({ kind }) => kind)).toEqual([]);
  }, 60_000);

  it('leaves one table of receipts: verified at every tool, and said plainly where it cannot be', async () => {
    const rows = await deliveries();
    const table = Object.fromEntries(
      tools.map(({ kind }) => [
        kind,
        rows
          .filter(({ integration, desired }) => integration === `${kind}-main` && desired.objectedToAll)
          .map(({ desired, state }) => `${desired.kind} ${state}`)
          .sort(),
      ]),
    );
    const verified = ['email verified'];
    const both = ['email verified', 'phone verified'];
    expect(table).toEqual({
      ...{ mailchimp: verified, brevo: both, sendgrid: verified, mandrill: both, intercom: verified },
      ...{ klaviyo: verified, hubspot: verified, ses: verified, mailjet: verified, customerio: verified },
      ...{ listmonk: verified, mautic: verified, plivo: ['phone enforced-at-send'] },
      // No purpose of this policy is served by phone, so its receiver has nothing to be told of the number.
      webhook: ['email verified', 'phone not-applicable'],
    });
  });

  it('says of each receipt which act it carries, what was asked and what was seen, and never who it is about', async () => {
    const rows = await deliveries();
    for (const { integration, receipts } of rows.filter(
      ({ state, desired }) => state === 'verified' && desired.kind === 'email',
    )) {
      const last = receipts.at(-1);
      expect([integration, last?.type, last?.causedBy === null]).toEqual([
        integration,
        'DeliveryVerified',
        false,
      ]);
      expect(receipts.some(({ calls }) => calls.length > 0)).toBe(true);
    }
    const text = JSON.stringify(rows);
    for (const secret of [email, encodeURIComponent(email), phone, ...secretsOf()])
      expect(text).not.toContain(secret);
  });

  it('has sent nothing that a contract does not know', () =>
    expect(tools.flatMap((tool) => tool.violations().map((one) => `${tool.kind}: ${one}`))).toEqual([]));

  const secretsOf = (): string[] =>
    tools.flatMap((tool) =>
      Object.entries(tool.entry('a', 'b')).flatMap(([name, value]) =>
        /key|token|secret|password/i.test(name) && typeof value === 'string' ? [value] : [],
      ),
    );
});

/** Whether the kind of tool holds the kind of address. */
const serves = (kind: string, address: string): boolean =>
  !address.startsWith('+') || kind === 'brevo' || kind === 'mandrill';
