// Programs that go on when the command that started them has ended. Each has a folder with its pid and its log.
import { execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

export const textOf = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);

const commandOf = (pid) =>
  process.platform === 'linux'
    ? readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    : execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });

/** The program of this folder, if it runs. Its arguments must name the folder: a pid may belong to another one by now. */
export function pidOf(dir) {
  const pid = Number(textOf(join(dir, 'pid')));
  try {
    return pid > 0 && commandOf(pid).includes(dir) ? pid : undefined;
  } catch {
    return undefined; // no such process
  }
}

/** Starts a program whose arguments name `dir`; whether it lives is for `pidOf` to say, and for its log. */
export function start(dir, command, args) {
  mkdirSync(dir, { recursive: true });
  const log = openSync(join(dir, 'log'), 'a');
  const child = spawn(command, args, { cwd: dir, detached: true, stdio: ['ignore', log, log] });
  child.on('error', (error) => writeFileSync(join(dir, 'log'), `${error.message}\n`, { flag: 'a' }));
  child.unref();
  closeSync(log);
  writeFileSync(join(dir, 'pid'), String(child.pid));
}

export async function stop(dir, signal) {
  const pid = pidOf(dir);
  if (pid !== undefined) {
    process.kill(pid, signal);
    await until(`${dir} to end`, 60_000, () => pidOf(dir) === undefined);
  }
  rmSync(join(dir, 'pid'), { force: true });
}

/** Runs a program to its end; throws with everything it said when it fails. */
export function run(dir, command, args) {
  mkdirSync(dir, { recursive: true });
  try {
    return execFileSync(command, args, { cwd: dir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const said = `${error.stdout ?? ''}${error.stderr ?? ''}` || error.message;
    throw new Error(`${command} ${args.join(' ')} failed:\n${said}`, { cause: error });
  }
}

export function works(command, ...args) {
  try {
    execFileSync(command, args, { stdio: 'ignore', timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}

/** Asks every 100 ms until the answer is yes; throws what a question throws. */
export async function until(what, ms, ask) {
  const end = performance.now() + ms;
  while (!(await ask())) {
    if (performance.now() > end) throw new Error(`waited ${ms / 1000} s in vain for ${what}`);
    await sleep(100);
  }
}

export const lastLines = (dir, count = 20) =>
  (textOf(join(dir, 'log')) ?? '').trimEnd().split('\n').slice(-count).join('\n');

/**
 * As many free ports, the same ones at every call: a service comes back where its clients look for it. They lie below those
 * that systems give to connections, where a client that looks for a dead service can come to be connected to itself.
 */
export async function ports(dir, count) {
  const file = join(dir, 'ports.json');
  const kept = textOf(file);
  if (kept) return JSON.parse(kept);
  const free = new Set();
  while (free.size < count) {
    const port = randomInt(20_000, 30_000);
    if (await isFree(port)) free.add(port);
  }
  mkdirSync(dir, { recursive: true });
  writeFileSync(file, JSON.stringify([...free]));
  return [...free];
}

const isFree = (port) =>
  new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
