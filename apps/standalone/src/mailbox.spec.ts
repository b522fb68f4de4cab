import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLogger, readConfig } from '@assent/http';
import { EventFeed, mailNamed, Mailer } from '@assent/ports';
import { assemble, type Assembled } from '@assent/profile';
import { STANDALONE } from './service.js';

const CONFIRM = 'http://localhost:8080/c/AQconfirm';
const UNSUBSCRIBE = 'http://localhost:8080/u/AQstop';
const HOSTILE = '</title><script>alert(1)</script>"';

/** The whole app, not listening: asked in the process, as if from any address. */
async function opened(
  env: Record<string, string> = {},
): Promise<Assembled & { lines: string[]; end(): Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'assent-mailbox-'));
  const policiesDir = fileURLToPath(new URL('../../../policies', import.meta.url));
  const lines: string[] = [];
  const logger = createLogger('debug', { write: (line) => void lines.push(line) });
  const config = readConfig({ ASSENT_DATA_DIR: dataDir, ASSENT_POLICIES_DIR: policiesDir, ...env });
  const assembled = await assemble(STANDALONE, config, logger);
  await assembled.app.init();
  await assembled.app.getHttpAdapter().getInstance().ready();
  return {
    ...assembled,
    lines,
    async end() {
      await assembled.app.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}

describe('The mailbox', () => {
  let running: Awaited<ReturnType<typeof opened>>;
  const get = (url: string, headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
    running.app.inject({ method: 'GET', url, headers, remoteAddress });
  const send = (id: string, over: object = {}) =>
    running.app.get(Mailer).send(
      mailNamed(id, {
        text: `Hello\n${CONFIRM}\n${UNSUBSCRIBE}\n`,
        html: `<!doctype html><html><head><title>x</title></head><body><p style="margin:0">Hello <a href="${CONFIRM}">Yes</a></p></body></html>`,
        headers: { 'List-Unsubscribe': `<${UNSUBSCRIBE}>` },
        ...over,
      }),
    );
  beforeAll(async () => {
    running = await opened();
  });
  afterAll(() => running.end());

  it('is empty at first', async () => expect((await get('/mailbox')).body).toContain('No mail yet.'));

  it('lists mails, the newest first, with to whom, about what, when, and their links to click', async () => {
    await send('m1', { subject: 'The first' });
    await send('m2', { subject: HOSTILE, to: 'eve@example.net' });
    const { statusCode, headers, body } = await get('/mailbox');
    expect([statusCode, headers['cache-control'], headers['content-type']]).toEqual([
      200,
      'no-store',
      'text/html; charset=utf-8',
    ]);
    expect(body.indexOf('/mailbox/m2')).toBeLessThan(body.indexOf('/mailbox/m1'));
    for (const shown of ['ada@example.org', 'eve@example.net', 'The first', `<time datetime="20`])
      expect(body).toContain(shown);
    for (const link of [CONFIRM, UNSUBSCRIBE]) expect(body.split(`<a href="${link}">`)).toHaveLength(3);
    expect(body).not.toContain('<script');
  });

  it('shows a mail as text, as HTML in a sandbox, and its headers', async () => {
    const { body, headers } = await get('/mailbox/m2');
    expect(body).toContain('<iframe title="The HTML part" src="/mailbox/m2/html" sandbox="allow-top-');
    expect(body).toContain(`<pre lang="fr">Hello\n${CONFIRM}`);
    expect(body).toContain('Auto-Submitted: auto-generated');
    expect(body).not.toContain('<script');
    expect(headers['content-security-policy']).toContain(
      "default-src 'none'; style-src 'self'; frame-src 'self'",
    );
  });

  it('shows the HTML part as it is, able to run, load and send nothing; its links open in the window', async () => {
    await send('m3', {
      html: '<html><head></head><body><script>x</script><img src="https://example.net"></body></html>',
    });
    const { body, headers } = await get('/mailbox/m3/html');
    expect(body).toContain('<head><base target="_top"></head>');
    const policy = headers['content-security-policy'];
    for (const rule of [
      'sandbox allow-top-navigation-by-user-activation;',
      "default-src 'none'",
      "form-action 'none'",
      "frame-ancestors 'self'",
    ])
      expect(policy).toContain(rule);
    expect(policy).not.toMatch(/allow-scripts|script-src|https:/);
    expect(headers['x-frame-options']).toBe('SAMEORIGIN');
  });

  it('gives the message itself as a file', async () => {
    const { body, headers } = await get('/mailbox/m1.eml');
    expect(headers).toMatchObject({
      'content-type': 'message/rfc822',
      'content-disposition': 'attachment; filename="m1.eml"',
      'cache-control': 'no-store',
    });
    expect(body).toMatch(/^Auto-Submitted: auto-generated\r\n[^]*\r\n\r\n----/);
  });

  it.each([
    '/mailbox/m9',
    '/mailbox/m9.eml',
    '/mailbox/m9/html',
    '/mailbox/..%2f..%2fsecret',
    '/mailbox/m1/text',
  ])('has nothing at %s', async (url) => expect((await get(url)).statusCode).toBe(404));

  it('is not there for other machines, through a proxy or under another name: the same 404 as no page at all', async () => {
    const nowhere = (await get('/nowhere')).json<{ code: string }>().code;
    for (const page of [
      '/mailbox',
      '/mailbox/mailbox.css',
      '/mailbox/m1',
      '/mailbox/m1/html',
      '/mailbox/m1.eml',
    ])
      for (const [headers, from] of [
        [{}, '192.168.1.7'],
        [{ 'x-forwarded-for': '127.0.0.1' }, '127.0.0.1'],
        [{ forwarded: 'for=127.0.0.1' }, '127.0.0.1'],
        [{ host: 'consent.example.org' }, '127.0.0.1'],
      ] as const) {
        const answer = await get(page, headers, from);
        expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([404, nowhere]);
        expect(answer.body).not.toContain('example.org');
      }
  });

  it('is not told from other machines by a proxy that is trusted either', async () => {
    const trusting = await opened({ ASSENT_TRUST_PROXY: '1' });
    const answer = await trusting.app.inject({
      ...{ method: 'GET', url: '/mailbox', remoteAddress: '203.0.113.9' },
      headers: { 'x-forwarded-for': '127.0.0.1' },
    });
    expect(answer.statusCode).toBe(404);
    await trusting.end();
  });

  it('is not there at all when a mail server is set', async () => {
    const sending = await opened({
      ASSENT_SMTP_URL: 'smtp://localhost:1025',
      ASSENT_MAIL_FROM: 'no-reply@example.org',
    });
    const answer = await sending.app.inject({ method: 'GET', url: '/mailbox', remoteAddress: '127.0.0.1' });
    expect(answer.statusCode).toBe(404);
    await sending.end();
  });

  it('holds the mail of a sign-up, and nothing of a person who is erased', async () => {
    await running.run();
    const { key = '' } = running.made.find(({ tenant }) => tenant === 'presentinfini') ?? {};
    const post = (url: string, payload: object) =>
      running.app.inject({ method: 'POST', url, headers: { authorization: `Bearer ${key}` }, payload });
    const signedUp = await post('/v1/subscriptions', {
      ...{ subject: { email: 'grace@example.org' }, purpose: 'newsletter', notice: 'newsletter@1' },
      ...{ locale: 'en', evidence: { method: 'form' } },
    });
    const { subjectId } = signedUp.json<{ subjectId: string }>();
    await running.app.get(EventFeed).idle();
    const { body } = await get('/mailbox');
    expect(body).toContain('grace@example.org');
    expect(body).toMatch(/href="http:\/\/localhost:8080\/c\/[\w-]+">Confirm/);
    expect((await post(`/v1/subjects/${subjectId}/erasure`, { reason: 'request' })).statusCode).toBe(202);
    await running.app.get(EventFeed).idle();
    expect((await get('/mailbox')).body).not.toContain('grace@');
  });

  it('writes no address, no subject and no link into the log', () => {
    const log = running.lines.join('\n');
    expect(log).toContain('/mailbox');
    expect(log).not.toMatch(/ada@|eve@|grace@|The first|AQconfirm/);
  });
});
