import { Readable } from 'node:stream';
import { Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import fc from 'fast-check';
import { ProblemError } from '@assent/http';
import { csvLine, ndjsonLine, plainLine, type ReadLine } from './batch-format.js';
import { given, objected } from './facts-spec.js';
import { at, world } from './world-spec.js';

const TENANT = 'presentinfini';

async function crowd(withIndex: boolean) {
  const all = world();
  const yes = await all.person('2026-03-10');
  yes.did('consent', given('2026-03-10', 'prospecting'));
  const no = await all.person('2026-03-10');
  no.did('consent', given('2026-03-10', 'prospecting'));
  no.objected(objected('2026-05-01'));
  if (withIndex) await all.indexed();
  const open = (type: string, body: unknown, query: object = {}) =>
    all.batch.ask(body, { purpose: 'prospecting', channel: 'email', ...query }, all.caller(TENANT), {
      headers: { 'content-type': type },
    } as unknown as FastifyRequest);
  const ask = async (type: string, body: string | Buffer, query: object = {}, size = 64) => {
    const bytes = Buffer.from(body);
    const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );
    const answer = await open(type, Readable.from(parts), query);
    const told: Buffer[] = [];
    for await (const part of answer.getStream()) told.push(part as Buffer);
    return { text: Buffer.concat(told).toString(), type: answer.getHeaders().type };
  };
  const fault = (type: string, body: unknown, query: object = {}) =>
    open(type, body, query).then(
      () => undefined,
      (error: unknown) =>
        error instanceof ProblemError ? (error.errors?.[0]?.pointer ?? error.code) : error,
    );
  return { ...all, yes, no, open, ask, fault };
}

describe.each([
  ['from the heads', false],
  ['from the index', true],
])('A batch answered %s', (_, withIndex) => {
  beforeAll(() => {
    Logger.overrideLogger(false);
  });

  it('is answered line by line, with the reason when asked', async () => {
    const { ask, yes, no } = await crowd(withIndex);
    const body = `{"email":"${yes.email}"}\n{"email":"${no.email}"}\n\n{"email":"x@example.org"}\n{"id":"${yes.subjectId}"}\n{"id":"sub_1"}`;
    const { text, type } = await ask('application/x-ndjson; charset=utf-8', body, { explain: 'true' });
    expect(type).toBe('application/x-ndjson');
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { line: 1, allowed: true, reason: 'allowed' },
      { line: 2, allowed: false, reason: 'objection-in-force' },
      { line: 3, allowed: false, reason: 'malformed' },
      { line: 4, allowed: false, reason: 'no-consent' },
      { line: 5, allowed: true, reason: 'allowed' },
      { line: 6, allowed: false, reason: 'malformed' },
    ]);
  });

  it('of CSV keeps the header, and every byte of the lines that are allowed', async () => {
    const { ask, yes, no } = await crowd(withIndex);
    const rows = [
      `\ufeffname;email`,
      `"Ada ""A""";${yes.email.toUpperCase()}`,
      `Bo;${no.email}`,
      `x;${yes.email}`,
    ];
    const { text, type } = await ask('text/csv; header=present', rows.join('\r\n'), { answer: 'allowed' });
    expect(text).toBe(`${rows[0] ?? ''}\r\n${rows[1] ?? ''}\r\n${rows[3] ?? ''}`);
    expect(type).toBe('text/csv; header=present');
    expect((await ask('text/csv', rows.join('\n'), { answer: 'bits' })).text).toBe('101');
  });

  it('of an undeclared purpose is answered no for every line', async () => {
    const { ask, yes } = await crowd(withIndex);
    const { text } = await ask('text/plain', yes.email, { purpose: 'promotion', explain: 'true' });
    expect(JSON.parse(text)).toEqual({ line: 1, allowed: false, reason: 'purpose-unknown' });
  });

  it('with a question that cannot be answered is refused before it is read', async () => {
    const { fault } = await crowd(withIndex);
    const body = () => Readable.from([Buffer.from('a@example.org')]);
    expect(await fault('text/csv', Readable.from([Buffer.from('name,town\nAda,Paris')]))).toBe('');
    expect(await fault('text/csv', Readable.from([]))).toBe('');
    expect(await fault('text/plain', body(), { purpose: '' })).toBe('/purpose');
    expect(await fault('text/plain', body(), { purpose: undefined })).toBe('/purpose');
    expect(await fault('text/plain', body(), { channel: 'fax' })).toBe('/channel');
    expect(await fault('text/plain', body(), { channel: undefined })).toBe('/channel');
    expect(await fault('text/plain', body(), { answer: 'poem' })).toBe('/answer');
    expect(await fault('text/plain', body(), { explain: 'maybe' })).toBe('/explain');
    expect(await fault('text/plain', body(), { purpose: ['a', 'b'] })).toBe('/purpose');
    expect(await fault('text/plain', body(), { porpoise: 'x' })).toBe('/query');
    expect(await fault('application/json', {})).toBe('unsupported-media-type');
  });

  it('reads away what follows a header it cannot use', async () => {
    const { fault } = await crowd(withIndex);
    const body = Readable.from(Array.from({ length: 50 }, () => Buffer.from('name,town\n')));
    const read = new Promise((resolve) => body.once('end', resolve));
    expect(await fault('text/csv', body)).toBe('');
    await read;
  });

  it('whose records cannot be read is answered no, line by line, and goes on', async () => {
    const { ask, log, yes, no } = await crowd(withIndex);
    log.failing = yes.subjectId;
    const body = `${yes.email}\n${no.email}\nx@example.org\nnobody\n`;
    const { text } = await ask('text/plain', body, { explain: 'true' }, body.length);
    expect(text.match(/"reason":"[a-z-]+"/g)).toEqual(
      ['stale', 'objection-in-force', 'no-consent', 'malformed'].map((code) => `"reason":"${code}"`),
    );
  });

  it('is read no faster than its answers are taken, and no further once nobody takes them', async () => {
    const { open } = await crowd(withIndex);
    let given = 0;
    let ended = false;
    async function* endless(): AsyncGenerator<Buffer> {
      try {
        for (;;) {
          given++;
          yield await Promise.resolve(Buffer.from('x@example.org\n'.repeat(1000)));
        }
      } finally {
        ended = true;
      }
    }
    const source = Readable.from(endless(), { objectMode: false });
    const closed = new Promise((resolve) => source.once('close', resolve));
    const stream = (await open('text/plain', source)).getStream();
    await new Promise((resolve) => stream.once('readable', resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(given).toBeLessThan(30);
    stream.destroy();
    await closed;
    expect(ended).toBe(true);
  });

  it('has for every line the answer to a single question, whatever the line and however it is cut', async () => {
    const { ask, gate, yes, no } = await crowd(withIndex);
    const address = fc.constantFrom(
      yes.email,
      no.email,
      ` ${yes.email} `,
      yes.email.toUpperCase(),
      'x@example.org',
    );
    const wild = fc.oneof(
      address,
      fc.constantFrom('', '+33612345678', 'é', '"', '\0', '{', `${yes.email}\0`),
    );
    const line = fc.oneof(
      wild,
      wild.map((email) => JSON.stringify({ email })),
      wild.map((value) => `"${value}","x"`),
      fc.constantFrom(JSON.stringify({ id: yes.subjectId }), '{"id":"sub_1"}', '{"phone":7}', '\ufeff'),
      fc.string({ unit: 'binary', maxLength: 8 }).map((text) => text.replaceAll('\n', '')),
    );
    const single = async (read: ReadLine, text: string) => {
      const content = Buffer.from(text.replace(/\r$/, ''));
      const subject = read(content);
      if (subject === undefined) return '0';
      const decision = await gate.decide(TENANT, {
        ...{ subject, purpose: 'prospecting', channel: 'email', at: at('2026-06-01') },
      });
      return decision.allowed ? '1' : '0';
    };
    const forms: [string, string, ReadLine][] = [
      ['text/plain', '', plainLine('email')],
      ['application/x-ndjson', '', ndjsonLine],
      ['text/csv', 'email,name\n', csvLine(Buffer.from('email,name'), 'email') as ReadLine],
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 12 }),
        async (lines, size) => {
          for (const [type, header, read] of forms) {
            const body = `${header}x\n${lines.join('\n')}\n`; // the first line alone may carry a mark
            const { text } = await ask(type, body, { answer: 'bits' }, size);
            const expected = await Promise.all(['x', ...lines].map((one) => single(read, one)));
            expect(text).toBe(expected.join(''));
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
