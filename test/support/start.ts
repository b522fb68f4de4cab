import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** An application of this repository, running as a process of its own. */
export interface RunningApp {
  readonly url: string;
  readonly pid: number;
  /** What it wrote so far, line by line: standard output and standard error. */
  readonly lines: readonly string[];
  /** Milliseconds from its start until it listened. */
  readonly startedInMs: number;
  /** Sends the signal and answers the exit code (null when the signal ended it). */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts the app on a free port; resolves when it listens. Rejects with its output when it ends before. */
export async function start(
  app: string,
  env: NodeJS.ProcessEnv = {},
  /** Gets what it writes, beside what others write. */
  lines: string[] = [],
): Promise<RunningApp> {
  const main = fileURLToPath(new URL(`../../../apps/${app}/dist/main.js`, import.meta.url));
  const began = performance.now();
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env['PATH'],
      NODE_OPTIONS: '--enable-source-maps',
      PORT: '0',
      HOST: '127.0.0.1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await listening(child, app, lines);
  const startedInMs = performance.now() - began;
  return { url, pid: child.pid ?? 0, lines, startedInMs, stop: (signal) => stop(child, signal) };
}

// The log names the address it listens on; both pipes are read to their end so that they never fill.
function listening(child: ChildProcess, app: string, lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) =>
      reject(new Error(`${app} ended with ${code} before it listened:\n${lines.join('\n')}`)),
    );
    for (const pipe of [child.stdout, child.stderr]) {
      if (pipe === null) throw new Error('no output to read');
      createInterface(pipe).on('line', (line) => {
        lines.push(line);
        const url = /Server listening at (http:[^"\s]+)/.exec(line)?.[1];
        if (url) resolve(url);
      });
    }
  });
}

async function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill(signal);
    await once(child, 'exit');
  }
  return child.exitCode;
}
