import { linkIn, mailsOf } from '../support/mails.js';
import { Scene, TENANT } from '../support/scene.js';
import type { Answer } from '../support/world.js';

const BROWSER = { accept: 'text/html', 'accept-language': 'en', 'user-agent': 'Mozilla/5.0 Chrome/156' };
const NOW = '2026-11-24T10:02:00Z';

/** The text of a page as a person reads it. */
const read = ({ text }: Answer): string =>
  text
    .replace(/<style.*?<\/style>|<head>.*?<\/head>|<[^>]+>/gs, ' ')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ');

describe('The preference centre', () => {
  let scene: Scene;
  let count = 0;
  beforeAll(async () => {
    scene = await Scene.open();
  });
  beforeEach(() => scene.move(NOW));
  afterAll(() => scene?.end());

  /** Somebody who receives the newsletter and offers, and the links of a mail to them. */
  async function reader() {
    const email = `reader${++count}@example.org`;
    await scene.move('2026-03-12T09:00:00Z');
    await scene.reader(email);
    await scene.move(NOW);
    return { email, ...(await scene.links(email)) };
  }
  const show = async (path: string) => read(await scene.world.call('GET', path, { headers: BROWSER }));
  const post = (path: string, headers: Record<string, string> = BROWSER) =>
    scene.world.call('POST', path, { headers });
  const ask = async (email: string, purpose = 'newsletter') => {
    const question = { subject: { email }, purpose, channel: 'email' };
    return (await scene.world.done(TENANT, '/v1/eligibility', question))['code'];
  };

  it('shows every purpose in plain words, since when, its notice, and what cannot be stopped', async () => {
    const { preferences } = await reader();
    const page = await show(preferences);
    for (const sentence of [
      'Your messages from Présent Infini',
      'For r***@example.org',
      'Newsletter You receive it',
      'You said yes on 12 March 2026 and confirmed it.',
      'Présent Infini would like to send you this newsletter by e-mail.',
      'Offers and solicitations You receive it',
      'Loyalty programme Not sent',
      'You have not agreed to it, so nothing is sent.',
      'cannot be stopped here: Your order',
      'ask Présent Infini to show you your data, to correct it or to erase it',
      'Présent Infini is responsible for your data.',
    ])
      expect(page).toContain(sentence);
  });

  it('S0-48 S1-37 shows where a stop has been carried to, and when it was seen there', async () => {
    const { preferences } = await reader();
    expect(read(await post(`${preferences}?stop=newsletter`))).toContain('Mailchimp stopped: not yet told');
    await scene.move('2026-11-24T10:02:10Z');
    const page = await show(preferences);
    expect(page).toContain('Mailchimp stopped, seen on 24 November 2026');
    expect(page).toContain('The system “crm” of Présent Infini stopped, seen on 24 November 2026');
    expect(page).toContain('Mailchimp allowed, seen on');
  });

  it('stops one purpose in one step, says so, and leaves the others', async () => {
    const { email, preferences } = await reader();
    const page = read(await post(`${preferences}?stop=newsletter`));
    expect(page).toContain('Done Présent Infini will no longer send you “Newsletter”.');
    expect(page).toContain('You can take this back until 11:17.');
    expect(page).toContain('You said no on 24 November 2026.');
    expect([await ask(email), await ask(email, 'prospecting')]).toEqual(['objection-in-force', 'allowed']);
  });

  it('stops everything in one step', async () => {
    const { email, preferences } = await reader();
    const page = read(await post(`${preferences}?stop=*`));
    expect(page).toContain('Présent Infini will send you no more advertising, on any channel.');
    expect(page).toContain('All advertising is stopped since 24 November 2026.');
    expect(page).not.toContain('Stop all advertising');
    for (const purpose of ['newsletter', 'prospecting', 'loyalty'])
      expect(await ask(email, purpose)).toBe('objection-in-force');
    expect(await ask(email, 'customer')).toBe('allowed');
  });

  it.each(['newsletter', '*'])(
    'takes the click on %s back for a quarter of an hour, and gives back what it ended',
    async (what) => {
      const { email, preferences } = await reader();
      await post(`${preferences}?stop=${what}`);
      await scene.move('2026-11-24T10:17:01Z');
      const late = await post(`${preferences}?undo=${what}`);
      expect([late.status, read(late).includes('Too late to undo')]).toEqual([410, true]);
      expect(await ask(email)).toBe('objection-in-force');
      await scene.move('2026-11-24T10:17:00Z');
      const page = await post(`${preferences}?undo=${what}`);
      expect([page.status, read(page).includes('Everything is as it was before your click.')]).toEqual([
        200,
        true,
      ]);
      await scene.move('2026-11-24T10:17:02Z');
      expect([await ask(email), await ask(email, 'prospecting')]).toEqual(['allowed', 'allowed']);
    },
  );

  it('takes back nothing that was said by letter', async () => {
    const { email, preferences } = await reader();
    await scene.object(email, 'newsletter');
    expect(await show(preferences)).not.toContain('Undo');
    expect((await post(`${preferences}?undo=newsletter`)).status).toBe(410);
    expect(await ask(email)).toBe('objection-in-force');
  });

  it('says when another refusal stays in force after the click was taken back', async () => {
    const { email, preferences } = await reader();
    await scene.object(email, '*');
    await scene.move('2026-11-24T10:03:00Z');
    await post(`${preferences}?stop=newsletter`);
    expect(read(await post(`${preferences}?undo=newsletter`))).toContain(
      'Another refusal of yours stays in force',
    );
    expect(await ask(email)).toBe('objection-in-force');
  });

  it('K15 lets whoever holds the link ask for a mail, and only the mailbox say yes', async () => {
    const { email, preferences } = await reader();
    await post(`${preferences}?stop=*`);
    await scene.move('2026-11-24T11:00:00Z');
    const page = read(await post(`${preferences}?ask=newsletter`));
    expect(page).toContain('Look into your mailbox');
    expect(page).toContain('on its way to r***@example.org');
    expect(await ask(email)).toBe('objection-in-force');
    await scene.move('2026-11-24T11:01:00Z');
    const mails = await mailsOf(scene.world, email);
    expect(mails).toHaveLength(1);
    await post(`${preferences}?ask=newsletter`);
    await scene.move('2026-11-24T11:02:00Z');
    expect(await mailsOf(scene.world, email)).toHaveLength(1);
    expect((await post(linkIn(mails[0] as (typeof mails)[0], 'c'))).status).toBe(200);
    await scene.move('2026-11-24T11:03:00Z');
    expect([await ask(email), await ask(email, 'prospecting')]).toEqual(['allowed', 'objection-in-force']);
    expect(await show(preferences)).toContain('You said yes on 24 November 2026 and confirmed it.');
  });

  it('changes nothing for what it does not offer', async () => {
    const { email, preferences } = await reader();
    for (const query of [
      '',
      '?stop=',
      '?stop=customer',
      '?stop=x&stop=newsletter',
      '?stop=newsletter&undo=newsletter',
      '?ask=*',
      '?ask=newsletter',
      '?undo=customer',
    ]) {
      const answer = await post(preferences + query);
      expect([answer.status, read(answer).includes('Nothing was changed')]).toEqual([200, true]);
    }
    expect([await ask(email), await ask(email, 'prospecting')]).toEqual(['allowed', 'allowed']);
    expect(await mailsOf(scene.world, email)).toEqual([]);
  });

  it('answers a machine with a bare status', async () => {
    const { preferences } = await reader();
    const answer = await post(`${preferences}?stop=newsletter`, { accept: '*/*' });
    expect([answer.status, answer.text]).toEqual([200, '']);
  });

  it('does not look at what is posted: any type, broken or none', async () => {
    const { email, preferences } = await reader();
    const path = `${preferences}?stop=newsletter`;
    const headers = { 'content-type': 'application/json' };
    expect((await scene.world.call('POST', path, { headers, body: '{"broken' })).status).toBe(200);
    expect(await ask(email)).toBe('objection-in-force');
  });

  it('is the same for an address that nobody has, without any data of a person', async () => {
    const { preferences } = await scene.links('nobody-yet@example.org');
    const page = await show(preferences);
    expect(page).toContain('Your messages from Présent Infini');
    expect(page).not.toMatch(/@example|You said|What you were told|Send me a confirmation mail/);
    expect(read(await post(`${preferences}?stop=*`))).toContain('All advertising is stopped since');
    expect(await ask('nobody-yet@example.org')).toBe('objection-in-force');
    expect((await post(`${preferences}?ask=newsletter`)).text).toContain('Nothing was changed');
  });

  it('of somebody erased can still refuse, and shows nothing of the person', async () => {
    const { email, preferences } = await reader();
    const { subjectId } = await scene.world.done(TENANT, '/v1/subjects/find', { subject: { email } });
    await scene.world.done(TENANT, `/v1/subjects/${String(subjectId)}/erasure`, { reason: 'request' });
    await scene.move('2026-11-25T10:00:00Z');
    const page = await show(preferences);
    expect(page).toContain('Your messages from Présent Infini');
    expect(page).not.toMatch(/@example|said yes|What you were told|You receive it|confirmation mail/);
    expect((await post(`${preferences}?stop=newsletter`)).status).toBe(200);
    expect((await post(`${preferences}?ask=newsletter`)).text).toContain('Nothing was changed');
    expect(await ask(email)).toBe('objection-in-force');
  });

  it('reads no clear data to whoever was forwarded the mail, before and after every act', async () => {
    const { email, unsubscribe, preferences } = await reader();
    const { subjectId } = await scene.world.done(TENANT, '/v1/subjects/find', { subject: { email } });
    await scene.world.done(TENANT, '/v1/subjects', {
      addresses: [
        { kind: 'email', value: email },
        { kind: 'phone', value: '+33698765432' },
      ],
      externalId: 'crm-4711',
    });
    const pages = [
      await scene.world.call('GET', preferences, { headers: BROWSER }),
      await post(`${preferences}?stop=newsletter`),
      await post(`${preferences}?ask=newsletter`),
      await post(`${preferences}?undo=newsletter`),
      await post(`${preferences}?stop=*`),
      await scene.world.call('GET', unsubscribe, { headers: BROWSER }),
      await post(unsubscribe),
      await post(`${unsubscribe}/undo`),
    ];
    const clear = [
      email,
      email.split('@')[0],
      '98765432',
      'crm-4711',
      String(subjectId),
      '127.0.0.1',
      'Chrome/156',
    ];
    for (const { text, headers } of pages) {
      const whole = text + JSON.stringify([...headers]);
      expect(clear.filter((data) => whole.includes(data ?? ''))).toEqual([]);
    }
  });
});
