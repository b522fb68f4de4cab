import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFolder } from './folder-lock.js';

describe('A data folder', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'assent-lock-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is held by one until it is given back', () => {
    const giveBack = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(`in use by process ${process.pid}`);
    giveBack();
    lockFolder(folder)();
    expect(existsSync(join(folder, 'process.lock'))).toBe(false);
  });

  it('held by another process is refused while that lives, and free when it was killed', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(other, 'spawn');
    writeFileSync(join(folder, 'process.lock'), `${other.pid ?? 0} `);
    expect(() => lockFolder(folder)).toThrow(`process ${other.pid ?? 0}`);
    other.kill('SIGKILL');
    await once(other, 'exit');
    lockFolder(folder)();
  });

  it.each(['', 'nonsense', `${process.pid} 1`])('whose lock is left over (%j) is free', (left) => {
    writeFileSync(join(folder, 'process.lock'), left);
    lockFolder(folder)();
  });
});
