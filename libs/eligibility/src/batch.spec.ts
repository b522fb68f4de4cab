import fc from 'fast-check';
import type { SubjectRef } from '@assent/ports';
import { answerBatch, groupsOf, type AnswerForm } from './batch.js';
import { csvLine, ndjsonLine, plainLine, type ReadLine } from './batch-format.js';

async function* chunked(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}
const decide = ({ email }: SubjectRef) =>
  Promise.resolve(email?.startsWith('yes') === true ? ('allowed' as const) : ('no-consent' as const));
const run = async (
  input: string | Buffer,
  read: ReadLine,
  answer: AnswerForm = 'bits',
  size = 7,
): Promise<string> => {
  const parts: Buffer[] = [];
  const groups = groupsOf(chunked(Buffer.from(input), size));
  for await (const part of answerBatch(groups, read, { answer, explain: true, decide })) parts.push(part);
  return Buffer.concat(parts).toString();
};
const plain = plainLine('email');

describe('The lines of a batch', () => {
  it('are answered one by one, also the last without a line ending', async () => {
    expect(await run('yes@a.org\nno@a.org\nyes@b.org', plain)).toBe('101');
    expect(await run('yes@a.org\r\nno@a.org\r\n', plain)).toBe('10');
    expect(await run('', plain)).toBe('');
    expect(await run('\n\n', plain)).toBe('00');
  });

  it('begin behind a byte order mark', async () => expect(await run('\ufeffyes@a.org\n', plain)).toBe('1'));

  it('that are no UTF-8, hold a NUL or are too long are malformed and stop nothing', async () => {
    const bad = Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from('\nyes@a.org\n')]);
    expect(await run(bad, plain)).toBe('01');
    expect(await run(`${'x'.repeat(3 << 20)}\nyes@a.org\n`, plain, 'bits', 65536)).toBe('01');
  });

  it('come back byte for byte when they are allowed', async () => {
    const lines = ['yes@a.org \r\n', 'no@a.org\n', '  yes@b.org\n', 'yes@c.org'];
    expect(await run(lines.join(''), plain, 'allowed')).toBe(
      `${lines[0] ?? ''}${lines[2] ?? ''}${lines[3] ?? ''}`,
    );
  });

  it('have the same answers however the input is cut, and as many as there are lines', async () => {
    const line = fc.oneof(
      fc.constantFrom(
        'yes@a.org',
        '{"email":"yes@a.org"}',
        '',
        ' ',
        '"',
        'no',
        '{"email":"yes',
        '\ufeff',
        'yes@é.org',
        '{"email":1}',
      ),
      fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replaceAll('\n', '')),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 40 }),
        async (lines, size) => {
          const input = `${lines.join('\n')}\n`;
          for (const read of [plain, ndjsonLine]) {
            const whole = await run(input, read, 'bits', 1 << 20);
            expect(await run(input, read, 'bits', size)).toBe(whole);
            expect(whole).toHaveLength(lines.length);
          }
        },
      ),
    );
  });
});

describe('A line', () => {
  it('of NDJSON names exactly one known member', () => {
    expect(ndjsonLine('{"email":"a@example.org","x":1}')).toEqual({ email: 'a@example.org' });
    for (const bad of [
      '',
      '[]',
      'null',
      '{}',
      '{"email":""}',
      '{"email":["a"]}',
      '{"email":"a","phone":"b"}',
      '{"__proto__":{"email":"a"}}',
    ]) {
      expect(ndjsonLine(bad)).toBeUndefined();
    }
  });

  it('of CSV is read by the header, whatever the separator and the quotes', () => {
    expect(csvLine('name,E-Mail')).toBeUndefined();
    expect(csvLine('name;Email;town')?.('"A;""B""";a@example.org;x')).toEqual({ email: 'a@example.org' });
    expect(csvLine('name\temail')?.('x\t "a@example.org"')).toEqual({ email: '"a@example.org"' });
    expect(csvLine('"email",name')?.('"a@example.org",x')).toEqual({ email: 'a@example.org' });
    expect(csvLine('externalId,name')?.('crm-1,x')).toEqual({ externalId: 'crm-1' });
    expect(csvLine('email,name')?.('"a@example.org')).toBeUndefined();
    expect(csvLine('name,email')?.('x')).toBeUndefined();
  });

  it('of plain text is a phone number where the channel needs one', () => {
    expect(plainLine('sms')('+33612345678')).toEqual({ phone: '+33612345678' });
    expect(plainLine('email')(' a@example.org ')).toEqual({ email: 'a@example.org' });
    expect(plainLine('email')('  ')).toBeUndefined();
  });
});
