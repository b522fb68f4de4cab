import fc from 'fast-check';
import type { SubjectRef } from '@assent/ports';
import { answerBatch, type AnswerForm } from './batch.js';
import { csvLine, ndjsonLine, plainLine, type ReadLine } from './batch-format.js';
import { piecesOf } from './pieces.js';

async function* chunked(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}
const decide = (refs: readonly (SubjectRef | undefined)[]) =>
  Promise.resolve(
    refs.map((ref) =>
      ref === undefined
        ? ('malformed' as const)
        : ref.email?.startsWith('yes') === true
          ? ('allowed' as const)
          : ('no-consent' as const),
    ),
  );
const run = async (
  input: string | Buffer,
  read: ReadLine,
  answer: AnswerForm = 'bits',
  size = 7,
): Promise<string> => {
  const parts: Buffer[] = [];
  const pieces = piecesOf(chunked(Buffer.from(input), size));
  for await (const part of answerBatch(pieces, read, { answer, explain: true, decide })) parts.push(part);
  return Buffer.concat(parts).toString();
};
const plain = plainLine('email');
const json = (text: string) => ndjsonLine(Buffer.from(text));
const csv = (header: string, channel: 'email' | 'sms' = 'email') => {
  const read = csvLine(Buffer.from(header), channel);
  return read && ((text: string | Buffer) => read(Buffer.from(text)));
};

describe('The lines of a batch', () => {
  it('are answered one by one, also the last without a line ending', async () => {
    expect(await run('yes@a.org\nno@a.org\nyes@b.org', plain)).toBe('101');
    expect(await run('yes@a.org\r\nno@a.org\r\n', plain)).toBe('10');
    expect(await run('', plain)).toBe('');
    expect(await run('\n\n', plain)).toBe('00');
    expect(await run('\r', plain)).toBe('0');
  });

  it('begin behind a byte order mark, which only the first may have', async () => {
    expect(await run('\ufeff{"email":"yes@a.org"}\n\ufeff{"email":"yes@a.org"}\n', ndjsonLine)).toBe('10');
    expect(await run('\ufeffyes@a.org\n', plain, 'allowed')).toBe('\ufeffyes@a.org\n');
  });

  it('that are no UTF-8, hold a NUL or are too long are malformed and stop nothing', async () => {
    const bad = Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from('\n{"email":"yes\0"}\n{"email":"yes"}\n')]);
    expect(await run(bad, ndjsonLine)).toBe('001');
    expect(await run(`${'x'.repeat(10 << 20)}\nyes@a.org\n`, plain, 'bits', 65536)).toBe('01');
    expect(await run('y'.repeat(10 << 20), plain, 'allowed', 65536)).toBe('');
    expect(await run(`yes${'x'.repeat(2 << 20)}\nyes@a.org`, plain, 'allowed', 3 << 20)).toBe('yes@a.org');
  });

  it('of any length come a byte at a time for the price of one', async () => {
    const long = `yes${'x'.repeat(200_000)}`;
    expect(await run(`${long}\nno`, plain, 'allowed', 1)).toBe(`${long}\n`);
  });

  it('come back byte for byte when they are allowed', async () => {
    const lines = ['yes@a.org \r\n', 'no@a.org\n', '  yes@b.org\n', 'yes@c.org'];
    expect(await run(lines.join(''), plain, 'allowed')).toBe(
      `${lines[0] ?? ''}${lines[2] ?? ''}${lines[3] ?? ''}`,
    );
  });

  it('are told as verdicts, numbered from 1', async () =>
    expect(await run('yes@a.org\n\nno@a.org\n', plain, 'verdicts')).toBe(
      '{"line":1,"allowed":true,"reason":"allowed"}\n' +
        '{"line":2,"allowed":false,"reason":"malformed"}\n' +
        '{"line":3,"allowed":false,"reason":"no-consent"}\n',
    ));

  it('have the same answers however the input is cut, and as many as there are lines', async () => {
    const line = fc.oneof(
      fc.constantFrom('yes@a.org', '{"email":"yes@a.org"}', '', ' ', '"', '{"email":"yes', '\ufeff', '\r'),
      fc.constantFrom('no', 'yes@é.org', '{"email":1}', '"yes@a.org",x', 'yes@a.org;"', 'x\0yes'),
      fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replaceAll('\n', '')),
    );
    const readers = [plain, ndjsonLine, csvLine(Buffer.from('email,name'), 'email') as ReadLine];
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 8 }), async (lines) => {
        const input = Buffer.from(`${lines.join('\n')}\n`);
        for (const read of readers) {
          for (const form of ['bits', 'allowed'] as const) {
            const whole = await run(input, read, form, input.length);
            if (form === 'bits') expect(whole).toHaveLength(lines.length);
            for (let size = 1; size < 9; size++) expect(await run(input, read, form, size)).toBe(whole);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('A line', () => {
  it('of NDJSON names exactly one known member', () => {
    expect(json('{"email":"a@example.org","x":1}')).toEqual({ email: 'a@example.org' });
    expect(json('{"id":"sub_1"}')).toEqual({ id: 'sub_1' });
    const nobody = ['', '[]', 'null', '{}', '{"email":""}', '{"email":["a"]}', '7', '"a@example.org"'];
    for (const bad of [...nobody, '{"email":"a","phone":"b"}', '{"__proto__":{"email":"a"}}']) {
      expect(json(bad)).toBeUndefined();
    }
  });

  it('of CSV is read by the header, whatever the separator and the quotes', () => {
    expect(csv('name,E-Mail')).toBeUndefined();
    expect(csv('')).toBeUndefined();
    expect(csv('name;Email;town')?.('"A;""B""";a@example.org;x')).toEqual({ email: 'a@example.org' });
    expect(csv('name\temail')?.('x\t "a@example.org"')).toEqual({ email: '"a@example.org"' });
    expect(csv('"email",name')?.('"a@example.org",x')).toEqual({ email: 'a@example.org' });
    expect(csv('externalId,name')?.('crm-1,x')).toEqual({ externalId: 'crm-1' });
    expect(csv('email')?.('a@example.org')).toEqual({ email: 'a@example.org' });
    for (const bad of ['"a@example.org', '"a@example.org"x,b', '', ',x', '"",x'])
      expect(csv('email,name')?.(bad)).toBeUndefined();
    expect(csv('name,email')?.('x')).toBeUndefined();
  });

  it('of CSV names the person by the address that the channel needs', () => {
    expect(csv('email,phone', 'sms')?.('a@example.org,+33612345678')).toEqual({ phone: '+33612345678' });
    expect(csv('phone,email')?.('+33612345678,a@example.org')).toEqual({ email: 'a@example.org' });
    expect(csv('name,phone')?.('Ada,+33612345678')).toEqual({ phone: '+33612345678' });
  });

  it('of CSV may have another encoding in the columns that are not read', () => {
    const line = Buffer.from('Orl\xe9ans;a@example.org', 'latin1');
    expect(csv('town;email')?.(line)).toEqual({ email: 'a@example.org' });
    expect(csv('email;town')?.(Buffer.from('\xe9@example.org;x', 'latin1'))).toBeUndefined();
  });

  it('of plain text is an e-mail address or a phone number', () => {
    const read = (text: string, channel: 'email' | 'sms' = 'email') => plainLine(channel)(Buffer.from(text));
    expect(read(' a@example.org ')).toEqual({ email: 'a@example.org' });
    expect(read('+33612345678')).toEqual({ phone: '+33612345678' });
    expect(read('0033 6 12 34 56 78', 'sms')).toEqual({ phone: '0033 6 12 34 56 78' });
    expect(read('a@example.org', 'sms')).toEqual({ email: 'a@example.org' });
    expect(read('  ')).toBeUndefined();
  });
});
