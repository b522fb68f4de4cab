import fc from 'fast-check';
import { normaliseAddress } from '@assent/contract';
import { csvLine, ndjsonLine, plainLine, type ReadLine } from './batch-format.js';
import { kernel, keyOf, secret } from './kernel-spec.js';
import { KernelTable } from './kernel-table.js';
import { NO_DAY, wordOf } from './verdict-table.js';

const TODAY = 20_781;

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
