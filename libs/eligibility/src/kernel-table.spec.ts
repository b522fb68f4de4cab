import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { blake2s } from '@noble/hashes/blake2.js';
import fc from 'fast-check';
import { kernel, keyOf, secret } from './kernel-spec.js';
import { KernelTable } from './kernel-table.js';
import { allows, ASK, NO_DAY, PlainTable, wordOf } from './verdict-table.js';

const hex = (digest: Uint8Array) => Buffer.from(digest).toString('hex');
const TODAY = 20_781;

describe('The kernel', () => {
  it('is what its source compiles to; npm run kernel makes it anew', () => {
    const tool = fileURLToPath(new URL('../../../tools/kernel.mjs', import.meta.url));
    expect(execFileSync(process.execPath, [tool, '--check'], { encoding: 'utf8' })).toBe('');
  });

  it('computes keyed BLAKE2s: the official vectors, and what an independent implementation computes', () => {
    const made = kernel();
    const bytes = new Uint8Array(made.memory.buffer);
    bytes.set(
      Uint8Array.from({ length: 255 }, (_, index) => index),
      20_000,
    );
    const all = (size: number): Uint8Array[] => {
      made.setKey(20_000, size);
      return Array.from({ length: 255 }, (_, index) => {
        made.hash(20_000, index + 1, 21_000);
        return bytes.slice(21_000, 21_000 + size);
      });
    };
    const [official, ours] = [all(32), all(16)];
    // blake2s-kat.txt of the reference: in = 00, and in = 00 01 … fe; key = 00 … 1f.
    expect(hex(official[0] as Uint8Array)).toBe(
      '40d15fee7c328830166ac3f918650f807e7e01e177258cdc0a39b11f598066f1',
    );
    expect(hex(official[254] as Uint8Array)).toBe(
      '3fb735061abc519dfe979e54c1ee5bfad0a9d858b3315bad34bde999efd724dd',
    );
    // SHA-256 over the 255 digests.
    const sum = (digests: Uint8Array[]) => createHash('sha256').update(Buffer.concat(digests)).digest('hex');
    expect(sum(official)).toBe('6de4c549007f1f5277fa0bf4d7389fe999ab69ed2db8ea1577d1b81078390e4d');
    expect(sum(ours)).toBe('3ebbb73597ac6b9d71004a096cac0b29b00f725058cbb3f8c14610c4d8fb840f');
    ours.forEach((digest, index) => {
      const message = bytes.subarray(20_000, 20_001 + index);
      expect(hex(digest)).toBe(hex(blake2s(message, { key: secret, dkLen: 16 })));
    });
  });
});

describe('A verdict', () => {
  it('says yes or no per pair, "ask" from its day on, and no of whoever is unknown', () => {
    const word = wordOf(0b101n, TODAY + 1);
    expect([0, 1, 2].map((pair) => allows(word, pair, TODAY))).toEqual([true, false, true]);
    expect(allows(word, 0, TODAY + 1)).toBeUndefined();
    expect(allows(wordOf(1n << 43n, NO_DAY), 43, TODAY)).toBe(true);
    expect(allows(wordOf(1n, -5), 0, 0)).toBeUndefined();
    expect(allows(wordOf(1n, 70_000), 0, 70_000)).toBeUndefined();
    expect(allows(wordOf(1n, 7), 0, -1)).toBeUndefined();
    expect(allows(ASK, 0, TODAY)).toBeUndefined();
    expect(allows(0n, 0, TODAY)).toBe(false);
  });
});

describe.each([
  ['in the kernel', (slots: number) => new KernelTable(kernel(), secret, slots)],
  ['in plain TypeScript', () => new PlainTable()],
])('A table %s', (_, made) => {
  const randomKey = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(hex);

  it('holds the last word of each key, however it grows meanwhile', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(randomKey, fc.integer({ min: 0, max: 999 })), { maxLength: 400 }),
        (writes) => {
          const table = made(8);
          const model = new Map<string, bigint>();
          for (const [key, value] of writes) {
            table.set(key, wordOf(BigInt(value), TODAY + 9));
            model.set(key, wordOf(BigInt(value), TODAY + 9));
            expect(table.size).toBe(model.size);
          }
          for (const [key, word] of model) expect(table.get(key)).toBe(word);
          expect(table.get('0'.repeat(31) + '1')).toBe(0n);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('finds every key at every moment of its growth, also those that lie side by side', () => {
    const table = made(64);
    const keys = Array.from({ length: 3000 }, (__, index) => keyOf(`p${index}@example.org`));
    const crowded = Array.from({ length: 40 }, (__, index) => `80000000${String(index).padStart(24, '0')}`);
    const all = [...keys.slice(0, 20), ...crowded, ...keys.slice(20)];
    const lost = (count: number) =>
      all.slice(0, count).filter((known, at) => table.get(known) !== wordOf(BigInt(at), NO_DAY));
    all.forEach((key, index) => {
      table.set(key, wordOf(BigInt(index), NO_DAY));
      if (index % 50 === 0) expect(lost(index + 1)).toEqual([]);
    });
    expect(table.size).toBe(all.length);
    expect(lost(all.length)).toEqual([]);
    expect(table.bytes / table.size).toBeLessThan(170);
  });

  it('names the keys that must be decided anew, each of them, also when it grows meanwhile', () => {
    const table = made(64);
    const due = new Set<string>();
    for (let index = 0; index < 5000; index++) {
      const key = keyOf(`p${index}@example.org`);
      const word = index % 3 === 0 ? ASK : wordOf(1n, index % 3 === 1 ? TODAY : TODAY + 1);
      table.set(key, word);
      if (index % 3 < 2) due.add(key);
    }
    const named = new Set<string>();
    let more = 0;
    for (let from: number | undefined = 0; from !== undefined;) {
      const { keys, next }: ReturnType<PlainTable['due'] | KernelTable['due']> = table.due(TODAY, from);
      keys.forEach((key) => named.add(key));
      for (let index = 0; index < 400; index++)
        table.set(keyOf(`q${(more += 1)}@example.org`), wordOf(1n, NO_DAY));
      from = next;
    }
    expect(named).toEqual(due);
  });
});
