import type { AddressInfo } from 'node:net';
import { everyTool } from './every-tool.js';
import { pageServer } from './page-server.js';

const ADA = 'ada@example.org';

describe('The page of the stand-ins', () => {
  const tools = everyTool();
  const server = pageServer(tools);
  let url = '';
  beforeAll(async () => {
    for (const tool of tools) await tool.start();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    for (const tool of tools) await tool.stop();
  });
  const page = async () => (await fetch(`${url}/`)).text();
  const post = async (path: string, form: Record<string, string>) =>
    (await fetch(url + path, { method: 'POST', redirect: 'manual', body: new URLSearchParams(form) })).status;

  it('shows nobody at first, then what each tool believes about a person', async () => {
    expect(await page()).toContain('Nobody is known to any tool yet.');
    expect(await post('/seed', { address: ADA })).toBe(303);
    const shown = await page();
    expect(shown).toContain(`<caption>${ADA}</caption>`);
    // Without contacts there is nothing to believe: rejects, guards and keys.
    for (const { kind } of tools.filter((tool) => !['mandrill', 'plivo', 'webhook'].includes(tool.kind))) {
      expect(shown).toContain(`<th scope="row">${kind}</th>`);
    }
    expect(shown).toContain('mailed');
  });

  it('needs no script, and lets none in', async () => {
    await post('/seed', { address: '<script>alert(1)</script>@example.org' });
    expect(await page()).not.toContain('<script');
    expect((await fetch(`${url}/`)).headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('sets moods, and mends them', async () => {
    const brevo = tools.find(({ kind }) => kind === 'brevo');
    const { baseUrl, apiKey } = brevo?.entry('a', 'b') as Record<string, string>;
    const ask = async () =>
      (await fetch(`${baseUrl}/account`, { headers: { 'api-key': apiKey ?? '' } })).status;
    expect(await ask()).toBe(200);
    await post('/mood', { kind: 'brevo', mood: 'storm' });
    expect(await ask()).toBe(429);
    await post('/mood', { kind: 'brevo', mood: 'well' });
    expect(await ask()).toBe(200);
  });

  it('shows calls outside a contract', async () => {
    const brevo = tools.find(({ kind }) => kind === 'brevo');
    const { baseUrl, apiKey } = brevo?.entry('a', 'b') as Record<string, string>;
    await fetch(`${baseUrl}/elsewhere`, { headers: { 'api-key': apiKey ?? '' } });
    expect(await page()).toContain('GET of a path outside the contract');
  });
});
