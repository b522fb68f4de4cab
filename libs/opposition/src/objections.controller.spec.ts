import { doors } from './doors-spec.js';
import { listId } from '@assent/pages';
import { NOON, YEAR } from './world-spec.js';

const HOUR = 3_600_000;
const A = 'ada@example.org';
const B = 'b@example.org';
const subject = { email: A };

describe('The door of objections', () => {
  let world: Awaited<ReturnType<typeof doors>>;
  beforeEach(async () => {
    world = await doors();
  });
  afterEach(() => world?.end());

  const object = (more: object = {}, headers: Record<string, string> = {}) =>
    world.post('/v1/objections', { subject, source: 'letter', ...more }, headers);
  const find = async (who: object = subject) =>
    (await world.post('/v1/objections/find', { subject: who })).json<{
      items: unknown[];
      subjectId: string | null;
    }>();

  it('takes an objection without a reason and without any paper (S1-51, S3-21, S0-46)', async () => {
    const answer = await object();
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toEqual({
      recordedAt: new Date(NOON).toISOString(),
      eventId: world.all[0]?.id,
      subjectId: null,
      revision: 1,
    });
    expect(world.all[0]?.fact).toMatchObject({
      at: NOON,
      scope: { purpose: '*', channel: '*' },
      evidence: null,
    });
  });

  it('holds the clear address of nobody known for thirty days, so that tools can be told', async () => {
    await object();
    const [hold] = [...world.directory.holds.values()];
    expect(hold).toEqual({ address: { kind: 'email', value: A }, until: NOON + 30 * 24 * HOUR });
    await world.person('ada', [B]);
    await object({ subject: { email: B } });
    expect(world.directory.holds.size).toBe(1);
  });

  it('answers a repetition within a day with the earlier event: 200', async () => {
    const first = await object();
    const again = await object({ source: 'phone' });
    expect([again.statusCode, again.json()]).toEqual([200, first.json()]);
    expect((await object({ channel: 'email' })).statusCode).toBe(201);
  });

  it('answers a request that is repeated after a crash as at first', async () => {
    const first = await object({}, { 'x-command': 'once' });
    const again = await object({}, { 'x-command': 'once' });
    expect([again.statusCode, again.json()]).toEqual([201, first.json()]);
    expect(world.all).toHaveLength(1);
  });

  it('seals the evidence once', async () => {
    const evidence = { method: 'paper', documentRef: 'scan-1' };
    await object({ evidence });
    await object({ evidence });
    expect(world.subjects.sealed).toEqual([evidence]);
    expect(world.all[0]?.fact).toMatchObject({ evidence: { method: 'paper' } });
  });

  it('refuses an undeclared purpose, a wrong member and an unknown id, and records nothing', async () => {
    const refused = async (more: object) => {
      const answer = await object(more);
      return [answer.statusCode, answer.json<{ code?: string }>().code];
    };
    expect(await refused({ purpose: 'unheard' })).toEqual([422, 'purpose-unknown']);
    expect(await refused({ occurredAt: '2026-06-01T12:06:00Z' })).toEqual([422, 'occurred-in-future']);
    expect(await refused({ subject: { id: 'sub_x' } })).toEqual([404, 'subject-unknown']);
    for (const wrong of [{ channel: 'fax' }, { source: 'rumour' }, { subject: {} }]) {
      expect((await object(wrong)).statusCode).toBe(400);
    }
    expect(world.all).toEqual([]);
  });

  it('lists what is in force, each scope once, with its end (S0-63)', async () => {
    await world.person('ada', [A, B]);
    await object({ occurredAt: '2026-01-01T00:00:00Z' });
    await object();
    await object({ purpose: 'newsletter', channel: 'email' });
    await world.settle();
    const { items, subjectId } = await find({ email: B });
    expect(subjectId).toBe('ada');
    const until = new Date(NOON + 3 * YEAR).toISOString();
    const since = new Date(NOON).toISOString();
    expect(items).toHaveLength(2);
    expect(items).toEqual(
      expect.arrayContaining([
        {
          eventId: expect.any(String) as unknown,
          purpose: '*',
          channel: '*',
          since,
          until,
          source: 'letter',
          except: [],
        },
        expect.objectContaining({ purpose: 'newsletter', channel: 'email', since, until }),
      ]),
    );
    world.clock.set(NOON + 3 * YEAR);
    expect((await find()).items).toEqual([]);
    expect(await find({ email: 'nobody@example.org' })).toEqual({ subjectId: null, items: [] });
  });

  it('takes no reason, so that no entry can say "unpaid" (S0-11)', async () => {
    const answer = await object({ reason: 'unpaid' });
    expect([answer.statusCode, world.all]).toEqual([400, []]);
  });

  it('stops marketing only: service messages of an opposed person have no link to stop them (S2-14)', async () => {
    await object();
    const answer = await world.post('/v1/links', { subject, purpose: 'customer', channel: 'email' });
    expect([answer.statusCode, answer.body]).toEqual([
      400,
      expect.stringContaining('only marketing') as unknown,
    ]);
  });

  describe('for lifting', () => {
    const lift = (eventId: string, more: object = {}) =>
      world.post('/v1/objections/lift', {
        subject,
        purpose: 'newsletter',
        channel: 'email',
        proof: { eventId },
        ...more,
      });
    const codeOf = async (answer: ReturnType<typeof lift>) => {
      const { statusCode, json } = await answer;
      return [statusCode, (json as () => { code?: string })().code];
    };
    beforeEach(async () => {
      await world.person('ada', [A, B]);
      await object();
      await world.settle();
    });

    it('wants an opt-in of this person, by an own act, for this purpose', async () => {
      expect(await codeOf(lift(world.all[0]?.id ?? ''))).toEqual([409, 'proof-missing']);
      const imported = { id: 'e', digest: 'd', method: 'import', confirmedAt: null } as const;
      const { id } = await world.consent('ada', NOON + HOUR, { evidence: imported });
      expect(await codeOf(lift(id))).toEqual([409, 'proof-missing']);
      const other = await world.consent('ada', NOON + HOUR, { purpose: 'newsletter.weekly' });
      expect(await codeOf(lift(other.id))).toEqual([409, 'proof-missing']);
      const foreign = await world.consent('eve', NOON + HOUR);
      expect(await codeOf(lift(foreign.id))).toEqual([409, 'proof-missing']);
      expect(await codeOf(lift(foreign.id, { purpose: '*' }))).toEqual([409, 'proof-missing']);
    });

    it('wants it to be newer than the objection', async () => {
      const { id } = await world.consent('ada', NOON);
      expect(await codeOf(lift(id))).toEqual([409, 'proof-older-than-objection']);
    });

    it('opens the one purpose on every address before it answers (K15)', async () => {
      const { id } = await world.consent('ada', NOON + HOUR);
      const answer = await lift(id, { channel: '*' });
      expect(answer.statusCode).toBe(200);
      for (const address of [A, B]) {
        expect((await world.state(address)).entries).toMatchObject([
          { scope: { purpose: '*' }, except: [{ purpose: 'newsletter', channel: 'email', proof: id }] },
        ]);
      }
      const again = await lift(id);
      expect([again.statusCode, again.json<{ eventId: string }>().eventId]).toEqual([
        200,
        world.all.find(({ fact }) => fact.type === 'ObjectionLifted')?.id,
      ]);
    });
  });
});

describe('The links of a mail', () => {
  let world: Awaited<ReturnType<typeof doors>>;
  beforeEach(async () => {
    world = await doors();
  });
  afterEach(() => world?.end());
  const links = (body: object) => world.post('/v1/links', { channel: 'email', ...body });

  it('come with the headers that one-click needs (RFC 8058, RFC 2919)', async () => {
    const answer = await links({ subject, purpose: 'newsletter.weekly', campaign: 'spring' });
    expect(answer.statusCode).toBe(200);
    const { unsubscribe, headers } = answer.json<{ unsubscribe: string; headers: object }>();
    expect(unsubscribe).toMatch(/^https:\/\/consent\.example\.org\/u\/[\w.-]+$/);
    expect(headers).toEqual({
      'List-Unsubscribe': `<${unsubscribe}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'List-Id': '<newsletter.weekly.presentinfini.commentgerer.com>',
    });
    expect(world.all).toEqual([]);
  });

  it('are for an address, or for a person who has one', async () => {
    await world.person('ada', [A]);
    await world.person('bob', []);
    expect((await links({ subject: { id: 'ada' }, purpose: 'newsletter' })).statusCode).toBe(200);
    const none = await links({ subject: { id: 'bob' }, purpose: 'newsletter' });
    expect([none.statusCode, none.json<{ code: string }>().code]).toEqual([409, 'undeliverable']);
    const nobody = await links({ subject: { id: 'eve' }, purpose: 'newsletter' });
    expect([nobody.statusCode, nobody.json<{ code: string }>().code]).toEqual([404, 'subject-unknown']);
    expect((await links({ subject, purpose: 'unheard' })).statusCode).toBe(422);
    expect((await links({ subject, purpose: 'newsletter', channel: 'sms' })).statusCode).toBe(400);
  });

  it('name the list in a form that every mail program takes', () => {
    expect(listId('newsletter.Été à Paris', 'site', 'localhost')).toBe(
      '<newsletter.ete-a-paris.site.localhost>',
    );
    expect(listId('offers', 'site', '127.0.0.1')).toBe('<offers.site.localhost>');
    const long = listId(`newsletter.${'x'.repeat(190)}`, 't'.repeat(60), `${'d'.repeat(60)}.example.org`);
    expect(long.length).toBeLessThanOrEqual(255);
    expect(long).toMatch(/^<[a-z0-9-]+(\.[a-z0-9-]+)*>$/);
  });
});
