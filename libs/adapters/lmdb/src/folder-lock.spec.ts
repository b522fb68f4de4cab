import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFolder } from './folder-lock.js';
import { here, startOf } from './process-facts.js';

describe('A data folder', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'assent-lock-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const leave = (holder: object | string): string => {
    const path = join(folder, 'process-left.lock');
    writeFileSync(path, typeof holder === 'string' ? holder : JSON.stringify(holder));
    return path;
  };

  it('is held by one until it is given back', () => {
    const giveBack = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(`in use by process ${process.pid}`);
    giveBack();
    lockFolder(folder)();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('held by another process is refused while that lives, and free when it was killed', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(other, 'spawn');
    const pid = other.pid ?? 0;
    leave({ ...here(), pid, start: startOf(pid) });
    expect(() => lockFolder(folder)).toThrow(`process ${pid}`);
    other.kill('SIGKILL');
    await once(other, 'exit');
    lockFolder(folder)();
  });

  it('is given to one at most of several processes that begin at once over a stale lock', async () => {
    leave({ ...here(), pid: 2 ** 30 });
    const script = `const { lockFolder } = await import(${JSON.stringify(new URL('./folder-lock.js', import.meta.url).href)});
      try { lockFolder(${JSON.stringify(folder)}); process.stdout.write('has it'); } catch (error) { process.stdout.write(error.message); }
      process.stdin.on('data', () => process.exit());`;
    const others = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    const told = await Promise.all(others.map(async ({ stdout }) => String((await once(stdout, 'data'))[0])));
    const ended = others.map((other) => once(other, 'exit'));
    for (const { stdin } of others) stdin.end('end');
    await Promise.all(ended);
    expect(told.filter((text) => text === 'has it').length).toBeLessThanOrEqual(1);
    expect(told.filter((text) => text !== 'has it').every((text) => text.includes('in use'))).toBe(true);
  });

  it.each([
    ['cut by a power failure', ''],
    ['no lock at all', 'nonsense'],
    ['of nobody', 'null'],
    ['of a process that is no more', { ...here(), pid: 2 ** 30 }],
    ['of an earlier process with the same number', { ...here(), pid: process.pid, start: '1' }],
    ['of an earlier boot', { ...here(), pid: process.pid, boot: 'earlier' }],
  ])('whose lock is left over, %s, is free', (_, left) => {
    leave(left);
    lockFolder(folder)();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('held in another container is refused while that shows life, and free when it falls silent', () => {
    const last = (path: string, at: number) => utimesSync(path, new Date(at), new Date(at));
    last(leave({ ...here(), pid: 77, space: 'pid:[1]' }), Date.now());
    lockFolder(folder, 300)();
    last(leave({ ...here(), pid: 77, space: 'pid:[1]' }), Date.now() + 60_000);
    expect(() => lockFolder(folder, 300)).toThrow('in use by process 77');
  });

  it('held by this process shows life', () => {
    const giveBack = lockFolder(folder);
    const [name = ''] = readdirSync(folder);
    expect(Date.now() - statSync(join(folder, name)).mtimeMs).toBeLessThan(5_000);
    giveBack();
  });
});
