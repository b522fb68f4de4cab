import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const SHARE_BYTES = 32;
const synchronised = promisify(fdatasync);

/**
 * Slots of 32 random bytes in a file of their own, written over in place: unlike a page of the store, what a slot held
 * is gone when the next bytes are in it.
 */
export class ShareFile {
  private readonly file: number;

  constructor(folder: string, readOnly = false) {
    const path = join(folder, 'shares');
    this.file = readOnly ? openSync(path, 'r') : openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    if (readOnly) return;
    const directory = openSync(folder, 'r');
    fsyncSync(directory);
    closeSync(directory);
  }

  /** Whole slots. */
  get length(): number {
    return Math.floor(fstatSync(this.file).size / SHARE_BYTES);
  }

  read(slot: number): Buffer {
    const share = Buffer.alloc(SHARE_BYTES);
    const read = readSync(this.file, share, 0, SHARE_BYTES, slot * SHARE_BYTES);
    if (read !== SHARE_BYTES) throw new Error(`slot ${slot} is missing in the file of shares`);
    return share;
  }

  /** New random bytes in each slot; the old ones are gone from the disk when it resolves. */
  async renew(slots: readonly number[]): Promise<void> {
    this.overwrite(slots);
    await synchronised(this.file);
  }

  renewNow(slots: readonly number[]): void {
    this.overwrite(slots);
    fdatasyncSync(this.file);
  }

  close(): void {
    closeSync(this.file);
  }

  private overwrite(slots: readonly number[]): void {
    for (const slot of slots)
      writeSync(this.file, randomBytes(SHARE_BYTES), 0, SHARE_BYTES, slot * SHARE_BYTES);
  }
}
