import { BROWSER, doors } from './doors-spec.js';
import { NOON } from './world-spec.js';

const MINUTE = 60_000;
const A = 'ada@example.org';

describe('The unsubscribe link', () => {
  let world: Awaited<ReturnType<typeof doors>>;
  beforeEach(async () => {
    world = await doors();
  });
  afterEach(() => world?.end());

  const bodies: [string, string, string][] = [
    [
      'multipart',
      'multipart/form-data; boundary=x',
      '--x\r\ncontent-disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--',
    ],
    ['urlencoded', 'application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click&more=1'],
    ['broken JSON', 'application/json', '{"broken'],
    ['a type nobody knows', 'application/x-nobody', 'x'],
    ['a broken content type', ';;', 'x'],
  ];
  it.each(bodies)(
    'acts on POST with a body in %s: 200, empty, no redirect, no cookie',
    async (_, type, payload) => {
      const { u } = await world.linksOf(A);
      const answer = await world.app.inject({
        method: 'POST',
        url: u,
        headers: { 'content-type': type },
        payload,
      });
      expect([answer.statusCode, answer.body]).toEqual([200, '']);
      expect([answer.headers['set-cookie'], answer.headers['location']]).toEqual([undefined, undefined]);
      expect((await world.state(A)).entries).toMatchObject([
        { scope: { purpose: 'newsletter.weekly', channel: 'email' }, source: 'click', since: NOON },
      ]);
    },
  );

  it('leaves the connection in order though it reads no body', async () => {
    const { u } = await world.linksOf(A);
    await world.app.listen(0, '127.0.0.1');
    const url = (await world.app.getUrl()) + u;
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    for (let click = 0; click < 20; click++) {
      const answer = await fetch(url, { method: 'POST', headers, body: 'x'.repeat(300_000) });
      expect([answer.status, await answer.text()]).toEqual([200, '']);
    }
    expect(world.all).toHaveLength(1);
  });

  it('acts on POST without any body, and once however often (S2-32)', async () => {
    const { u } = await world.linksOf(A);
    for (let click = 0; click < 5; click++) expect((await world.post(u)).statusCode).toBe(200);
    await Promise.all(Array.from({ length: 5 }, () => world.post(u)));
    expect(world.all).toHaveLength(1);
    expect(world.all[0]).toMatchObject({ actor: 'person' });
    expect(world.subjects.sealed).toHaveLength(1);
    expect(world.subjects.sealed[0]).toMatchObject({ method: 'form', ip: '127.0.0.1' });
  });

  it('needs no person behind the address, and holds no clear address', async () => {
    const { u } = await world.linksOf('nobody@example.org');
    await world.post(u);
    expect([world.directory.holds.size, world.all.length]).toEqual([0, 1]);
  });

  it('shows one button on GET and changes nothing, on HEAD neither', async () => {
    const { u } = await world.linksOf(A);
    for (let fetch = 0; fetch < 10; fetch++) {
      expect((await world.app.inject({ method: 'HEAD', url: u })).statusCode).toBe(200);
      const page = await world.app.inject({ method: 'GET', url: u, headers: BROWSER });
      expect(page.statusCode).toBe(200);
      expect(page.body).toContain('<button');
    }
    expect(world.all).toEqual([]);
    const page = await world.app.inject({ url: u });
    expect(page.body.match(/<button/g)).toHaveLength(1);
    expect(page.body).toContain(`<form method="post" action="${u}">`);
  });

  it('answers every kind of wrong token alike', async () => {
    const { u, p } = await world.linksOf(A);
    const foreign = {
      tenant: 'another',
      addressKey: 'k',
      kind: 'email',
      purpose: 'x',
      channel: 'email',
    } as const;
    const wrong = [
      `${u}x`,
      u.slice(0, -3),
      '/u/x',
      p.replace('/p/', '/u/'),
      `/u/${world.keyring.sign('unsubscribe', foreign)}`,
    ];
    const bodies = new Set<string>();
    for (const url of wrong) {
      for (const path of [url, `${url}/undo`, `${url}/complaint`]) {
        const machine = await world.post(path);
        expect([machine.statusCode, machine.body]).toEqual([404, '']);
        const browser = await world.post(path, undefined, BROWSER);
        expect(browser.statusCode).toBe(404);
        bodies.add(browser.body);
      }
      expect((await world.app.inject({ url })).statusCode).toBe(404);
    }
    expect(bodies.size).toBe(1);
    expect([...bodies][0]).toContain('This link is not valid');
    expect(world.all).toEqual([]);
  });

  it('gives a browser a page with an undo button and all messages', async () => {
    const { u } = await world.linksOf(A);
    const page = await world.post(u, undefined, BROWSER);
    expect(page.body).toContain('You are unsubscribed');
    expect(page.body).toContain(`action="${u}/undo"`);
    const [, preferences = ''] = /<a href="([^"]+)"/.exec(page.body) ?? [];
    expect(world.links.read('preferences', preferences.replace('/p/', ''))).toMatchObject({
      channel: 'email',
    });
  });

  it('takes the click back within a quarter of an hour, and not later', async () => {
    const { u } = await world.linksOf(A);
    await world.post(u);
    world.clock.set(NOON + 16 * MINUTE);
    const late = await world.post(`${u}/undo`, undefined, BROWSER);
    expect([late.statusCode, late.body.includes('Too late')]).toEqual([410, true]);
    expect((await world.post(u, undefined, BROWSER)).body).not.toContain('/undo');
    world.clock.set(NOON + 15 * MINUTE);
    const page = await world.post(`${u}/undo`, undefined, BROWSER);
    expect([page.statusCode, page.body.includes('as it was before')]).toEqual([200, true]);
    expect((await world.post(`${u}/undo`)).statusCode).toBe(200);
    expect((await world.state(A)).entries).toEqual([]);
  });

  it('takes a complaint about its mail as a refusal of everything by mail, once, and a GET as nothing', async () => {
    const { u } = await world.linksOf(A);
    for (const method of ['GET', 'HEAD'] as const)
      expect((await world.app.inject({ method, url: `${u}/complaint` })).statusCode).toBe(404);
    expect(world.all).toEqual([]);
    for (let told = 0; told < 3; told++) {
      const answer = await world.post(`${u}/complaint`, undefined, BROWSER);
      expect([answer.statusCode, answer.body]).toEqual([200, '']);
    }
    expect((await world.state(A)).entries).toMatchObject([
      { scope: { purpose: '*', channel: 'email' }, source: 'complaint', since: NOON },
    ]);
    expect(world.all).toHaveLength(1);
  });

  it('says when another refusal stays in force after the undo', async () => {
    const { u } = await world.linksOf(A);
    await world.object({ email: A }, { purpose: 'newsletter', channel: '*' });
    await world.post(u);
    const page = await world.post(`${u}/undo`, undefined, BROWSER);
    expect(page.body).toContain('Another refusal of yours stays in force');
  });

  it('speaks the language of the person, else of the browser, else of the tenant', async () => {
    const { u } = await world.linksOf(A);
    const show = async (language?: string) =>
      (await world.app.inject({ url: u, ...(language && { headers: { 'accept-language': language } }) }))
        .body;
    expect(await show()).toContain('<html lang="fr">');
    expect(await show('en')).toContain('<html lang="en">');
    expect(await show('de, en;q=0.1, fr;q=0.9')).toContain('Se désabonner');
    await world.person('ada', [A]);
    world.directory.locales.set('ada', 'en-GB');
    expect(await show('fr')).toContain('<html lang="en">');
  });

  it('shows the tenant and the list by their own names, escaped', async () => {
    world.policies.texts = { 'brand.name': 'Présent <Infini>', 'purpose.newsletter': 'La lettre' };
    const { u } = await world.linksOf(A);
    const { body } = await world.app.inject({ url: u });
    expect(body).toContain('Présent &lt;Infini>');
    expect(body).toContain('La lettre (weekly)');
  });

  it('holds no clear address, neither itself nor its page, and hands nothing on', async () => {
    const { u } = await world.linksOf(A);
    const page = await world.app.inject({ url: u });
    for (const text of [u, page.body, Buffer.from(u.slice(3), 'base64url').toString('latin1')]) {
      expect(text).not.toContain('ada@');
    }
    expect(page.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-type': 'text/html; charset=utf-8',
    });
    expect(page.headers['content-security-policy']).toContain("default-src 'none'; style-src 'self'");
    expect(page.body).not.toMatch(/<script|style=|onclick|<style/);
  });

  it('finds its style here', async () => {
    const { u } = await world.linksOf(A);
    const { body } = await world.app.inject({ url: u });
    const styles = [...body.matchAll(/rel="stylesheet" href="([^"]+)"/g)].map(([, href]) => href ?? '');
    expect(styles).toHaveLength(2);
    for (const href of styles) {
      const style = await world.app.inject({ url: href });
      expect([style.statusCode, style.headers['content-type']]).toEqual([200, 'text/css; charset=utf-8']);
    }
  });
});
