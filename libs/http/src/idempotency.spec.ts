import type { CallHandler, ExecutionContext } from '@nestjs/common';
import type { Keyring } from '@assent/ports';
import { SharedLeases } from '@assent/runtime';
import { defer, lastValueFrom, of } from 'rxjs';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { ProblemError } from './problems.js';
import { MemoryRecords } from './records-spec.js';
import { openThings, type Things } from './things-spec.js';

const good = { subject: { email: 'ada@example.org' } };
const codeOf = (answer: { json(): unknown }) => (answer.json() as { code: string }).code;
const key = (name: string) => ({ 'idempotency-key': name });

describe('An idempotency key', () => {
  let things: Things;
  beforeEach(async () => {
    things = await openThings();
  });
  afterEach(() => things.app.close());

  it('gets the same answer again, and has one effect', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => things.post(good, key('k'))));
    const done = answers.filter(({ statusCode }) => statusCode === 201);
    const others = answers.filter(({ statusCode }) => statusCode !== 201);
    expect(done.length).toBeGreaterThan(0);
    for (const answer of others) {
      expect(codeOf(answer)).toBe('idempotency-key-in-use');
      expect(answer.headers['retry-after']).toBe('1');
    }
    const again = await Promise.all([1, 2, 3].map(() => things.post(good, key('k'))));
    for (const answer of again) {
      expect([answer.statusCode, answer.body]).toEqual([201, done[0]?.body]);
      expect(answer.headers['idempotency-replayed']).toBe('true');
    }
    expect(things.seen.effects).toBe(1);
  });

  it('of a request that still runs is answered 409, with another body 422', async () => {
    let open: () => void = () => undefined;
    things.seen.gate = new Promise((resolve) => (open = resolve));
    const first = things.post(good, key('k')).then((answer) => answer);
    await things.post(good, key('k')).then((second) => expect(codeOf(second)).toBe('idempotency-key-in-use'));
    expect(codeOf(await things.post({ ...good, source: 'letter' }, key('k')))).toBe('idempotency-key-reused');
    open();
    expect((await first).statusCode).toBe(201);
    expect(codeOf(await things.post({ ...good, source: 'phone' }, key('k')))).toBe('idempotency-key-reused');
  });

  it('keeps refusals; faults and limits may be over when the request comes again', async () => {
    things.seen.failure = new ProblemError('objection-newer', 'later');
    expect((await things.post(good, key('refused'))).statusCode).toBe(409);
    expect((await things.post({ subject: 1 }, key('invalid'))).statusCode).toBe(400);
    things.seen.failure = new Error('disk');
    expect((await things.post(good, key('fault'))).statusCode).toBe(500);
    things.seen.failure = new ProblemError('rate-limited', 'Too many.');
    expect((await things.post(good, key('limit'))).statusCode).toBe(429);
    things.seen.failure = undefined;
    const refused = await things.post(good, key('refused'));
    expect([refused.statusCode, refused.headers['idempotency-replayed']]).toEqual([409, 'true']);
    expect((await things.post({ subject: 1 }, key('invalid'))).json()).toMatchObject({
      errors: [{ pointer: '/subject' }],
    });
    expect((await things.post(good, key('fault'))).statusCode).toBe(201);
    expect((await things.post(good, key('limit'))).statusCode).toBe(201);
  });

  it('whose process died is run again under the same command, once', async () => {
    await things.post(good, key('k'));
    const [name, entry] = [...things.records.entries].find(([one]) => one.startsWith('idempotency/')) ?? [];
    await things.records.put(name ?? '', { ...(entry?.value as object), answer: null }, Number.MAX_VALUE);
    const answers = await Promise.all([1, 2, 3, 4].map(() => things.post(good, key('k'))));
    expect(answers.filter(({ statusCode }) => statusCode === 201).length).toBeGreaterThan(0);
    expect(things.seen.effects).toBe(2);
    expect(things.seen.commandIds[0]).toBe(things.seen.commandIds[1]);
  });

  it('whose answer could not be stored may be sent again', async () => {
    const put = things.records.put.bind(things.records);
    things.records.put = () => Promise.reject(new Error('no space left'));
    expect((await things.post(good, key('k'))).statusCode).toBe(500);
    things.records.put = put;
    expect((await things.post(good, key('k'))).statusCode).toBe(201);
    expect(new Set(things.seen.commandIds).size).toBe(1);
  });

  it('holds 1 to 200 characters', async () => {
    expect((await things.post(good, key('x'.repeat(201)))).statusCode).toBe(400);
    expect((await things.post(good, key(''))).statusCode).toBe(400);
    expect((await things.post(good, key('x'.repeat(200)))).statusCode).toBe(201);
  });

  it('keeps nothing of the body in clear', async () => {
    things.seen.failure = undefined;
    await things.post(good, key('k'));
    const entries = [...things.records.entries].filter(([name]) => name.startsWith('idempotency/'));
    expect(entries).toHaveLength(1);
    expect(entries[0]?.[0]).not.toContain('/k');
  });
});

describe('An idempotency key that comes to several processes', () => {
  let now = 0;
  const clock = { now: () => now, real: () => now };
  const keyring = { digest: (_: string, __: string, value: unknown) => JSON.stringify(value) };
  const processOn = (records: MemoryRecords) =>
    new IdempotencyInterceptor(records, keyring as Keyring, clock, new SharedLeases(records, clock));
  const request = {
    ...{ method: 'POST', url: '/v1/things', body: { a: 1 }, headers: { 'idempotency-key': 'k' } },
    caller: { tenant: 't1', commandId: 'c' },
  };
  const context = (url = request.url) => {
    const reply = { statusCode: 201, header: () => undefined, status: () => undefined };
    const http = { getRequest: () => ({ ...request, url }), getResponse: () => reply };
    return { switchToHttp: () => http } as unknown as ExecutionContext;
  };
  const asked = (interceptor: IdempotencyInterceptor, work: () => Promise<unknown>) =>
    lastValueFrom(interceptor.intercept(context(), { handle: () => defer(work) } as CallHandler));

  it.each([
    ...['/v1/eligibility', '/v1/send-checks', '/v1/permits/verify', '/v1/links', '/v1/subjects/find'],
  ])('is no answer of before to a question at %s', async (url) => {
    const interceptor = processOn(new MemoryRecords());
    const ask = (answer: string) =>
      lastValueFrom(interceptor.intercept(context(url), { handle: () => of(answer) } as CallHandler));
    expect([await ask('yes'), await ask('no')]).toEqual(['yes', 'no']);
  });

  it('runs in one of them; the others say so, and then give the same answer', async () => {
    const records = new MemoryRecords();
    const [one, other] = [processOn(records), processOn(records)];
    let finish: (value: string) => void = () => undefined;
    let begun: () => void = () => undefined;
    const beginning = new Promise<void>((resolve) => (begun = resolve));
    const first = asked(one, () => {
      begun();
      return new Promise<string>((resolve) => (finish = resolve));
    });
    await beginning;
    const twice = jest.fn(() => Promise.resolve('twice'));
    await expect(asked(other, twice)).rejects.toMatchObject({ code: 'idempotency-key-in-use' });
    finish('once');
    expect(await first).toBe('once');
    expect(await asked(other, twice)).toBe('once');
    expect(twice).not.toHaveBeenCalled();
  });

  it('runs again elsewhere when the process that ran it has died, not before its lease is over', async () => {
    const records = new MemoryRecords();
    let begun: () => void = () => undefined;
    const beginning = new Promise<void>((resolve) => (begun = resolve));
    void asked(processOn(records), () => {
      begun();
      return new Promise(() => undefined); // dies here
    });
    await beginning;
    const other = processOn(records);
    now += 9_000;
    await expect(asked(other, () => Promise.resolve('too soon'))).rejects.toMatchObject({
      code: 'idempotency-key-in-use',
    });
    now += 2_000;
    expect(await asked(other, () => Promise.resolve('again'))).toBe('again');
  });
});
