import { mailsOf } from '../support/mails.js';
import { Scene, TENANT } from '../support/scene.js';

const BROWSER = { accept: 'text/html', 'accept-language': 'en', 'user-agent': 'Mozilla/5.0 Chrome/156' };
/** For hundreds of requests on a busy machine. */
const MANY_MS = 60_000;

describe('The links of a message', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open();
  });
  afterAll(() => scene?.end());

  /** The links of somebody about whom nothing is left to be done. */
  async function atRest(email: string) {
    await scene.reader(email);
    await scene.move('2026-11-24T10:00:00Z');
    await scene.move('2026-11-24T11:00:00Z');
    return scene.links(email);
  }

  /** Everything that a fetch could leave behind: events, deliveries, mails. */
  async function traces(email: string) {
    const { subjectId } = await scene.world.done(TENANT, '/v1/subjects/find', { subject: { email } });
    const history = await scene.world.get(TENANT, `/v1/subjects/${String(subjectId)}/history`);
    const deliveries = await scene.world.get(TENANT, `/v1/deliveries?subject=${String(subjectId)}`);
    return {
      history: history.text,
      deliveries: deliveries.text,
      mails: await mailsOf(scene.world, email),
    };
  }

  it(
    'change nothing when fetched a hundred times, by GET and HEAD, by browsers, scanners and prefetchers',
    async () => {
      const email = 'fetched@example.org';
      const { unsubscribe, preferences } = await atRest(email);
      const before = await traces(email);
      const clients = [
        BROWSER,
        { 'user-agent': 'Mozilla/5.0 (compatible; SafeLinks)' },
        { ...BROWSER, purpose: 'prefetch', 'sec-purpose': 'prefetch;prerender' },
        { accept: '*/*', 'user-agent': 'curl/8' },
      ];
      const links = [
        unsubscribe,
        preferences,
        `${unsubscribe}/undo`,
        `${preferences}?stop=*`,
        `${preferences}?ask=newsletter`,
        `${unsubscribe}?List-Unsubscribe=One-Click`,
      ];
      for (const link of links) {
        for (let fetch = 0; fetch < 50; fetch++) {
          const headers = clients[fetch % clients.length] as Record<string, string>;
          for (const method of ['GET', 'HEAD']) {
            const answer = await scene.world.call(method, link, { headers });
            expect(answer.status).toBe(link.endsWith('/undo') ? 404 : 200);
            if (method === 'HEAD') expect(answer.text).toBe('');
          }
        }
      }
      await scene.move('2026-11-24T11:00:10Z');
      expect(await traces(email)).toEqual(before);
    },
    MANY_MS,
  );

  it(
    'are refused alike, whichever byte of their token was altered',
    async () => {
      const email = 'altered@example.org';
      const { unsubscribe, preferences } = await atRest(email);
      const before = await traces(email);
      for (const link of [unsubscribe, preferences]) {
        const [, door = '', token = ''] = link.split('/');
        const answers = new Set<string>();
        const altered = [...token].map(
          (char, at) => token.slice(0, at) + (char === 'A' ? 'B' : 'A') + token.slice(at + 1),
        );
        const cut = [token.slice(1), token.slice(0, -1), `${token}A`, `A${token}`, 'x'];
        const other = door === 'u' ? preferences : unsubscribe;
        for (const wrong of [...altered, ...cut, other.split('/')[2] ?? '']) {
          for (const method of ['GET', 'POST']) {
            const path = `/${door}/${wrong}${method === 'POST' && door === 'p' ? '?stop=*' : ''}`;
            const { status, text, headers } = await scene.world.call(method, path, { headers: BROWSER });
            answers.add(
              JSON.stringify([status, text, headers.get('content-type'), headers.get('cache-control')]),
            );
          }
        }
        expect([...answers]).toHaveLength(1);
        expect([...answers][0]).toContain('This link is not valid');
        expect([...answers][0]).toMatch(/^\[404,/);
      }
      expect(await traces(email)).toEqual(before);
    },
    MANY_MS,
  );
});
