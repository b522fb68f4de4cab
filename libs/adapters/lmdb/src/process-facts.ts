import { readFileSync, readlinkSync } from 'node:fs';

/** What a process number is worth: it means something in one boot and one PID namespace, from one beginning on. */
export interface Place {
  /** Ticks since boot; empty where the platform does not tell. */
  readonly start: string;
  readonly boot: string;
  readonly space: string;
}

let place: Place | undefined;

export const here = (): Place =>
  (place ??= {
    start: startOf(process.pid) ?? '',
    boot: told(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? '',
    space: told(() => readlinkSync('/proc/self/ns/pid')) ?? '',
  });

/** When the living process of this number began; empty where nobody tells, `undefined` when there is none. */
export function startOf(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  const stat = told(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  // Killed and not yet taken note of by its parent: it holds nothing any more.
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return fields[19] ?? '';
}

/** Only Linux tells these things. */
function told(ask: () => string): string | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
