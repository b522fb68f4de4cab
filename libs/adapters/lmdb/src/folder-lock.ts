/**
 * One process per data folder: two would both deliver. Each puts a file of its own there, then looks for others, so of
 * two the later one sees the earlier. What `kill -9` or a power cut left behind is known to be stale.
 */
import { readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { here, startOf, type Place } from './process-facts.js';

/** A holder in another container, whose processes cannot be seen from here, shows that it lives by the file's time. */
const BEAT_MS = 2_000;
const SILENT_MS = 10_000;
const TRIES = 3;
const LOCK = /^process-.*\.lock$/;

interface Holder extends Place {
  readonly pid: number;
}

/**
 * Takes the folder for this process, or says who has it. Answers how to give it back. Waits a little longer than
 * `silentMs` for a holder in another container to fall silent.
 */
export function lockFolder(folder: string, silentMs = SILENT_MS): () => void {
  const name = `process-${process.pid}-${randomBytes(6).toString('hex')}`;
  const path = join(folder, `${name}.lock`);
  const deadline = Date.now() + silentMs + BEAT_MS;
  for (let attempt = 1; ; attempt++) {
    put(path, { pid: process.pid, ...here() });
    const other = livingHolder(folder, path, silentMs);
    if (other === undefined) break;
    rmSync(path, { force: true });
    // Two that begin at once both step back; the killed container before this one falls silent in seconds.
    const worthwhile = isElsewhere(other) ? Date.now() < deadline : attempt < TRIES;
    if (!worthwhile) throw inUse(folder, other);
    pause(isElsewhere(other) ? 500 : Math.random() * 50);
  }
  const beat = setInterval(() => touch(path), BEAT_MS);
  beat.unref();
  return () => {
    clearInterval(beat);
    rmSync(path, { force: true });
  };
}

const inUse = (folder: string, { pid }: Holder): Error =>
  new Error(`${folder} is in use by process ${pid}: stop it first, or set ASSENT_DATA_DIR to another folder`);

/** Appears whole: nobody reads half a lock and takes it for none. */
function put(path: string, holder: Holder): void {
  const draft = `${path}.draft`;
  writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 });
  renameSync(draft, path);
}

/** Another holder that lives; the locks of the dead are removed on the way. */
function livingHolder(folder: string, own: string, silentMs: number): Holder | undefined {
  for (const name of readdirSync(folder).filter((file) => LOCK.test(file))) {
    const path = join(folder, name);
    if (path === own) continue;
    const holder = read(path);
    if (holder && isAlive(holder, path, silentMs)) return holder;
    rmSync(path, { force: true });
  }
  return undefined;
}

function read(path: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder> | null;
    const { pid, start = '', boot = '', space = '' } = holder ?? {};
    return Number.isInteger(pid) ? { pid: pid as number, start, boot, space } : undefined;
  } catch {
    return undefined; // given back meanwhile, or not whole after a power cut: nobody holds it
  }
}

const isElsewhere = ({ boot, space }: Holder): boolean => boot === here().boot && space !== here().space;

function isAlive(holder: Holder, path: string, silentMs: number): boolean {
  if (holder.boot !== here().boot) return false;
  if (isElsewhere(holder)) return Date.now() - (writtenAt(path) ?? 0) < silentMs;
  const start = startOf(holder.pid);
  // A number is given to another process in time: only with its beginning it is the same.
  return start !== undefined && (start === '' || holder.start === '' || start === holder.start);
}

function writtenAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

function touch(path: string): void {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // The folder was removed or the disk is in trouble, of which the next commit tells.
  }
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
