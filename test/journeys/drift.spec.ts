import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { postedOf } from '@assent/integration-mailchimp';
import { Forgetting, NEWSLETTER, type Subscriber } from '../support/forgetting.js';
import { World } from '../support/world.js';

const { tenant } = Forgetting;
const START = '2026-06-01T08:00:00Z';
const CLI = fileURLToPath(new URL('../../../apps/cli/dist/main.js', import.meta.url));

interface Receipt {
  readonly type: string;
  readonly outcome: string;
  readonly detail: string | null;
  readonly cause: string | null;
  readonly observed: string | null;
}
interface Audit {
  readonly finishedAt: string | null;
  readonly compared: number;
  readonly looser: number;
  readonly stricter: number;
  readonly reappeared: number;
  readonly failed: number;
  readonly complete: boolean;
}

describe('A tool that does otherwise than it was told', () => {
  const all = new Forgetting(START);
  beforeAll(() => all.start(), 300_000);
  afterEach(() => expect(all.mailchimp.violations).toEqual([]));
  afterAll(() => all.end(), 60_000);

  const ask = async ({ subject }: Subscriber) =>
    (await all.world.done(tenant, '/v1/eligibility', { subject, purpose: 'newsletter', channel: 'email' }))[
      'code'
    ];
  const status = ({ email }: Subscriber) => all.mailchimp.member(NEWSLETTER, email)?.status;
  const night = async () => {
    await all.pass('PT24H');
    await all.pass('PT10S');
  };
  const receiptsOf = async ({ subjectId }: Subscriber): Promise<Receipt[]> => {
    const path = `/v1/deliveries?subject=${subjectId}&integration=mailchimp-main`;
    const { items } = (await all.world.get(tenant, path)).json<{ items: { receipts: Receipt[] }[] }>();
    return items.flatMap(({ receipts }) => receipts);
  };
  const drifts = async (who: Subscriber) =>
    (await receiptsOf(who)).filter(({ type }) => type === 'DeliveryDrifted');
  const consents = async ({ subjectId }: Subscriber): Promise<number> =>
    (await all.world.get(tenant, `/v1/subjects/${subjectId}/history`))
      .json<{ items: { type: string }[] }>()
      .items.filter(({ type }) => type === 'assent.consent.consent-given').length;
  const audit = async (): Promise<Audit> => {
    const { items } = (await all.world.get(tenant, '/v1/integrations')).json<{
      items: { id: string; audit: Audit | null }[];
    }>();
    const found = items.find(({ id }) => id === 'mailchimp-main')?.audit;
    if (found === null || found === undefined) throw new Error('it was never compared');
    return found;
  };
  const counted = async (name: string): Promise<number> =>
    [...(await all.world.metrics()).matchAll(/^(\w+)\{(.*)\} (\S+)$/gm)]
      .filter(([, metric, labels = '']) => metric === name && labels.includes('mailchimp-main'))
      .reduce((sum, [, , , count]) => sum + Number(count), 0);

  /** As when a tool is set back to an older copy: what it says of its changes leaves this out. */
  const silently = (act: () => void): void => {
    const { time } = all.mailchimp;
    all.mailchimp.time = () => 0;
    act();
    all.mailchimp.time = time;
  };

  /** Somebody who agreed, then refused everything, and was seen to be out. */
  async function stopped(): Promise<Subscriber> {
    const who = await all.subscriber();
    await all.world.done(tenant, '/v1/objections', { subject: who.subject, source: 'letter' });
    await all.pass('PT10S');
    expect([status(who), await ask(who)]).toEqual(['unsubscribed', 'objection-in-force']);
    return who;
  }

  it('without a word of it, as by an import, is found in the night, told again and seen to obey', async () => {
    const who = await stopped();
    await night();
    silently(() => {
      all.mailchimp.set(NEWSLETTER, who.email, 'archived');
      all.mailchimp.import(NEWSLETTER, [who.email]);
    });
    expect(status(who)).toBe('subscribed');
    const [given, before] = [await consents(who), await counted('assent_delivery_drifts_total')];
    await night();
    expect(status(who)).toBe('unsubscribed');
    expect((await audit()).looser).toBe(1);
    expect(await drifts(who)).toMatchObject([
      { outcome: 'looser', detail: 'found by audit', observed: 'subscribed', cause: 'unknown' },
    ]);
    expect((await receiptsOf(who)).at(-1)?.type).toBe('DeliveryVerified');
    expect(await counted('assent_delivery_drifts_total')).toBe(before + 1);
    expect([await consents(who), await ask(who)]).toEqual([given, 'objection-in-force']);
  }, 240_000);

  it('costs pages and not a call for each person, night after night', async () => {
    for (let count = 0; count < 5; count++) await stopped();
    await night();
    const before = all.mailchimp.calls.length;
    await night();
    const operations = all.mailchimp.calls.slice(before).map(({ operation }) => operation);
    // Two audiences are listed, and one is asked what has changed.
    expect(operations.sort()).toEqual(['lists', 'members', 'members', 'members']);
    const { compared, looser, failed, complete } = await audit();
    expect(compared).toBeGreaterThanOrEqual(5);
    expect({ looser, failed, complete }).toEqual({ looser: 0, failed: 0, complete: true });
  }, 240_000);

  it('and says so by its webhook is told again at once, and no more often than it says so', async () => {
    const who = await stopped();
    await night();
    const { items } = (await all.world.get(tenant, '/v1/integrations')).json<{
      items: { id: string; hook: string }[];
    }>();
    const hook = items.find(({ id }) => id === 'mailchimp-main')?.hook ?? '';
    all.mailchimp.set(NEWSLETTER, who.email, 'subscribed');
    const joined = { what: 'joined', address: who.email, at: Date.parse(all.now), id: 'x' } as const;
    const before = all.mailchimp.calls.length;
    const answer = await all.world.call('POST', hook, postedOf(NEWSLETTER, joined));
    expect(answer.status).toBe(200);
    for (let count = 0; count < 4; count++) await all.pass('PT10S');
    expect(status(who)).toBe('unsubscribed');
    expect(await drifts(who)).toMatchObject([{ outcome: 'looser', detail: 'told by the tool' }]);
    // Lists, read, written where it was open; read back.
    expect(all.mailchimp.calls.length - before).toBeLessThanOrEqual(8);
    expect([await consents(who), await ask(who)]).toEqual([1, 'objection-in-force']);
    const after = all.mailchimp.calls.length;
    await night();
    expect(all.mailchimp.calls.slice(after).every(({ operation }) => operation !== 'update')).toBe(true);
  }, 240_000);

  it('and lets somebody leave there whom nobody told us of: they are out here from the next night', async () => {
    const who = await all.subscriber();
    await all.pass('PT10S');
    expect([status(who), await ask(who)]).toEqual(['subscribed', 'allowed']);
    silently(() => all.mailchimp.leave(NEWSLETTER, who.email));
    await night();
    expect((await audit()).stricter).toBe(1);
    expect(await ask(who)).toBe('objection-in-force');
    const found = await all.world.post(tenant, '/v1/objections/find', { subject: who.subject });
    expect(found.json<{ items: object[] }>().items).toMatchObject([
      { purpose: 'newsletter', channel: 'email', source: 'integration' },
    ]);
    await night();
    expect((await audit()).stricter).toBe(0);
  }, 240_000);

  it('and gets somebody back from a file after their erasure stops them, and forgets them again', async () => {
    const who = await all.subscriber();
    const requestId = await all.erase(who.subjectId);
    await all.passReadBacks();
    expect((await all.request(requestId)).state).toBe('done');
    silently(() => all.mailchimp.import(NEWSLETTER, [who.email]));
    const before = all.mailchimp.calls.length;
    await all.pass('PT24H');
    expect((await audit()).reappeared).toBe(1);
    expect(status(who)).toBe('unsubscribed');
    await all.passReadBacks();
    expect(all.known(who.email)).toBe(false);
    const operations = all.mailchimp.calls.slice(before).map(({ operation }) => operation);
    expect(operations.indexOf('update')).toBeGreaterThanOrEqual(0);
    expect(operations.indexOf('delete-permanent')).toBeGreaterThan(operations.indexOf('update'));
    expect(await drifts(who)).toMatchObject([{ outcome: 'reappeared', cause: 'import' }]);
    expect((await receiptsOf(who)).at(-1)).toMatchObject({ type: 'DeliveryVerified', observed: 'erased' });
    expect((await all.request(requestId)).state).toBe('done');
    await night();
    expect((await audit()).reappeared).toBe(0);
  }, 240_000);

  it('is compared when an operator asks, on the command line, and shown by keys alone', async () => {
    const who = await stopped();
    all.mailchimp.set(NEWSLETTER, who.email, 'subscribed');
    const env = { PATH: process.env['PATH'], ASSENT_API_KEY: World.key(tenant) };
    const args = [CLI, 'drift', '--integration', 'mailchimp-main', '--url', all.world.url];
    const { code, text } = await new Promise<{ code: unknown; text: string }>((resolve) => {
      execFile(process.execPath, args, { env }, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, text: stdout + stderr }),
      );
    });
    expect([code, text]).toEqual([0, expect.stringMatching(/^address key +finding +seen +cause/m)]);
    expect(text).toMatch(/^[0-9a-f]{32} +looser +subscribed +unknown +told again +2026-/m);
    expect(text).toMatch(/1 looser, 0 stricter, 0 reappeared, 0 not read$/m);
    expect(text).not.toContain('@');
    await all.pass('PT10S');
    expect(status(who)).toBe('unsubscribed');
  }, 240_000);

  it('is nobody’s to compare but the tenant’s, and only where it is one', async () => {
    const path = '/v1/integrations/mailchimp-main/audit';
    expect((await all.world.post('assistool', path, {})).status).toBe(404);
    expect((await all.world.post(tenant, `/v1/integrations/${randomUUID()}/audit`, {})).status).toBe(404);
    const shown = (await all.world.get(tenant, `${path}?limit=1`)).json<Audit & { items: object[] }>();
    expect(shown).toMatchObject({ looser: 1, complete: true, items: [{ kind: 'looser', cause: 'unknown' }] });
    expect((await all.world.get(tenant, `${path}?limit=0`)).status).toBe(400);
  });
});
