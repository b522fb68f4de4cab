// Servers under load: each a process of its own, on the first core; the load comes from the others.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const canPin = cpus().length > 1 && spawnSync('taskset', ['-V']).status === 0;

/** Keeps this process, which makes the load, off the core of the servers. */
export function pinLoad() {
  if (canPin) spawnSync('taskset', ['-apc', `1-${cpus().length - 1}`, String(process.pid)]);
}

/** `--cpu-prof` leaves a profile of each server in the working directory. */
const profiling = process.argv.includes('--cpu-prof') ? ['--cpu-prof'] : [];

/** Starts `file`, which answers messages; `ask` resolves with its answer. */
async function serve(file, env = {}) {
  const node = [process.execPath, ...profiling, here(file)];
  const [command, ...rest] = canPin ? ['taskset', '-c', '0', ...node] : node;
  const child = spawn(command, rest, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...env },
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${file} ended with ${code}`);
  });
  ended.catch(() => undefined);
  const answer = () => Promise.race([once(child, 'message').then(([message]) => message), ended]);
  const { port } = await answer();
  return {
    port,
    pid: child.pid,
    ask: (message) => {
      const reply = answer();
      child.send(message);
      return reply;
    },
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

export const KEY = 'bench-key-of-presentinfini-0123456789abcdefghijklmnop';
export const TENANT = 'presentinfini';

export const policiesDir = here('../../policies');

export const baselineServer = () => serve('baseline-server.mjs');

/** The whole product on an empty store, as `npm start` runs it, with one key. */
export async function productServer(dataDir = mkdtempSync(join(tmpdir(), 'assent-bench-'))) {
  const server = await serve('product-server.mjs', {
    ASSENT_DATA_DIR: dataDir,
    ASSENT_POLICIES_DIR: policiesDir,
    ASSENT_API_KEYS: `${TENANT}=${KEY}`,
    LOG_LEVEL: 'fatal',
  });
  return {
    ...server,
    dataDir,
    async stop() {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
