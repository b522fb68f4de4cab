import fc from 'fast-check';
import { contactRows, type Row } from './contact-rows.js';

async function* inParts(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

interface Said {
  readonly map?: Readonly<Record<string, string>>;
  readonly always?: Readonly<Record<string, string>>;
  readonly format?: 'csv' | 'ndjson';
  readonly size?: number;
}
async function read(
  file: string | Uint8Array,
  { map = {}, always = {}, format = 'csv', size = 1000 }: Said = {},
) {
  const bytes = typeof file === 'string' ? Buffer.from(file) : file;
  const reading = { format, map: new Map(Object.entries(map)), always: new Map(Object.entries(always)) };
  const rows: Row[] = [];
  for await (const row of contactRows(inParts(bytes, size), reading)) rows.push(row);
  return rows.map((row) =>
    'body' in row ? { line: row.line, said: JSON.parse(row.body) as Record<string, unknown> } : row,
  );
}
const email = (value: string) => ({ addresses: [{ kind: 'email', value }] });
const values = (rows: Awaited<ReturnType<typeof read>>) =>
  rows.map((row) => ('said' in row ? (row.said['addresses'] as { value: string }[])[0]?.value : row.fault));

describe('A file of contacts as CSV', () => {
  it('says with each column a member of the API, whatever its case', async () => {
    const header =
      'Email;phone;externalId;informed;declined;consents;consents.channels;consents.notice;evidence.documentRef;locale';
    const file = `${header}\nada@example.org;+33612345678;crm-1;yes;"offers, loyalty";newsletter prospecting;email;x@1;scan-1;\n`;
    expect(await read(file)).toEqual([
      {
        line: 2,
        said: {
          addresses: [
            { kind: 'email', value: 'ada@example.org' },
            { kind: 'phone', value: '+33612345678' },
          ],
          ...{ externalId: 'crm-1', informed: true, declined: ['offers', 'loyalty'] },
          evidence: { method: 'import', documentRef: 'scan-1' },
          consents: [
            { purpose: 'newsletter', channels: ['email'], notice: 'x@1' },
            { purpose: 'prospecting', channels: ['email'], notice: 'x@1' },
          ],
        },
      },
    ]);
  });

  it('takes other names and passes columns over when told to, and says for every row what holds for all', async () => {
    const map = { 'E-Mail': 'email', town: '-' };
    const always = { source: 'fair', locale: 'de', 'evidence.method': 'paper' };
    expect(
      await read('E-Mail,town,locale\na@example.org,Paris,fr\nb@example.org,Lyon,\n', { map, always }),
    ).toEqual([
      {
        line: 2,
        said: { ...email('a@example.org'), locale: 'fr', source: 'fair', evidence: { method: 'paper' } },
      },
      {
        line: 3,
        said: { ...email('b@example.org'), locale: 'de', source: 'fair', evidence: { method: 'paper' } },
      },
    ]);
  });

  it.each([
    ['email,town\n', 'not understood: "town". Understood are email, phone'],
    ['email,__proto__\n', 'not understood: "__proto__"'],
    ['email,constructor.prototype\n', 'not understood'],
    ['email,Email\n', 'two columns say "email"'],
    ['locale\n', 'no column says email'],
    ['ada@example.org,fr\nbo@example.org,fr\n', 'not understood: (no name), "fr"'],
    ['', 'the file is empty'],
    ['"email\n', 'the header opens a quote that is not closed'],
  ])('with the header %j is refused', async (file, why) => {
    await expect(read(file)).rejects.toThrow(why);
  });
  it('without a column that was mapped is refused', () =>
    expect(read('email\n', { map: { Mail: 'email' } })).rejects.toThrow('the file has no column "Mail"'));

  it('with a byte order mark, CRLF, quotes, newlines in cells and blank lines reads as one without', async () => {
    const file =
      '\ufeffemail,evidence.note\r\n"a@example.org","said ""yes"",\r\nin two lines"\r\n\r\nb@example.org,\r\n';
    expect(await read(file)).toEqual([
      {
        line: 2,
        said: {
          ...email('a@example.org'),
          evidence: { method: 'import', note: 'said "yes",\nin two lines' },
        },
      },
      { line: 5, said: email('b@example.org') },
    ]);
  });

  it('of which a line is hostile rejects that line, by its number, and takes all others', async () => {
    const huge = 'x'.repeat(10_000_000);
    const rows: [Buffer | string, string][] = [
      ['a@example.org,fr', 'a@example.org'],
      ['"b@example.org,fr', 'opens a quote that is not closed'],
      ['c@example.org,fr', 'c@example.org'],
      ['d@example.org', 'has 1 columns, the header has 2'],
      ['e@example.org,fr,x', 'has 3 columns, the header has 2'],
      ['f@exa\0mple.org,fr', 'holds a NUL'],
      [Buffer.from([0x67, 0xff, 0xfe, 0x2c, 0x66, 0x72]), 'is not UTF-8'],
      [huge, 'is longer than 1 MiB'],
      ['"h@example.org"x,fr', 'has characters behind a closing quote'],
      ['"i@example.org",fr', 'i@example.org'],
      ['=cmd|calc!A1,fr', '=cmd|calc!A1'],
      ['"j@example.org', 'opens a quote that is not closed'],
    ];
    const lines = rows.flatMap(([text]) => [Buffer.from(text as string), Buffer.from('\n')]);
    const read_ = await read(Buffer.concat([Buffer.from('email,locale\n'), ...lines]), { size: 65_536 });
    expect(read_.map(({ line }) => line)).toEqual(rows.map((_, index) => index + 2));
    expect(values(read_)).toEqual(rows.map(([, told]) => told));
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('of any cells comes back as it was written, cut anywhere', async () => {
    const cell = fc.string({ unit: fc.constantFrom(...'ab",;\t\n =+é€'), maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell), { maxLength: 12 }),
        fc.integer({ min: 1, max: 9 }),
        async (cells, size) => {
          const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
          const file = `email,externalId\n${cells.map(([a, b]) => `${quoted(`${a}@`)},${quoted(b)}\n`).join('')}`;
          const rows = await read(file, { size });
          expect(values(rows)).toEqual(cells.map(([a]) => `${a}@`.trim()));
          const ids = rows.map((row) => ('said' in row ? row.said['externalId'] : row));
          expect(ids).toEqual(cells.map(([, b]) => b.trim() || undefined));
        },
      ),
    );
  });

  it('of any bytes neither fails nor gives a line twice', async () => {
    const bytes = fc.uint8Array({ maxLength: 300 });
    const some = fc.array(
      fc.oneof(
        bytes,
        fc.constantFrom('"', '\n', ',', 'a@example.org\n').map((text) => Buffer.from(text)),
      ),
    );
    await fc.assert(
      fc.asyncProperty(some, async (parts) => {
        const rows = await read(Buffer.concat([Buffer.from('email,locale\n'), ...parts]), { size: 7 });
        const lines = rows.map(({ line }) => line);
        expect(lines).toEqual([...new Set(lines)].sort((a, b) => a - b));
      }),
    );
  });
});

describe('A file of contacts as NDJSON', () => {
  it('is sent line by line as it is, blank lines left out', async () => {
    const file = '\ufeff{"externalId":"a"}\r\n\n{"externalId":"b"}';
    expect(await read(file, { format: 'ndjson', size: 3 })).toEqual([
      { line: 1, said: { externalId: 'a' } },
      { line: 3, said: { externalId: 'b' } },
    ]);
  });
});
