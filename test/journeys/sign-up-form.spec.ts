import { randomUUID } from 'node:crypto';
import { linkIn, mailsOf } from '../support/mails.js';
import { World } from '../support/world.js';

const tenant = 'presentinfini';
const LIST = 'newsletter.x';
const NOW = '2026-06-01T10:00:00+02:00';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const BROWSER = { accept: 'text/html', 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/156' };

describe('The public sign-up form', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.create({ clock: NOW });
  });
  afterAll(() => world?.end());

  const someone = () => `${randomUUID()}@example.org`;
  /** The mail has been sent when the clock answers: it runs what is due first. */
  const settled = () => world.setClock(NOW);
  const mailTo = async (email: string) => {
    await settled();
    const [mail] = await mailsOf(world, email);
    if (mail === undefined) throw new Error('no mail came');
    return mail;
  };
  const ask = async (email: string) =>
    (await world.done(tenant, '/v1/eligibility', { subject: { email }, purpose: LIST, channel: 'email' }))[
      'code'
    ];
  const subscribed = async () => {
    const email = someone();
    await send({ email });
    await world.call('POST', linkIn(await mailTo(email), 'c'));
    return { email };
  };
  const path = `/s/${tenant}/${LIST}`;
  const send = (fields: Record<string, string>) =>
    world.call('POST', path, {
      body: new URLSearchParams(fields).toString(),
      headers: { ...FORM, ...BROWSER },
    });

  it('speaks the language asked for, and is complete without script', async () => {
    const english = await world.call('GET', `${path}?locale=en`, { headers: BROWSER });
    expect(english.status).toBe(200);
    expect(english.text).toContain('<html lang="en">');
    expect(english.text).not.toContain('<script');
    expect(english.text).toContain(`action="${path}"`);
    expect((await world.call('GET', path, { headers: BROWSER })).text).toContain('<html lang="fr">');
  });

  it('S2-04 mails a confirmation in that language', async () => {
    const email = someone();
    expect((await send({ email, locale: 'en' })).status).toBe(200);
    const mail = await mailTo(email);
    expect(mail.html).toContain('lang="en"');
    expect((await world.call('POST', linkIn(mail, 'c'))).status).toBe(200);
    expect(await ask(email)).toBe('allowed');
  });

  it('answers alike for a known, an unknown, an opposed, a throttled address and for a program', async () => {
    const { email: known } = await subscribed();
    const opposed = someone();
    await world.done(tenant, '/v1/objections', { subject: { email: opposed }, source: 'letter' });
    const fresh = someone();
    const pages: string[] = [];
    for (const email of [known, opposed, fresh, fresh]) pages.push((await send({ email })).text);
    pages.push((await send({ email: someone(), website: 'https://example.net' })).text);
    expect(new Set(pages).size).toBe(1);
    await settled();
    expect(await mailsOf(world, fresh)).toHaveLength(1);
  });

  it('records nothing of whoever fills in the trap', async () => {
    const email = someone();
    await send({ email, website: 'https://example.net' });
    expect((await world.post(tenant, '/v1/subjects/find', { subject: { email } })).status).toBe(404);
  });

  it('S2-26 S2-27 S2-28 S2-29 S2-30 S2-31 says who is responsible, what for, what is needed and why, who gets it, which rights', async () => {
    const { text } = await world.call('GET', `/s/${tenant}/newsletter?locale=en`, { headers: BROWSER });
    for (const told of [
      'Controller: Présent Infini',
      'would like to send you <strong>this newsletter</strong> by e-mail',
      'Your e-mail address *',
      '* needed: without it we cannot write to you.',
      'Recipients: Présent Infini alone',
      'Your rights: access to your data, its correction, its erasure',
    ])
      expect(text).toContain(told);
  });

  it('S0-44 S0-45 marks the field that is needed, and stores nothing without it', async () => {
    const empty = await world.call('POST', '/s/assistanceweb/newsletter', {
      body: new URLSearchParams({ email: '', locale: 'en' }).toString(),
      headers: { ...FORM, ...BROWSER },
    });
    expect(empty.status).toBe(422);
    expect(empty.text).toContain('Your e-mail address *');
    expect(empty.text).toContain('* needed: without it we cannot write to you.');
    const mails = (await mailsOf(world)).length;
    await settled();
    expect(await mailsOf(world)).toHaveLength(mails);
  });

  it('gives a wrong address back with a word of help, and is not there for what is no list', async () => {
    const wrong = await send({ email: 'ada@' });
    expect([wrong.status, wrong.text.includes('aria-invalid="true"')]).toEqual([422, true]);
    for (const other of [`/s/${tenant}/customer`, `/s/${tenant}/nothing`, '/s/nobody/newsletter'])
      expect((await world.call('GET', other)).status).toBe(404);
  });
});

describe('A confirmation mail', () => {
  it('goes out once, also when the process is killed right after the sign-up, and again later', async () => {
    const world = await World.create();
    try {
      const email = `${randomUUID()}@example.org`;
      await world.done(tenant, '/v1/subscriptions', {
        ...{ subject: { email }, purpose: LIST, notice: 'newsletter@1', evidence: { method: 'form' } },
      });
      for (let round = 0; round < 2; round++) {
        await world.restart('SIGKILL');
        while ((await world.call('GET', '/readyz')).status !== 200) await new Promise(setImmediate);
        // What a killed service had not published is swept up a moment after the start.
        while ((await mailsOf(world, email)).length === 0) await new Promise(setImmediate);
        expect(await mailsOf(world, email)).toHaveLength(1);
      }
    } finally {
      await world.end();
    }
  }, 60_000);
});
