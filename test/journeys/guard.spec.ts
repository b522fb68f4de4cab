import { randomUUID } from 'node:crypto';
import { everyTool, type StandIn } from '@assent/fakes';
import { after } from '../support/local.js';
import { World } from '../support/world.js';

const tenant = 'assistool';
/** Before the real time, by which tools sign. */
const START = new Date(Date.now() - 30 * 24 * 3_600_000).toISOString();
const plivo = everyTool().find(({ kind }) => kind === 'plivo') as StandIn;

interface Delivery {
  readonly id: string;
  readonly state: string;
  readonly receipts: readonly { readonly type: string }[];
  readonly refusedAtSend: {
    readonly times: number;
    readonly lastAt: string;
    readonly lastCode: string;
  } | null;
}

describe('A tool that keeps no opt-outs', () => {
  let world: World;
  let now = START;
  let hook = '';
  const pass = async (duration: string): Promise<void> => {
    now = after(now, duration);
    await world.setClock(now);
  };
  beforeAll(async () => {
    await plivo.start();
    const entry = { ...plivo.entry('', ''), purposes: { marketing: { sender: '36180' } } };
    world = await World.create({
      clock: START,
      files: { 'assistool/integrations.yaml': `integrations:\n  - ${JSON.stringify(entry)}\n` },
      env: { ASSENT_ALLOW_PRIVATE_NETWORKS: '1' },
    });
    const { items } = (await world.get(tenant, '/v1/integrations')).json<{ items: { hook: string }[] }>();
    hook = items[0]?.hook ?? '';
  }, 60_000);
  afterAll(async () => {
    await world?.end();
    await plivo.stop();
  });

  const asked = (phone: string, more: object = {}) => ({
    ...{ subject: { phone }, purpose: 'marketing', channel: 'sms', integration: 'plivo-main' },
    ...{ campaign: 'spring', messageId: randomUUID(), ...more },
  });
  const check = async (phone: string, more: object = {}, headers: Record<string, string> = {}) =>
    (await world.post(tenant, '/v1/send-checks', asked(phone, more), headers)).json();
  const stop = async (phone: string) => {
    const happening = { what: 'left', address: phone, target: '36180', at: Date.now(), id: randomUUID() };
    // Signed is the address that it is posted to.
    const link = { subject: { phone }, purpose: 'marketing', channel: 'email' };
    const { unsubscribe } = await world.done(tenant, '/v1/links', link);
    const posted = plivo.hook(happening as never, new URL(String(unsubscribe)).origin + hook);
    expect((await world.call('POST', hook, posted)).status).toBe(200);
    await pass('PT10S');
  };
  const deliveries = async (subjectId: string) =>
    (await world.get(tenant, `/v1/deliveries?integration=plivo-main&subject=${subjectId}`)).json<{
      items: Delivery[];
    }>().items;

  /** Somebody with a number and a mail address who agreed to be written to. */
  async function reader() {
    const email = `${randomUUID()}@example.org`;
    const phone = `+336${String(parseInt(randomUUID().slice(0, 7), 16) % 1e8).padStart(8, '0')}`;
    const addresses = [
      { kind: 'email', value: email },
      { kind: 'phone', value: phone },
    ];
    const { subjectId } = await world.done(tenant, '/v1/subjects', { addresses });
    await world.done(tenant, '/v1/consents', {
      ...{ subject: { phone }, purpose: 'marketing', channels: ['sms'], decision: 'given' },
      ...{ notice: 'marketing@1', evidence: { method: 'form' } },
    });
    return { email, phone, subjectId: String(subjectId) };
  }

  it('is asked before each message, and hears no as soon as the person wrote STOP', async () => {
    const { phone } = await reader();
    expect(await check(phone)).toMatchObject({ allowed: true, code: 'allowed', basis: 'consent' });
    await stop(phone);
    const refused = await check(phone);
    expect(refused).toMatchObject({ allowed: false, code: 'objection-in-force' });
    expect(refused['eventId']).toEqual(expect.any(String));
    const question = { subject: { phone }, purpose: 'marketing', channel: 'sms' };
    const { code, reasons, policy } = await world.done(tenant, '/v1/eligibility', question);
    expect(refused).toMatchObject({ code, reasons, policy });
  });

  it('has what it refused shown, to operators and to the person, without a clear address', async () => {
    const { phone, email, subjectId } = await reader();
    await stop(phone);
    await check(phone, { messageId: 'spring-1' });
    await check(phone, { messageId: 'spring-1' });
    await pass('PT48H');
    await check(phone, { messageId: 'spring-2' });
    const [delivery, ...more] = (await deliveries(subjectId)).filter(({ refusedAtSend }) => refusedAtSend);
    expect(more).toEqual([]);
    expect(delivery).toMatchObject({
      state: 'enforced-at-send',
      refusedAtSend: { times: 2, lastAt: new Date(now).toISOString(), lastCode: 'objection-in-force' },
    });
    expect(delivery?.receipts.map(({ type }) => type)).toContain('DeliveryEnforcedAtSend');
    const picture = (await world.get(tenant, `/v1/subjects/${subjectId}/preferences`)).json<{
      integrations: { refusedAtSend: object | null }[];
    }>();
    expect(picture.integrations.map(({ refusedAtSend }) => refusedAtSend)).toContainEqual(
      expect.objectContaining({ times: 2 }),
    );
    const link = { subject: { email }, purpose: 'marketing', channel: 'email' };
    const { preferences } = await world.done(tenant, '/v1/links', link);
    const { text } = await world.call('GET', new URL(String(preferences)).pathname, {
      headers: { accept: 'text/html' },
    });
    expect(text).toMatch(
      /arrêté\s: vérifié auprès de nous avant chaque message\s; messages retenus\s: 2, le dernier/,
    );
    const metrics = await world.metrics();
    expect(metrics).toMatch(
      /^assent_send_refusals_total\{tenant="assistool",integration="plivo-main",code="objection-in-force"\} \d+$/m,
    );
    for (const written of [text, metrics, world.process.lines.join('\n')]) {
      expect(written).not.toContain(phone.slice(4));
      expect(written).not.toContain(email.split('@')[0]);
    }
  });

  it('remembers over a crash what it refused, and what not to count again', async () => {
    const { phone, subjectId } = await reader();
    await stop(phone);
    const first = await check(phone, { messageId: 'may-1' });
    await world.restart();
    await world.setClock(now);
    expect((await check(phone, { messageId: 'may-1' }))['eventId']).toBe(first['eventId']);
    expect((await deliveries(subjectId)).map(({ refusedAtSend }) => refusedAtSend?.times)).toContain(1);
  }, 60_000);

  it('is never told the yes of before: a question is answered as of now, whatever its idempotency key', async () => {
    const { phone } = await reader();
    const [messageId, key] = ['m', { 'idempotency-key': randomUUID() }];
    expect(await check(phone, { messageId }, key)).toMatchObject({ allowed: true });
    await stop(phone);
    expect(await check(phone, { messageId }, key)).toMatchObject({ allowed: false });
  });

  it('does not hold a permit against the message that it was given for', async () => {
    const { phone } = await reader();
    const solicitation = { subject: { phone }, solicitationId: randomUUID(), campaign: 'spring' };
    const permit = async () =>
      (
        await world.done(tenant, '/v1/solicitations', {
          ...{ ...solicitation, purpose: 'marketing', channel: 'sms', mode: 'permit' },
        })
      )['permit'];
    const given = await permit();
    expect(await check(phone, { permit: given })).toMatchObject({ allowed: true, code: 'allowed' });
    const other = await reader();
    expect(await check(other.phone, { permit: given })).toMatchObject({
      ...{ allowed: false, code: 'permit-of-another-message' },
    });
    await pass('PT15M');
    expect(await check(phone, { permit: given })).toMatchObject({ allowed: false, code: 'permit-expired' });
    const next = await permit();
    await stop(phone);
    expect(await check(phone, { permit: next })).toMatchObject({ code: 'objection-in-force' });
  });

  it('is refused for whoever is not known, and asked in vain for a tool that the tenant has not', async () => {
    expect(await check('+33698765432')).toMatchObject({ allowed: false, code: 'no-consent' });
    const other = await world.post(tenant, '/v1/send-checks', asked('+33698765432', { integration: 'none' }));
    expect([other.status, other.json()['code']]).toEqual([422, 'integration-unknown']);
    const stranger = await world.post('publisher', '/v1/send-checks', asked('+33698765432'));
    expect([stranger.status, stranger.json()['code']]).toEqual([422, 'integration-unknown']);
  });
});
