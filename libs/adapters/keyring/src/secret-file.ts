import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/**
 * The installation's secret from `<folder>/secret` (base64); makes one (32 random bytes, mode 0600) when there is none.
 * Whole or not at all, on disk when it returns; of two processes that make one at once, one wins and both read it.
 */
export function readOrMakeSecret(folder: string): { secret: Buffer; made: boolean } {
  const path = join(folder, 'secret');
  const found = read(path);
  if (found !== undefined) return { secret: found, made: false };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const own = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const file = openSync(own, 'wx', 0o600);
  writeSync(file, `${randomBytes(32).toString('base64')}\n`);
  fsyncSync(file);
  closeSync(file);
  let made = true;
  try {
    linkSync(own, path); // fails when another process was first
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    made = false;
  } finally {
    unlinkSync(own);
  }
  const directory = openSync(folder, 'r');
  fsyncSync(directory);
  closeSync(directory);
  const secret = read(path);
  if (secret === undefined) throw new Error(`${path} could not be read back`);
  return { secret, made };
}

function read(path: string): Buffer | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const secret = Buffer.from(text.trim(), 'base64');
  if (secret.length < 32) throw new Error(`${path} must hold 32 bytes or more in base64`);
  return secret;
}
