import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { FakeMailchimp } from '@assent/integration-mailchimp';
import { after } from '../support/local.js';
import { World } from '../support/world.js';

const tenant = 'presentinfini';
const EARLIER = 200;
const [NEWS, OFFERS] = ['news1', 'offers1'];

interface Shown {
  readonly id: string;
  readonly stage: string;
  readonly backfill: {
    readonly done: number;
    readonly pending: number;
    readonly total: number;
    readonly exceptionCount: number;
    readonly exceptions: readonly { readonly delivery: string; readonly detail: string }[];
    readonly accepted: Readonly<Record<string, unknown>> | null;
  } | null;
}

describe('A tool that is added when many have refused already', () => {
  const mailchimp = new FakeMailchimp(NEWS, OFFERS);
  const refusers = Array.from({ length: EARLIER }, () => `${randomUUID()}@example.org`);
  const reader = `${randomUUID()}@example.org`;
  let world: World;
  /** The real time: a process that is started again begins with it. */
  let now = new Date().toISOString();

  const integrations = (list: string): string =>
    `integrations:\n  - ${JSON.stringify({
      ...{ id: 'mailchimp-main', kind: 'mailchimp', role: 'marketing', purposes: { newsletter: { list } } },
      ...{ apiKey: mailchimp.apiKey, baseUrl: mailchimp.url },
    })}\n`;
  const pass = async (duration: string): Promise<void> => {
    now = after(now, duration);
    await world.setClock(now);
  };
  const restart = async (): Promise<void> => {
    await world.restart();
    await world.setClock(now);
  };
  const shown = async (): Promise<Shown> => {
    const { items } = (await world.get(tenant, '/v1/integrations')).json<{ items: Shown[] }>();
    const found = items.find(({ id }) => id === 'mailchimp-main');
    if (found === undefined) throw new Error('there is no such integration');
    return found;
  };
  const optIn = () =>
    world.done(tenant, '/v1/consents', {
      ...{ subject: { email: reader }, purpose: 'newsletter', decision: 'given', notice: 'newsletter@1' },
      evidence: { method: 'form', confirmedAt: now },
    });
  const status = (email: string, list = NEWS) => mailchimp.member(list, email)?.status;

  beforeAll(async () => {
    await mailchimp.start();
    world = await World.create({
      clock: now,
      files: { 'presentinfini/integrations.yaml': 'integrations: []\n' },
      env: { ASSENT_ALLOW_PRIVATE_NETWORKS: '1' },
    });
    await Promise.all(
      refusers.map((email) => world.done(tenant, '/v1/objections', { subject: { email }, source: 'letter' })),
    );
    for (const email of refusers) for (const list of [NEWS, OFFERS]) mailchimp.seed(list, email);
  }, 240_000);
  afterEach(() => expect(mailchimp.violations).toEqual([]));
  afterAll(async () => {
    await world?.end();
    await mailchimp.stop();
  });

  it('is connecting until each of them is proven there, also over a restart, and gets no opt-in', async () => {
    mailchimp.fail({ status: 503, operation: 'update' });
    world.rewrite('presentinfini/integrations.yaml', integrations(NEWS));
    await restart();
    await optIn();
    await pass('PT10S');
    expect(await shown()).toMatchObject({
      ...{ stage: 'connecting', backfill: { done: 0, pending: EARLIER, total: EARLIER, exceptionCount: 0 } },
    });
    expect(status(reader)).toBeUndefined();
    await restart();
    expect((await shown()).stage).toBe('connecting');

    mailchimp.clearFaults();
    for (let count = 0; count < 3; count++) await pass('PT1H');
    // What the killed process was about to do is free again when its lease ends, by real time.
    while ((await shown()).stage !== 'active') await sleep(100);
    expect(refusers.filter((email) => status(email) !== 'unsubscribed')).toEqual([]);
    expect(await shown()).toMatchObject({ stage: 'active', backfill: null });
    await pass('PT10S');
    expect(status(reader)).toBe('subscribed');
  }, 240_000);

  it('stays active when a later stop has to wait', async () => {
    mailchimp.fail({ status: 503, operation: 'update' });
    const late = `${randomUUID()}@example.org`;
    mailchimp.seed(NEWS, late);
    await world.done(tenant, '/v1/objections', { subject: { email: late }, source: 'letter' });
    await pass('PT10S');
    expect(await shown()).toMatchObject({ stage: 'active', backfill: null });
    mailchimp.clearFaults();
    for (let count = 0; count < 2; count++) await pass('PT1H');
    expect(status(late)).toBe('unsubscribed');
  }, 240_000);

  it('is told everybody again when its targets change, and an operator may answer for who is not taken', async () => {
    for (const email of refusers) mailchimp.set(OFFERS, email, 'subscribed');
    mailchimp.fail({ status: 400, operation: 'update' });
    world.rewrite('presentinfini/integrations.yaml', integrations(OFFERS));
    await restart();
    for (let count = 0; count < 3; count++) await pass('PT10S');
    const { stage, backfill } = await shown();
    expect([stage, backfill?.exceptionCount]).toEqual(['connecting', backfill?.total]);
    expect(backfill?.total).toBeGreaterThanOrEqual(EARLIER);
    expect(backfill?.exceptions[0]?.detail).toMatch(/^data/);

    const accept = { operator: 'A. Operator', reason: 'all are removed by hand' };
    const path = '/v1/integrations/mailchimp-main/accept';
    expect((await world.post(tenant, path, { operator: ' ' })).status).toBe(400);
    const answer = await world.post(tenant, path, accept);
    expect([answer.status, answer.json()]).toEqual([201, expect.objectContaining({ stage: 'active' })]);
    expect((await world.post(tenant, path, accept)).status).toBe(200);
    const { items } = (await world.get(tenant, '/v1/deliveries?state=failed&limit=10')).json<{
      items: { id: string; receipts: { type: string; detail: string }[] }[];
    }>();
    expect(items).toHaveLength(10);
    for (const { receipts } of items)
      expect(receipts.at(-1)).toMatchObject({
        ...{ type: 'DeliveryExcused', detail: expect.stringMatching(/^acc_/) as string },
      });
    mailchimp.clearFaults();
    // What nobody took is tried again all the same.
    for (let count = 0; count < 2; count++) await pass('PT25H');
    expect(refusers.filter((email) => status(email, OFFERS) !== 'unsubscribed')).toEqual([]);
  }, 240_000);
});
