/** A kernel under test, with the secret 00 01 … 1f. */
import { blake2s } from '@noble/hashes/blake2.js';
import { newKernel, type Kernel } from './kernel-table.js';

export const secret = Uint8Array.from({ length: 32 }, (_, index) => index);
export const kernel = (): Kernel => {
  const made = newKernel();
  if (made === undefined) throw new Error('this platform has no WebAssembly with vectors');
  return made;
};
export const keyOf = (value: string): string =>
  Buffer.from(blake2s(Buffer.from(`email\0${value}`), { key: secret, dkLen: 16 })).toString('hex');
