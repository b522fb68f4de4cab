import { randomUUID } from 'node:crypto';
import { everyTool, integrationsFor, type StandIn } from '@assent/fakes';
import { after } from '../support/local.js';
import { World } from '../support/world.js';

const tenant = 'presentinfini';
/** Before the real time, by which tools sign: what they date later than the clock counts as of now. */
const START = new Date(Date.now() - 30 * 24 * 3_600_000).toISOString();
const tools = everyTool();
/** Its vendor has no webhooks: it is asked who left there. */
const speaking = tools.filter(({ kind }) => kind !== 'listmonk');
const byMail = speaking.filter(({ kind }) => kind !== 'plivo');

describe('A person who leaves at a tool', () => {
  let world: World;
  let now = START;
  const hooks = new Map<string, string>();
  /** What is signed where the address is: the public one. */
  let base = '';

  const pass = async (duration: string): Promise<void> => {
    now = after(now, duration);
    await world.setClock(now);
  };
  beforeAll(async () => {
    for (const tool of tools) await tool.start();
    world = await World.create({
      clock: START,
      files: { 'presentinfini/integrations.yaml': integrationsFor(tools, 'newsletter', 'prospecting') },
      env: { ASSENT_ALLOW_PRIVATE_NETWORKS: '1' },
    });
    const { items } = (await world.get(tenant, '/v1/integrations')).json<{
      items: { kind: string; hook: string | null }[];
    }>();
    for (const { kind, hook } of items) if (hook !== null) hooks.set(kind, hook);
    const link = { subject: { email: 'ada@example.org' }, purpose: 'newsletter', channel: 'email' };
    base = new URL(String((await world.done(tenant, '/v1/links', link))['unsubscribe'])).origin;
    for (const tool of speaking) tool.hookTo(urlOf(tool));
  }, 300_000);
  afterAll(async () => {
    await world?.end();
    for (const tool of tools) await tool.stop();
  }, 60_000);

  const pathOf = ({ kind }: StandIn): string => hooks.get(kind) ?? '/hooks/none';
  const urlOf = (tool: StandIn): string => base + pathOf(tool);
  const happening = (tool: StandIn, address: string, more: object = {}) => ({
    ...{ what: 'left' as const, address, at: Date.now(), id: randomUUID() },
    ...(tool.targets[0] !== undefined && { target: tool.targets[0] }),
    ...more,
  });
  const post = (tool: StandIn, address: string, more: object = {}) => {
    const made = tool.hook(happening(tool, address, more), urlOf(tool));
    if (made === undefined) throw new Error(`${tool.kind} posts nothing of the kind`);
    return world.call('POST', pathOf(tool), made);
  };
  const ask = (email: string, purpose = 'newsletter') =>
    world.done(tenant, '/v1/eligibility', { subject: { email }, purpose, channel: 'email' });
  const objections = async (email: string) =>
    (await world.post(tenant, '/v1/objections/find', { subject: { email } })).json<{
      items: { purpose: string; channel: string; source: string }[];
    }>().items;

  /** Somebody who agreed to both purposes, known to every tool. */
  async function reader(): Promise<string> {
    const email = `${randomUUID()}@example.org`;
    for (const purpose of ['newsletter', 'prospecting']) {
      await world.done(tenant, '/v1/consents', {
        ...{ subject: { email }, purpose, decision: 'given', notice: `${purpose}@1` },
        evidence: { method: 'form', confirmedAt: now },
      });
    }
    for (const tool of tools) if (tool.kind !== 'plivo') tool.seed(email);
    await pass('PT10S');
    return email;
  }
  const stillMailing = (email: string) =>
    tools.filter((tool) => tool.kind !== 'plivo' && tool.mails(email)).map(({ kind }) => kind);
  const heard = async (outcome: string): Promise<number> =>
    [...(await world.metrics()).matchAll(/^assent_hook_events_total\{(.*)\} (\d+)$/gm)]
      .filter(([, labels]) => labels?.includes(`outcome="${outcome}"`))
      .reduce((sum, [, , count]) => sum + Number(count), 0);

  it('finds a door for every tool that has webhooks, and for no other', () =>
    expect([...hooks.keys()].sort()).toEqual(speaking.map(({ kind }) => kind).sort()));

  it.each(byMail.map((tool) => [tool.kind, tool] as const))(
    'is refused everywhere after leaving at %s, and the other tools are told and seen to obey',
    async (kind, tool) => {
      const email = await reader();
      expect((await ask(email))['code']).toBe('allowed');
      expect((await post(tool, email, { target: undefined })).status).toBe(200);
      await pass('PT10S');
      for (const wait of ['PT1M', 'PT15M']) await pass(wait);
      expect((await ask(email))['code']).toBe('objection-in-force');
      const [entry, ...more] = await objections(email);
      expect(more).toEqual([]);
      expect(entry).toMatchObject({ channel: 'email', source: 'integration' });
      if (entry?.purpose === '*') expect([kind, stillMailing(email)]).toEqual([kind, []]);
      expect(await pageOf(email)).toMatch(/arrêté, vu le/);
    },
    60_000,
  );

  it('is refused by name where the tool says which list, and nowhere else', async () => {
    const email = await reader();
    await post(toolNamed('sendgrid'), email);
    await pass('PT1M');
    expect(await objections(email)).toMatchObject([{ purpose: 'newsletter', channel: 'email' }]);
    expect((await ask(email, 'prospecting'))['code']).toBe('allowed');
  });

  it('is refused for everything after a complaint, and the entry says so', async () => {
    const email = await reader();
    await post(toolNamed('mailchimp'), email, { what: 'complained' });
    await pass('PT1M');
    expect(await objections(email)).toMatchObject([{ purpose: '*', channel: 'email', source: 'complaint' }]);
  });

  it('is refused by a message to a number, in any spelling of STOP', async () => {
    const phone = '+33612345678';
    expect((await post(toolNamed('plivo'), phone)).status).toBe(200);
    await pass('PT1M');
    const found = await world.post(tenant, '/v1/objections/find', { subject: { phone } });
    expect(found.json<{ items: object[] }>().items).toMatchObject([{ purpose: '*', channel: 'sms' }]);
  });

  it('is heard once, however often it is told, and our own calls are no new refusals', async () => {
    const email = await reader();
    const tool = toolNamed('customerio');
    const told = tool.hook(happening(tool, email, { target: undefined }), urlOf(tool));
    // What a tool says of our own call comes while the clock stands, as it does within seconds.
    const echoed = async () => (await Promise.all(speaking.map((one) => one.echoes()))).flat();
    for (let count = 0; count < 3; count++) {
      expect((await world.call('POST', pathOf(tool), told)).status).toBe(200);
      for (const wait of ['PT10S', 'PT25H']) {
        await pass(wait);
        expect(await echoed()).not.toContain(401);
      }
    }
    await pass('PT1M');
    const { subjectId } = await world.done(tenant, '/v1/subjects/find', { subject: { email } });
    const history = (await world.get(tenant, `/v1/subjects/${String(subjectId)}/history`)).json<{
      items: { type: string }[];
    }>();
    const recorded = history.items.filter(({ type }) => type === 'assent.opposition.objection-recorded');
    expect(recorded).toHaveLength(1);
    expect(await heard('confirmed')).toBeGreaterThan(0);
    expect(await heard('repeated')).toBeGreaterThan(1);
  }, 60_000);

  it('is still refused when the tool lets them back in: it is told again', async () => {
    const email = await reader();
    await world.done(tenant, '/v1/objections', { subject: { email }, source: 'letter' });
    for (const wait of ['PT10S', 'PT1M', 'PT15M', 'PT1H']) await pass(wait);
    const tool = toolNamed('brevo');
    tool.seed(email);
    expect(tool.mails(email)).toBe(true);
    await post(tool, email, { what: 'joined' });
    for (const wait of ['PT1M', 'PT1M']) await pass(wait);
    expect(tool.mails(email)).toBe(false);
    expect((await ask(email))['code']).toBe('objection-in-force');
    expect(await heard('drifted')).toBe(1);
  });

  it('gains nothing by an opt-in there', async () => {
    const email = `${randomUUID()}@example.org`;
    await post(toolNamed('mailchimp'), email, { what: 'joined' });
    await pass('PT1M');
    expect((await ask(email))['code']).toBe('no-consent');
    const found = await world.post(tenant, '/v1/subjects/find', { subject: { email } });
    expect(found.status).toBe(404);
  });

  it('is not refused by a bounce, but cannot be reached until the address is given anew', async () => {
    const email = await reader();
    await post(toolNamed('mandrill'), email, { what: 'bounced' });
    await pass('PT1M');
    expect((await ask(email))['code']).toBe('undeliverable');
    expect(await objections(email)).toEqual([]);
    const again = {
      addresses: [{ kind: 'email', value: email }],
      context: 'consumer',
      relationship: 'prospect',
    };
    await world.done(tenant, '/v1/subjects', again);
    expect((await ask(email))['code']).toBe('undeliverable');
    await pass('PT1M');
    await world.done(tenant, '/v1/subjects', { ...again, evidence: { method: 'form' } });
    expect((await ask(email))['code']).toBe('allowed');
  });

  it('takes a refusal along to another address', async () => {
    const email = await reader();
    await world.done(tenant, '/v1/objections', {
      subject: { email },
      purpose: 'newsletter',
      source: 'letter',
    });
    const to = `${randomUUID()}@example.net`;
    await post(toolNamed('mailchimp'), email, { what: 'moved', to });
    await pass('PT1M');
    expect((await ask(to))['code']).toBe('objection-in-force');
    expect((await ask(to, 'prospecting'))['code']).toBe('allowed');
    const [stranger, next] = [`${randomUUID()}@example.org`, `${randomUUID()}@example.net`];
    await world.done(tenant, '/v1/objections', { subject: { email: stranger }, source: 'letter' });
    await post(toolNamed('mailchimp'), stranger, { what: 'moved', to: next });
    await pass('PT1M');
    expect((await ask(next))['code']).toBe('objection-in-force');
  });

  it('is not lost when the process dies after the answer', async () => {
    const emails = Array.from({ length: 5 }, () => `${randomUUID()}@example.org`);
    const tool = toolNamed('mailjet');
    const answers = await Promise.all(emails.map((email) => post(tool, email, { target: undefined })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    await world.restart();
    // It is worked off at once, by the real time that the process starts with.
    await world.setClock(new Date(Date.now() + 1_000).toISOString());
    for (const email of emails) expect((await ask(email))['code']).toBe('objection-in-force');
  }, 60_000);

  it('is nobody by name in what is written about it', async () => {
    await world.setClock(now);
    const email = `${randomUUID()}@example.org`;
    await post(toolNamed('mailjet'), email, { target: undefined });
    await pass('PT1M');
    const texts = [world.process.lines.join('\n'), await world.metrics()];
    for (const text of texts) expect(text).not.toContain(email.split('@')[0]);
    for (const secret of hooks.values()) for (const text of texts) expect(text).not.toContain(secret);
  });

  const toolNamed = (kind: string) => tools.find((tool) => tool.kind === kind) as StandIn;
  async function pageOf(email: string): Promise<string> {
    const link = { subject: { email }, purpose: 'newsletter', channel: 'email' };
    const { preferences } = await world.done(tenant, '/v1/links', link);
    const { text } = await world.call('GET', new URL(String(preferences)).pathname, {
      headers: { accept: 'text/html' },
    });
    expect(text).not.toContain(email);
    return text;
  }

  describe('The door', () => {
    it('is there for whoever looks before posting, and does nothing then', async () => {
      for (const method of ['GET', 'HEAD']) {
        expect((await world.call(method, pathOf(toolNamed('mandrill')))).status).toBe(200);
      }
    });

    it('answers alike for a wrong tenant, a wrong integration, a wrong secret, and a tool without webhooks', async () => {
      const right = pathOf(toolNamed('mailchimp')).split('/');
      const wrong = [2, 3, 4].map((part) => right.map((text, index) => (index === part ? 'nobody' : text)));
      const answers: [number, string][] = [];
      for (const parts of [...wrong, ['', 'hooks', tenant, 'listmonk-main', 'secret']]) {
        for (const method of ['GET', 'POST']) {
          const { status, text } = await world.call(method, parts.join('/'));
          answers.push([status, text.replace(/urn:assent:request:\w+/, '')]);
        }
      }
      expect(answers).toEqual(Array.from({ length: 8 }, () => [404, answers[0]?.[1]]));
    });

    it.each(['sendgrid', 'mandrill', 'ses', 'webhook'])('is shut to what %s did not sign', async (kind) => {
      const email = await reader();
      const tool = toolNamed(kind);
      const told = tool.hook(happening(tool, email), urlOf(tool));
      const altered = { ...told, body: told?.body.replace(/example(\.|%2E)org/, 'example.net') ?? '' };
      expect((await world.call('POST', pathOf(tool), altered)).status).toBe(401);
      await pass('PT1M');
      expect((await ask(email))['code']).toBe('allowed');
      expect(await heard('forged')).toBeGreaterThan(0);
    });
  });
});
