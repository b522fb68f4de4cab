import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sized } from '../support/size.js';
import { World } from '../support/world.js';

const tenant = 'presentinfini';
const MAIN = fileURLToPath(new URL('../../../apps/cli/dist/main.js', import.meta.url));

describe('assent import', () => {
  let world: World;
  let folder: string;
  beforeAll(async () => {
    world = await World.create({ clock: '2026-06-01T08:00:00Z' });
    folder = mkdtempSync(join(tmpdir(), 'assent-import-'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await world?.end();
  });

  const written = (name: string, text: string | Buffer): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const begun = (args: readonly string[]) =>
    spawn(process.execPath, ['--max-old-space-size=128', MAIN, 'import', ...args], {
      env: { ...process.env, ASSENT_PUBLIC_URL: world.url, ASSENT_API_KEY: World.key(tenant) },
    });
  async function run(
    args: readonly string[],
    input = '',
  ): Promise<{ code: number; out: string; err: string }> {
    const command = begun(args);
    let [out, err] = ['', ''];
    command.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    command.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    command.stdin.end(input);
    const [code] = (await once(command, 'close')) as [number];
    return { code, out, err };
  }
  const find = async (email: string) =>
    (await world.post(tenant, '/v1/subjects/find', { subject: { email } })).status;
  const ask = async (email: string): Promise<unknown> => {
    const question = { subject: { email }, purpose: 'newsletter', channel: 'email' };
    return (await world.done(tenant, '/v1/eligibility', question))['code'];
  };
  const counted = (out: string, what: string): number =>
    Number(new RegExp(`^ +${what} +([\\d,]+)$`, 'm').exec(out)?.[1]?.replaceAll(',', ''));

  const header = 'Mail;consents;evidence.documentRef;evidence.confirmedAt;collectedAt;town\n';
  const contact = (email: string) => `${email};newsletter;scan-7;2026-05-02;2026-05-02;Paris\n`;
  const mapping = ['--map', 'Mail=email', '--map', 'town=-'];

  it('first says what would come of the file, then records it, then takes it back', async () => {
    await world.done(tenant, '/v1/objections', { subject: { email: 'no@example.org' }, source: 'letter' });
    await world.setClock('2026-06-01T08:01:00Z');
    const emails = ['one@example.org', 'no@example.org', 'two@example.org', 'not an address'];
    const file = written('contacts.csv', header + emails.map(contact).join(''));

    const dry = await run([file, ...mapping]);
    expect(dry.code).toBe(1);
    expect(dry.out).toContain('4 rows, nothing is recorded yet');
    expect([counted(dry.out, 'new persons'), counted(dry.out, 'consents given')]).toEqual([3, 2]);
    expect([counted(dry.out, 'stopped, and stay stopped'), counted(dry.out, 'objection-in-force')]).toEqual([
      1, 1,
    ]);
    expect(dry.out).toContain('line 5: invalid-request: /addresses/0/value is not a valid email');
    expect(dry.out).toContain('With --apply it is.');
    expect(dry.out + dry.err).not.toContain('example.org');
    expect(await find('one@example.org')).toBe(404);

    const rejected = join(folder, 'rejected.csv');
    const done = await run([file, ...mapping, '--apply', '--rejected', rejected]);
    expect(counted(done.out, 'new persons')).toBe(3);
    expect(await Promise.all(emails.slice(0, 3).map(ask))).toEqual([
      'allowed',
      'objection-in-force',
      'allowed',
    ]);
    expect(readFileSync(rejected, 'utf8')).toMatch(/^line,reason\n5,"invalid-request: [^\n]+"\n$/);
    expect(done.err).toContain('importing, bytes');

    const again = await run([file, ...mapping, '--apply']);
    expect([counted(again.out, 'new persons'), counted(again.out, 'known and unchanged')]).toEqual([0, 3]);

    const importId = /--undo (imp_\w+)/.exec(done.out)?.[1] ?? '';
    expect(/--undo (imp_\w+)/.exec(again.out)?.[1]).toBe(importId);
    const plan = await run(['--undo', importId]);
    expect(plan.out).toMatch(/ 3 {2}known by nothing else: erased/);
    expect(await ask('one@example.org')).toBe('allowed');
    const undone = await run(['--undo', importId, '--apply']);
    expect([undone.code, undone.err]).toEqual([0, expect.stringContaining('taking back')]);
    expect(undone.out).toContain('Taken back.');
    await world.setClock('2026-06-01T08:05:00Z');
    expect(await find('one@example.org')).toBe(404);
    expect(await ask('no@example.org')).toBe('objection-in-force');
    const unknown = await run(['--undo', 'imp_never-was']);
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('404 not-found')]);
  }, 60_000);

  it('reads NDJSON from standard input, and says why nothing can be done', async () => {
    const line = `${JSON.stringify({ addresses: [{ kind: 'email', value: 'in@example.org' }] })}\n`;
    const done = await run(['-', '--format', 'ndjson', '--apply'], line);
    expect([done.code, counted(done.out, 'new persons')]).toEqual([0, 1]);
    expect(await find('in@example.org')).toBe(200);

    const unknown = await run([written('unknown.csv', 'email,town\na@example.org,Paris\n')]);
    expect([unknown.code, unknown.out]).toEqual([1, '']);
    expect(unknown.err).toContain('not understood: "town"');
    const denied = await run(['-', '--key', 'wrong'], 'email\na@example.org\n');
    expect(denied.code).toBe(1);
    expect(denied.err).toContain('401 unauthorized');
    const nowhere = await run(['-', '--url', 'http://127.0.0.1:9'], 'email\na@example.org\n');
    expect(nowhere.code).toBe(1);
    expect(nowhere.err).toContain('ECONNREFUSED');
  }, 60_000);

  it('goes on where it was stopped or where the product died, and makes nobody twice', async () => {
    const count = sized(3_000, 300);
    const emails = Array.from({ length: count }, (_, n) => `many${n}@example.net`);
    const file = written('many.csv', header + emails.map(contact).join(''));
    const isUnderWay = async () => {
      while ((await find('many20@example.net')) !== 200);
    };
    const first = begun([file, ...mapping, '--apply']);
    const firstEnd = once(first, 'close');
    let told = '';
    first.stderr.on('data', (text) => (told += String(text)));
    await isUnderWay();
    first.kill('SIGINT');
    expect((await firstEnd)[0]).toBe(1);
    expect(told).toContain('the same command goes on');

    const second = run([file, ...mapping, '--apply']);
    await world.restart('SIGKILL');
    const cut = await second;
    if (cut.code !== 0) expect(cut.err).toMatch(/assent: .+/);

    const last = await run([file, ...mapping, '--apply']);
    expect([last.code, last.out]).toEqual([0, expect.stringContaining(`${count.toLocaleString('en')} rows`)]);
    const again = await run([file, ...mapping, '--apply']);
    expect(counted(again.out, 'known and unchanged')).toBe(count);
    expect(await Promise.all([0, count / 2, count - 1].map((n) => ask(`many${n}@example.net`)))).toEqual([
      ...['allowed', 'allowed', 'allowed'],
    ]);
  }, 120_000);

  it('takes hostile files in bounded memory, and answers every line', async () => {
    const rows = [
      '\ufeffemail,locale\r\n',
      'good0@example.org,fr\r\n',
      `"${'x'.repeat(10_000_000)}\n`,
      '"open@example.org,fr\n',
      'nul\0@example.org,fr\n',
      `${'a'.repeat(20_000)}@example.org,fr\n`,
      'good1@example.org,not a language\n',
      'good2@example.org,fr',
    ];
    const bad = Buffer.concat([Buffer.from(rows[0] ?? ''), Buffer.from([0xff, 0xfe, 0x2c, 0x0a])]);
    const hostile = await run([
      written('hostile.csv', Buffer.concat([bad, ...rows.slice(1).map((row) => Buffer.from(row))])),
      '--apply',
    ]);
    expect(hostile.out).toContain('8 rows');
    expect(counted(hostile.out, 'rejected')).toBe(6);
    expect(hostile.out.match(/line \d+/g)).toEqual([
      'line 2',
      'line 4',
      'line 5',
      'line 6',
      'line 7',
      'line 8',
    ]);
    expect(await Promise.all(['good0', 'good2'].map((name) => find(`${name}@example.org`)))).toEqual([
      200, 200,
    ]);
    expect(await find('good1@example.org')).toBe(404);
    const polluted = await run(
      ['-', '--format', 'ndjson', '--apply'],
      '{"__proto__":{"polluted":1},"externalId":"p"}\n{"consents":[{"constructor":1}]}\n{"a":\n',
    );
    expect(counted(polluted.out, 'rejected')).toBe(3);
    expect(await ask('good0@example.org')).toBe('no-consent');
  }, 60_000);
});
