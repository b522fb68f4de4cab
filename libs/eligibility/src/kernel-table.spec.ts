import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { blake2s } from '@noble/hashes/blake2.js';
import fc from 'fast-check';
import { normaliseAddress } from '@assent/contract';
import { csvLine, ndjsonLine, plainLine, type ReadLine } from './batch-format.js';
import { KernelTable, newKernel, type Kernel } from './kernel-table.js';
import { allows, ASK, NO_DAY, PlainTable, wordOf } from './verdict-table.js';

const secret = Uint8Array.from({ length: 32 }, (_, index) => index);
const kernel = (): Kernel => {
  const made = newKernel();
  if (made === undefined) throw new Error('this platform has no WebAssembly with vectors');
  return made;
};
const keyOf = (value: string): string =>
  Buffer.from(blake2s(Buffer.from(`email\0${value}`), { key: secret, dkLen: 16 })).toString('hex');
const hex = (digest: Uint8Array) => Buffer.from(digest).toString('hex');
const TODAY = 20_781;

describe('The kernel', () => {
  it('is what its source compiles to; npm run kernel makes it anew', () => {
    const tool = fileURLToPath(new URL('../../../tools/kernel.mjs', import.meta.url));
    expect(execFileSync(process.execPath, [tool, '--check'], { encoding: 'utf8' })).toBe('');
  });

  it('computes keyed BLAKE2s: the official vectors, and what an independent implementation computes', () => {
    const { memory, setKey, hash } = kernel();
    const bytes = new Uint8Array(memory.buffer);
    bytes.set(
      Uint8Array.from({ length: 255 }, (_, index) => index),
      20_000,
    );
    const all = (size: number): Uint8Array[] => {
      setKey(20_000, size);
      return Array.from({ length: 255 }, (_, index) => {
        hash(20_000, index + 1, 21_000);
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

const forms: [string, ReadLine][] = [
  ['NDJSON', ndjsonLine],
  ['plain lines', plainLine('email')],
  ['the first column', csvLine(Buffer.from('email,name'), 'email') as ReadLine],
  ['a later column', csvLine(Buffer.from('name;town;email;x'), 'email') as ReadLine],
  ['a column behind a tab', csvLine(Buffer.from('name\temail'), 'email') as ReadLine],
];

describe.each(forms)('The kernel on %s', (_, read) => {
  const names = [
    'ada@example.org',
    '+ada@example.org',
    'zoe.doe@example.com',
    'i@xn--bcher-kva.example',
    'é@example.org',
  ];
  const known = [...names, ...[47, 50, 55, 180].map((length) => `${'l'.repeat(length)}@x.org`)];
  const table = new KernelTable(kernel(), secret);
  for (const address of known) table.set(keyOf(address), wordOf(1n << 43n, NO_DAY));

  /** What a line means, and whether the kernel may say so itself. */
  const slowly = (line: Buffer): string => {
    const content = line.at(-1) === 13 ? line.subarray(0, -1) : line;
    const email = read(content)?.email;
    const address = email === undefined ? undefined : normaliseAddress('email', email);
    return address !== undefined && known.includes(address.value) ? '1' : '0';
  };
  const answers = (lines: readonly Buffer[]): { certain: number; wrong: string[] } => {
    const piece = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));
    const scanned = table.scan(piece, read.form as 'json', 43, TODAY);
    const told = [...Buffer.from(scanned.answers).toString()];
    expect(told).toHaveLength(lines.length);
    const open = new Map(scanned.open.map(({ line, start }) => [line, start]));
    let start = 0;
    const wrong = lines.flatMap((line, index) => {
      if (told[index] === '?') expect(open.get(index)).toBe(start);
      start += line.length + 1;
      return told[index] === '?' || told[index] === slowly(line) ? [] : [line.toString('latin1')];
    });
    return { certain: told.filter((one) => one !== '?').length, wrong };
  };

  const address = fc.oneof(
    fc.constantFrom(...known),
    fc.constantFrom(...known).map((text) => ` ${text.toUpperCase()} `),
    fc.constantFrom('nobody@example.org', '', '+33612345678', 'x', 'ada@example.orgx', 'a"b@example.org'),
    fc.string({ unit: 'binary', maxLength: 6 }),
  );
  const hostile = fc.constantFrom(
    ...[
      '',
      ',',
      ';',
      '\t',
      '"',
      '\r',
      '\0',
      '\ufeff',
      '{',
      '}',
      ':',
      '\\',
      '\\u0040',
      'é',
      ' ',
      '\u007f',
      '1',
    ],
    ...[
      '"id":"sub_1"',
      '"phone":"1"',
      '"externalId":"c"',
      '"externalise":"c"',
      '"email":"no@x.org"',
      ',"n":1',
    ],
  );
  const rival = fc.constantFrom(
    '"id":"sub_1"',
    '"phone":"1"',
    '"externalId":"c"',
    '"email":"no@x.org"',
    '"x":"\xff"',
  );
  const one = fc.constantFrom(...known);
  const tricky = fc.oneof(
    fc.tuple(rival, one).map(([other, email]) => `{${other},"email":"${email}"}`),
    fc.tuple(one, rival).map(([email, other]) => `{"email":"${email}",${other}}`),
    one.map((email) => `"${email}","x"`),
    one.map((email) => `"${email}"`),
    one.map((email) => `Ada;"a;b";${email}`),
    one.map((email) => `Ada;x";${email}`),
    one.map((email) => `"Ada"\t${email}\t"x`),
  );
  const line = fc.oneof(
    tricky,
    address,
    address.map((email) => JSON.stringify({ email })),
    fc.tuple(address, hostile, hostile).map(([email, a, b]) => `{${a}"email":"${email}"${b}}`),
    fc
      .tuple(
        address,
        fc.constantFrom(',"n":"é"', ',"n":01', ',"n":0', ',"n":-1', ',"n":null', ',"e":[]', ','),
      )
      .map(([email, more]) => `{"email":"${email}"${more}}`),
    fc.tuple(hostile, address, hostile).map((parts) => parts.join('')),
    fc.tuple(address, address, address, hostile).map((parts) => parts.join(';')),
    fc.tuple(address, address, hostile).map((parts) => parts.join('\t')),
    fc.tuple(address, hostile).map((parts) => parts.join(',')),
  );
  const withoutFeed = (text: string) =>
    Buffer.from(text.replaceAll('\n', ''), text.includes('\xff') ? 'latin1' : 'utf8');
  const damaged = fc
    .tuple(line.map(withoutFeed), fc.nat(), fc.integer({ min: 0, max: 255 }), fc.boolean())
    .map(([bytes, place, byte, isDamaged]) => {
      const copy = Buffer.from(bytes);
      if (isDamaged && copy.length > 0 && byte !== 10) copy[place % copy.length] = byte;
      return copy;
    });

  it('agrees with the one reader of lines on whatever it answers itself, damaged lines too', () => {
    fc.assert(
      fc.property(fc.array(damaged, { minLength: 1, maxLength: 150 }), (lines) => {
        expect(answers(lines).wrong).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('answers ordinary lines itself', () => {
    const ordinary = (email: string): string[] =>
      read.form === 'json'
        ? [
            `{"email":"${email}"}`,
            `{"email":"${email}","n":12,"name":"Ada"}`,
            `{ "n" : "x", "email": "${email}" }\r`,
          ]
        : read.form === 'plain'
          ? [email, ` ${email} `, `${email}\r`]
          : [ordinaryRow(email, ''), ordinaryRow(email, '\r')];
    const ordinaryRow = (email: string, end: string): string => {
      const { separator, column } = read.form as { separator: string; column: number };
      return `${`Ada${separator}`.repeat(column)}${email}${separator}x${end}`;
    };
    const lines = ['ada@example.org', 'ADA@example.org', 'no@example.org']
      .flatMap(ordinary)
      .map((text) => Buffer.from(text));
    expect(answers(lines)).toEqual({ certain: lines.length, wrong: [] });
  });
});
