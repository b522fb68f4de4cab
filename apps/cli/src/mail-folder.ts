/** A folder that mails are put into. Each is worked off once and moved; what did not work stays where it is. */
import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** `later`: it stays, and the next run takes it. */
export type Fate = 'done' | 'refused' | 'later';

/** A mail that is longer is refused unread: reports are short. */
export const LARGEST_BYTES = 5 << 20;
/** `undefined`: larger than `LARGEST_BYTES`. */
export type Work = (bytes: Buffer | undefined, name: string) => Promise<Fate>;

/**
 * Works off what lies in the folder, oldest name first. Names that begin with a dot or end in `.part` or `.tmp` are still being
 * written; folders and links are passed over. `done/` and `refused/` are made beside the mails, for their owner alone.
 */
export async function workOff(folder: string, work: Work): Promise<Record<Fate, number>> {
  const counts: Record<Fate, number> = { done: 0, refused: 0, later: 0 };
  const entries = await readdir(folder, { withFileTypes: true });
  for (const fate of ['done', 'refused']) await mkdir(join(folder, fate), { recursive: true, mode: 0o700 });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  for (const name of names.filter((one) => !/^\.|\.(?:part|tmp)$/.test(one)).sort()) {
    const file = await opened(join(folder, name));
    if (file === undefined) continue; // another process was faster
    try {
      const info = await file.stat();
      if (!info.isFile()) continue;
      const fate = await work(info.size > LARGEST_BYTES ? undefined : await file.readFile(), name);
      if (fate !== 'later') await moved(file, folder, name, fate);
      counts[fate] += 1;
    } finally {
      await file.close();
    }
  }
  return counts;
}

async function opened(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Durable before the next mail: whoever is killed in between works the mail off again, which changes nothing. */
async function moved(file: FileHandle, folder: string, name: string, fate: Fate): Promise<void> {
  await file.chmod(0o600);
  try {
    await rename(join(folder, name), await freeName(join(folder, fate), name));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  for (const changed of [join(folder, fate), folder]) await synced(changed);
}

async function freeName(folder: string, name: string): Promise<string> {
  for (let number = 0; ; number++) {
    const path = join(folder, number === 0 ? name : `${name}.${number}`);
    try {
      await stat(path);
    } catch (error) {
      if (isMissing(error)) return path;
      throw error;
    }
  }
}

async function synced(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
