import { randomUUID } from 'node:crypto';
import { linkIn, mailsOf } from '../support/mails.js';
import { World } from '../support/world.js';

const tenant = 'presentinfini';
const LIST = 'newsletter.x';
const SIGN_UP = '2026-06-01T10:00:00+02:00';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const BROWSER = { accept: 'text/html', 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/156' };

describe('A newsletter with double opt-in', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.create({ clock: SIGN_UP });
  });
  beforeEach(() => world.setClock(SIGN_UP));
  afterAll(() => world?.end());

  const someone = () => `${randomUUID()}@example.org`;
  const ask = async (email: string, purpose = LIST, at?: string) =>
    (
      await world.done(tenant, '/v1/eligibility', {
        ...{ subject: { email }, purpose, channel: 'email' },
        ...(at !== undefined && { at }),
      })
    )['code'];
  const signUp = (email: string, purpose = LIST, more: object = {}) =>
    world.post(tenant, '/v1/subscriptions', {
      ...{ subject: { email }, purpose, notice: 'newsletter@1', locale: 'en', evidence: { method: 'form' } },
      ...more,
    });
  /** The mail has been sent when the clock answers: it runs what is due first. */
  const settled = (now = SIGN_UP) => world.setClock(now);
  const mailTo = async (email: string) => {
    await settled();
    const [mail] = await mailsOf(world, email);
    if (mail === undefined) throw new Error('no mail came');
    return mail;
  };
  const subscribed = async (purpose = LIST) => {
    const email = someone();
    await signUp(email, purpose);
    const link = linkIn(await mailTo(email), 'c');
    expect((await world.call('POST', link)).status).toBe(200);
    return { email, link };
  };
  const history = async (email: string) => {
    const { subjectId } = await world.done(tenant, '/v1/subjects/find', { subject: { email } });
    return (await world.get(tenant, `/v1/subjects/${String(subjectId)}/history`)).json<{
      items: { type: string; evidence: Record<string, unknown> | null; verdict?: string }[];
    }>().items;
  };

  it('G-13 S2-04 opens nothing before the person confirms', async () => {
    const email = someone();
    const answer = await signUp(email);
    expect(answer.status).toBe(202);
    expect(answer.json()).toMatchObject({ status: 'pending', recordedAt: '2026-06-01T08:00:00.000Z' });
    expect(await ask(email)).toBe('confirmation-pending');
    expect(await ask(email, LIST, '2026-06-02T10:00:00+02:00')).toBe('confirmation-pending');
    await settled('2026-06-08T09:59:59+02:00');
    expect(await ask(email)).toBe('confirmation-pending');
    await settled('2026-06-08T10:00:00+02:00');
    expect(await ask(email)).toBe('no-consent');
    expect((await history(email)).map(({ type }) => type)).toContain('assent.newsletter.subscription-lapsed');
  });

  it('opens the list when the person presses the button, and every time after', async () => {
    const { email, link } = await subscribed();
    expect(await ask(email)).toBe('allowed');
    expect((await world.call('POST', link)).status).toBe(200);
    expect((await world.call('POST', link, { headers: BROWSER })).status).toBe(200);
    const confirmed = (await history(email)).filter(({ type }) => type.endsWith('subscription-confirmed'));
    expect(confirmed).toHaveLength(1);
  });

  it('G-14 S2-04 lets a hundred fetches confirm nothing and spend no link', async () => {
    const email = someone();
    await signUp(email);
    const link = linkIn(await mailTo(email), 'c');
    const before = (await history(email)).length;
    for (let count = 0; count < 50; count++) {
      for (const method of ['GET', 'HEAD']) {
        const answer = await world.call(method, link, { headers: { 'user-agent': 'SafeLinks scan' } });
        expect(answer.status).toBe(200);
      }
    }
    expect(await ask(email, LIST, '2026-06-02T10:00:00+02:00')).toBe('confirmation-pending');
    expect(await history(email)).toHaveLength(before);
    expect((await world.call('POST', link, { headers: BROWSER })).status).toBe(200);
    expect(await ask(email)).toBe('allowed');
  });

  it('G-15 S2-04 confirms each list by itself', async () => {
    const { email } = await subscribed();
    await signUp(email, 'newsletter.y');
    expect(await ask(email, 'newsletter.y')).toBe('confirmation-pending');
    expect(await ask(email)).toBe('allowed');
    expect(await ask(email, 'newsletter')).toBe('no-consent');
  });

  it('G-26 G-27 has no end before an unsubscribe, which covers that list only', async () => {
    const s0 = 'assistanceweb';
    const email = someone();
    await world.setClock('2020-01-15T10:00:00+01:00');
    await world.done(s0, '/v1/subscriptions', {
      ...{ subject: { email }, purpose: 'newsletter', notice: 'newsletter@1', evidence: { method: 'form' } },
    });
    await world.setClock('2020-01-15T10:00:00+01:00');
    const [mail] = await mailsOf(world, email);
    await world.call('POST', linkIn(mail!, 'c'));
    const question = { subject: { email }, purpose: 'newsletter', channel: 'email' };
    await world.setClock('2026-06-01T10:00:00+02:00');
    expect(await world.done(s0, '/v1/eligibility', question)).toMatchObject({ code: 'allowed' });
    await world.done(s0, '/v1/consents', {
      ...{ subject: { email }, purpose: 'solicitation', channels: ['email'], decision: 'given' },
      ...{ notice: 'solicitation@1', evidence: { method: 'form' }, occurredAt: '2026-01-05T10:00:00+01:00' },
    });
    await world.setClock('2026-06-02T10:00:00+02:00');
    await world.call('POST', linkIn(mail!, 'u'), { body: 'List-Unsubscribe=One-Click', headers: FORM });
    expect(await world.done(s0, '/v1/eligibility', question)).toMatchObject({ code: 'objection-in-force' });
    await world.setClock('2026-06-02T10:00:01+02:00');
    const other = { ...question, purpose: 'solicitation' };
    expect(await world.done(s0, '/v1/eligibility', other)).toMatchObject({ code: 'allowed' });
  });

  it('sends one mail for forty sign-ups of one address, at once and one by one', async () => {
    const email = someone();
    await Promise.all(Array.from({ length: 20 }, () => signUp(email)));
    for (let count = 0; count < 20; count++) expect((await signUp(email)).status).toBe(202);
    await settled();
    expect(await mailsOf(world, email)).toHaveLength(1);
    await settled('2026-06-02T10:00:00+02:00');
    await signUp(email);
    await settled('2026-06-02T10:00:00+02:00');
    expect(await mailsOf(world, email)).toHaveLength(2);
  });

  it('sends three mails a day to one address at most', async () => {
    const email = someone();
    for (const list of ['a', 'b', 'c', 'd']) await signUp(email, `newsletter.${list}`);
    await settled();
    expect(await mailsOf(world, email)).toHaveLength(3);
  });

  it('is over with its link: 410, and a way to a new mail', async () => {
    const email = someone();
    await signUp(email);
    const link = linkIn(await mailTo(email), 'c');
    await settled('2026-06-08T10:00:00+02:00');
    const late = await world.call('POST', link, { headers: BROWSER });
    expect(late.status).toBe(410);
    expect(late.text).toContain(`action="${link}/again"`);
    expect((await world.call('POST', link)).status).toBe(410);
    expect(await ask(email)).toBe('no-consent');
    expect((await world.call('POST', `${link}/again`, { headers: BROWSER })).status).toBe(200);
    await settled('2026-06-08T10:00:00+02:00');
    const mails = await mailsOf(world, email);
    expect(mails).toHaveLength(2);
    expect((await world.call('POST', linkIn(mails[1]!, 'c'))).status).toBe(200);
    expect(await ask(email)).toBe('allowed');
  });

  it('is cancelled by the one click of its own mail', async () => {
    const email = someone();
    await signUp(email);
    const mail = await mailTo(email);
    const header = (name: string) => mail.headers.filter(({ key }) => key === name).map(({ value }) => value);
    const [unsubscribe] = header('list-unsubscribe');
    expect(header('list-unsubscribe-post')).toEqual(['List-Unsubscribe=One-Click']);
    expect(header('list-id')).toHaveLength(1);
    const click = { body: 'List-Unsubscribe=One-Click', headers: FORM };
    expect((await world.call('POST', new URL(unsubscribe!.slice(1, -1)).pathname, click)).status).toBe(200);
    expect((await world.call('POST', linkIn(mail, 'c'))).status).toBe(410);
    expect(await ask(email)).toBe('objection-in-force');
  });

  it('K14 does not open what was refused between the two steps', async () => {
    const email = someone();
    await signUp(email);
    const link = linkIn(await mailTo(email), 'c');
    await world.done(tenant, '/v1/objections', { subject: { email }, source: 'letter' });
    expect((await world.call('POST', link)).status).toBe(410);
    expect(await ask(email)).toBe('objection-in-force');
  });

  it('K15 opens that one list after an older objection to everything, and no other', async () => {
    const email = someone();
    await world.setClock('2026-05-20T10:00:00+02:00');
    await world.done(tenant, '/v1/objections', { subject: { email }, source: 'letter' });
    await world.setClock(SIGN_UP);
    await signUp(email);
    expect(await ask(email)).toBe('objection-in-force');
    await world.call('POST', linkIn(await mailTo(email), 'c'));
    expect(await ask(email)).toBe('allowed');
    await settled();
    expect(await ask(email)).toBe('allowed');
    expect(await ask(email, 'newsletter.y')).toBe('objection-in-force');
    expect(await ask(email, 'prospecting')).toBe('objection-in-force');
  });

  it('ends by an objection, an end, a withdrawal; an undo gives it back', async () => {
    const ended = await subscribed();
    const end = { subject: { email: ended.email }, purpose: LIST };
    expect((await world.post(tenant, '/v1/subscriptions/end', end)).status).toBe(201);
    expect(await ask(ended.email)).toBe('objection-in-force');
    expect((await world.post(tenant, '/v1/subscriptions/end', end)).status).toBe(200);

    const withdrew = await subscribed();
    await world.setClock('2026-06-01T11:00:00+02:00');
    await world.done(tenant, '/v1/consents', {
      ...{ subject: { email: withdrew.email }, purpose: LIST, channels: ['email'], decision: 'withdrawn' },
    });
    expect(await ask(withdrew.email)).toBe('consent-withdrawn');
    await settled('2026-06-01T11:00:00+02:00');
    expect((await history(withdrew.email)).map(({ type }) => type)).toContain(
      'assent.newsletter.subscription-ended',
    );

    await world.setClock(SIGN_UP);
    const undone = await subscribed();
    const { unsubscribe } = await world.done(tenant, '/v1/links', {
      ...{ subject: { email: undone.email }, purpose: LIST, channel: 'email' },
    });
    const click = new URL(String(unsubscribe)).pathname;
    await world.setClock('2026-06-01T11:00:00+02:00');
    await world.call('POST', click);
    expect(await ask(undone.email)).toBe('objection-in-force');
    await settled('2026-06-01T11:00:00+02:00');
    expect((await world.call('POST', `${click}/undo`)).status).toBe(200);
    expect(await ask(undone.email)).toBe('allowed');
    await settled('2026-06-01T11:00:00+02:00');
    expect(await ask(undone.email)).toBe('allowed');
  });

  it('keeps the evidence of both steps and of every fetch in between', async () => {
    const email = someone();
    await signUp(email, LIST, {
      evidence: { method: 'form', ip: '203.0.113.7', formUrl: 'https://example.org/f' },
    });
    const link = linkIn(await mailTo(email), 'c');
    await world.call('GET', link, { headers: { 'user-agent': 'link-scanner/1.0' } });
    await world.call('GET', link, { headers: BROWSER });
    await world.call('POST', link, { headers: { accept: '*/*', 'user-agent': 'curl/8' } });
    const items = await history(email);
    const step = (type: string) =>
      items.find((item) => item.type === `assent.newsletter.subscription-${type}`);
    expect(step('requested')?.evidence).toMatchObject({ method: 'form', ip: '203.0.113.7' });
    expect(step('confirmed')).toMatchObject({
      verdict: 'script',
      evidence: { method: 'form', userAgent: 'curl/8' },
    });
    const fetches = JSON.parse(String(step('confirmed')?.evidence?.['fetches'])) as {
      program: string | null;
    }[];
    expect(fetches.map(({ program }) => program)).toEqual(['scanner', null]);
  });

  it('refuses what is no list, no notice in force, no evidence', async () => {
    const email = someone();
    const code = async (purpose: string, more: object) =>
      (await signUp(email, purpose, more)).json<{ code: string }>().code;
    expect(await code('customer', {})).toBe('purpose-unknown');
    expect(await code('magazine', {})).toBe('purpose-unknown');
    expect(await code(LIST, { notice: 'newsletter@9' })).toBe('notice-not-current');
    expect(await code(LIST, { evidence: undefined })).toBe('evidence-missing');
    expect(await code(LIST, { occurredAt: '2026-06-01T10:05:01+02:00' })).toBe('occurred-in-future');
    expect((await signUp('nobody', LIST)).status).toBe(400);
  });
});
