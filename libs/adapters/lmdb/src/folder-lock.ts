/** One process per data folder: two would both deliver. Left behind by `kill -9`, a lock is known to be stale. */
import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const held = new Set<string>();

/** Takes the folder for this process, or says who has it. Answers how to give it back. */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'process.lock');
  const mine = `${process.pid} ${startOf(process.pid) ?? ''}`;
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, mine);
      closeSync(file);
      held.add(path);
      return () => {
        held.delete(path);
        unlinkSync(path);
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = read(path);
      if (holder !== undefined && isAlive(holder, path)) {
        throw new Error(
          `${folder} is in use by process ${holder.pid}: stop it first, or set ASSENT_DATA_DIR to another folder`,
          { cause: error },
        );
      }
      remove(path);
    }
  }
  throw new Error(`${path} could not be taken`);
}

interface Holder {
  readonly pid: number;
  readonly start: string;
}

function read(path: string): Holder | undefined {
  try {
    const [pid = '', start = ''] = readFileSync(path, 'utf8').split(' ');
    return Number.isInteger(Number(pid)) && pid !== '' ? { pid: Number(pid), start } : undefined;
  } catch {
    return undefined; // gone meanwhile, or never written: nobody holds it
  }
}

function isAlive({ pid, start }: Holder, path: string): boolean {
  if (pid === process.pid) return held.has(path); // the number of an earlier life, e.g. process 1 of a container
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  if (isDead(pid)) return false;
  const now = startOf(pid);
  return now === undefined || start === '' || now === start;
}

/** When the process began, in ticks since boot, where the platform tells: a number can be given to another process. */
const startOf = (pid: number): string | undefined => stat(pid)?.[19];

/** Killed and not yet taken note of by its parent: it holds nothing any more. */
const isDead = (pid: number): boolean => ['Z', 'X'].includes(stat(pid)?.[0] ?? '');

/** The fields of `/proc/<pid>/stat` behind the name, where there are any. */
function stat(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
