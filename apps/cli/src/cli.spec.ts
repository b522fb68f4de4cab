import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { progressOn } from './progress.js';
import { SENT } from './sent-mail-spec.js';

const program = fileURLToPath(new URL('./main.js', import.meta.url));
const run = (...args: string[]): Promise<{ code: number; text: string }> =>
  new Promise((resolve) => {
    const env = { ...process.env, MONGODB_URI: '' };
    execFile(process.execPath, [program, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, text: stdout + stderr }),
    );
  });

/** Each start of a process takes seconds on a busy machine. */
const STARTS_MS = 180_000;

describe('assent', () => {
  it(
    'lists every command that has a file',
    async () => {
      const { code, text } = await run('--help');
      expect(code).toBe(0);
      for (const name of ['drift', 'lint-mail', 'migrate', 'prepare', 'take-mail'])
        expect(text).toMatch(new RegExp(`^ +${name} `, 'm'));
    },
    STARTS_MS,
  );

  it(
    'says in one sentence what is wrong with a call, and fails',
    async () => {
      const uri = 'mongodb://127.0.0.1:1';
      expect(await run('migrate', '--from', 'paper', '--to', 'mongodb', '--mongodb-uri', uri)).toMatchObject({
        code: 1,
        text: expect.stringContaining('Allowed choices are lmdb') as string,
      });
      expect(await run('prepare')).toMatchObject({
        code: 1,
        text: expect.stringContaining('--mongodb-uri') as string,
      });
      expect(await run('prepare', '--mongodb-uri', 'http://x')).toMatchObject({
        code: 1,
        text: expect.stringMatching(/^assent: no MongoDB can be used at .*\n$/) as string,
      });
    },
    STARTS_MS,
  );

  it(
    'makes no store where there is none to move',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'assent-empty-'));
      const args = ['--from', 'lmdb', '--to', 'mongodb', '--mongodb-uri', 'mongodb://127.0.0.1:1'];
      expect(await run('migrate', ...args, '--data-dir', folder)).toEqual({
        code: 1,
        text: `assent: there is no store in ${folder}\n`,
      });
      expect(readdirSync(folder)).toEqual([]);
      rmSync(folder, { recursive: true });
    },
    STARTS_MS,
  );
});

describe('assent lint-mail', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assent-mail-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const kept = (mail: string): string => {
    const file = join(folder, 'sample.eml');
    writeFileSync(file, mail);
    return file;
  };

  it(
    'exits with 1 when a provider would refuse the mail, and with 0 when there are only warnings',
    async () => {
      const ours = await run('lint-mail', kept(SENT), '--public-url', 'https://consent.example.org');
      expect(ours).toEqual({ code: 0, text: expect.stringContaining('0 errors, 0 warnings') as string });
      const warned = await run('lint-mail', kept(SENT.replace(/^List-Id.*\r\n/m, '')));
      expect(warned).toEqual({ code: 0, text: expect.stringContaining('0 errors, 1 warning') as string });
      const refused = await run('lint-mail', kept(SENT.replace(/^List-Unsubscribe-Post:.*\r\n/m, '')));
      expect(refused).toEqual({ code: 1, text: expect.stringContaining('1 error, 0 warnings') as string });
    },
    STARTS_MS,
  );
});

describe('Progress', () => {
  const shown = (isTTY: boolean): string[] => {
    const written: string[] = [];
    let now = 0;
    const progress = progressOn({ isTTY, columns: 200, write: (text) => written.push(text) }, () => now);
    progress.begin('copying streams', 2_000);
    for (let step = 0; step < 4; step++) {
      now += 5_000;
      progress.add(500);
    }
    progress.end();
    return written;
  };

  it('is a bar on a terminal', () => {
    const written = shown(true);
    expect(written[0]).toBe(
      `\r\u001b[K[${'#'.repeat(8)}${'.'.repeat(22)}] copying streams      500 of 2,000`,
    );
    expect(written.at(-1)).toBe(`\r\u001b[K[${'#'.repeat(30)}] copying streams      2,000 of 2,000\n`);
  });

  it('is a line now and then elsewhere', () => {
    expect(shown(false)).toEqual([
      'copying streams      1,000 of 2,000\n',
      'copying streams      2,000 of 2,000\n',
      'copying streams      2,000 of 2,000\n',
    ]);
  });
});
