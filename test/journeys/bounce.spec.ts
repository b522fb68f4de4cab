import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after } from '../support/local.js';
import { World } from '../support/world.js';

const tenant = 'presentinfini';
const START = '2026-11-24T10:00:00Z';
const program = fileURLToPath(new URL('../../../apps/cli/dist/main.js', import.meta.url));

describe('A mail that comes back', () => {
  let world: World;
  let folder: string;
  beforeAll(async () => {
    world = await World.create({ clock: START, env: { ASSENT_UNSUBSCRIBE_MAILBOX: 'stop@example.org' } });
  }, 60_000);
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'assent-bounces-'));
    await world.setClock(START);
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  afterAll(() => world?.end());

  const lying = (where: string): string[] => readdirSync(join(folder, where));
  const put = (name: string, ...lines: string[]): void =>
    writeFileSync(join(folder, name), lines.join('\r\n'));
  /** One run of the command, as a timer starts it. */
  const takeMail = (key: string | undefined = World.key(tenant)): Promise<string> =>
    new Promise((resolve, reject) => {
      const env = { ...process.env, ASSENT_MAIL_API_KEY: key, ASSENT_PUBLIC_URL: world.url };
      const args = [program, 'take-mail', '--dir', folder];
      execFile(process.execPath, args, { env }, (error, stdout, stderr) =>
        error === null ? resolve(stdout) : reject(new Error(stdout + stderr)),
      );
    });
  const ask = async (email: string, purpose = 'prospecting') =>
    (await world.done(tenant, '/v1/eligibility', { subject: { email }, purpose, channel: 'email' }))['code'];
  const unanswered = async (subjectId: string) =>
    (await world.get(tenant, `/v1/subjects/${subjectId}/prospect`)).json()['unanswered'];

  /** Somebody who was sent a solicitation, with what the mail carried. */
  async function solicited() {
    await world.setClock(START);
    const email = `${randomUUID()}@example.org`;
    const { subjectId } = await world.done(tenant, '/v1/subjects', {
      ...{ addresses: [{ kind: 'email', value: email }], context: 'consumer', relationship: 'prospect' },
    });
    await world.done(tenant, '/v1/consents', {
      ...{ subject: { email }, purpose: 'prospecting', decision: 'given', notice: 'prospecting@1' },
      evidence: { method: 'form' },
    });
    await world.setClock(after(START, 'PT1M'));
    const solicitationId = `spring-${randomUUID()}`;
    const links = await world.done(tenant, '/v1/links', {
      ...{ subject: { email }, purpose: 'prospecting', channel: 'email' },
    });
    await world.done(tenant, '/v1/solicitations', {
      ...{ subject: { email }, solicitationId, campaign: 'spring', channel: 'email' },
      ...{ purpose: 'prospecting', mode: 'report' },
    });
    expect(await unanswered(String(subjectId))).toHaveLength(1);
    await world.setClock(after(START, 'PT5M'));
    const header = (links['headers'] as Record<string, string>)['List-Unsubscribe'] ?? '';
    return { email, subjectId: String(subjectId), solicitationId, header };
  }
  const report = (email: string, header: string, id: string, status: string, action = 'failed') => [
    ...['Return-Path: <>', 'Date: Tue, 24 Nov 2026 10:02:00 +0000', 'Auto-Submitted: auto-replied'],
    ...['Content-Type: multipart/report; report-type=delivery-status; boundary="b"', '', '--b'],
    ...['Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; mx.example.net', ''],
    ...[`Final-Recipient: rfc822; ${email}`, `Action: ${action}`, `Status: ${status}`, '--b'],
    ...['Content-Type: text/rfc822-headers', '', `List-Unsubscribe: ${header}`],
    ...[`Assent-Solicitation: ${id}`, '', '--b--', ''],
  ];

  it('from nobody there: the address is written to no more, the solicitation is not counted, nothing is refused', async () => {
    const { email, subjectId, solicitationId, header } = await solicited();
    expect(header).toMatch(/^<http[^<>]+>, <mailto:stop@example.org\?subject=unsubscribe%20[\w-]+>$/);
    put('1.eml', ...report(email, header, solicitationId, '5.1.1'));
    expect(await takeMail()).toMatch(
      /^done {5}1\.eml {2}a bounce: hard 5\.1\.1 .\*\*\*@example\.org: undeliverable, not counted$/m,
    );
    expect(await ask(email)).toBe('undeliverable');
    expect(await ask(email, 'customer')).toBe('undeliverable');
    expect(await unanswered(subjectId)).toEqual([]);
    const { items } = (await world.post(tenant, '/v1/objections/find', { subject: { email } })).json<{
      items: [];
    }>();
    expect(items).toEqual([]);
    const history = await world.get(tenant, `/v1/subjects/${subjectId}/history`);
    expect(history.text).toMatch(/address-bounced/);
    expect(history.text).not.toMatch(/consent-(?:withdrawn|ended)/);
    // The person gives it again: it lives.
    await world.setClock(after(START, 'PT24H'));
    await world.done(tenant, '/v1/subjects', {
      ...{ addresses: [{ kind: 'email', value: email }], evidence: { method: 'form' } },
    });
    expect(await ask(email)).toBe('allowed');
  }, 60_000);

  it('from a full mailbox, a filter or a slow server blocks nobody; given up, it is not counted', async () => {
    const [full, filtered, late] = [await solicited(), await solicited(), await solicited()];
    put('1.eml', ...report(full.email, full.header, full.solicitationId, '5.2.2'));
    put('2.eml', ...report(filtered.email, filtered.header, filtered.solicitationId, '5.7.1'));
    put('3.eml', ...report(late.email, late.header, late.solicitationId, '4.4.1', 'delayed'));
    await takeMail();
    expect(lying('done')).toEqual(['1.eml', '2.eml', '3.eml']);
    for (const { email } of [full, filtered, late]) expect(await ask(email)).toBe('allowed');
    expect(await unanswered(full.subjectId)).toEqual([]);
    expect(await unanswered(filtered.subjectId)).toEqual([]);
    expect(await unanswered(late.subjectId)).toHaveLength(1);
  }, 60_000);

  it('stops nobody by its word alone: without a link of ours, with one of another tenant, without a key', async () => {
    const { email, header, solicitationId } = await solicited();
    const hard = (link: string) => report(email, link, solicitationId, '5.1.1');
    put('1.eml', ...hard('<https://example.net/unsubscribe>'));
    await takeMail();
    put('2.eml', ...hard(header));
    await takeMail(World.key('assistool'));
    put('3.eml', ...hard(header));
    await takeMail('');
    expect([lying('done'), lying('refused')]).toEqual([['1.eml', '3.eml'], ['2.eml']]);
    expect(await ask(email)).toBe('allowed');
    const [, token = ''] = /\/u\/([\w-]+)>/.exec(header) ?? [];
    const body = JSON.stringify({ token, status: '5.1.1' });
    for (const path of [`/u/${token}/bounce`, '/v1/bounces']) {
      const answer = await world.call('POST', path, {
        body,
        headers: { 'content-type': 'application/json' },
      });
      expect([401, 404]).toContain(answer.status);
    }
    expect(await ask(email)).toBe('allowed');
  }, 60_000);

  it('by the way that the second address of its header offers, it is an unsubscribe', async () => {
    const { email, header } = await solicited();
    const [, subject = ''] = /<mailto:[^?]+\?subject=([^>]+)>/.exec(header) ?? [];
    put('1.eml', `From: ${email}`, `Subject: ${decodeURIComponent(subject)}`, '', '');
    await takeMail();
    expect(await ask(email)).toBe('objection-in-force');
  }, 60_000);
});
