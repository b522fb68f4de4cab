import 'reflect-metadata';
import { Body, Controller, Get, Global, HttpCode, Module, Param, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Type } from 'class-transformer';
import { IsIn, IsObject, IsOptional, IsString, ValidateNested } from 'class-validator';
import { SystemClock } from '@assent/kernel';
import type { Keyring } from '@assent/ports';
import { ApiKeys } from './api-keys.js';
import { By, Needs, type Caller } from './caller.js';
import { createHttpApp } from './create-app.js';
import { createLogger } from './logging.js';
import { Metrics } from './metrics.js';
import { OperationsController, Readiness } from './operations.controller.js';
import { ProblemError } from './problems.js';
import { MemoryRecords } from './records-spec.js';

const KEY = 'a-key-that-is-long-enough';
const NARROW = 'another-key-with-one-scope';
const CANARY = 'canary@example.org';

class InnerDto {
  @IsString()
  email!: string;
}
class ThingDto {
  @IsObject()
  @ValidateNested()
  @Type(() => InnerDto)
  subject!: InnerDto;
  @IsOptional()
  @IsIn(['letter', 'phone'])
  source?: string;
}

const commandIds: (string | null)[] = [];
let effects = 0;
let failure: Error | undefined;

@Needs('objections')
@Controller('v1/things')
class ThingsController {
  @Post()
  make(
    @Body() body: ThingDto,
    @By() caller: Caller,
  ): { tenant: string; effects: number; source: string | null } {
    if (failure !== undefined) throw failure;
    commandIds.push(caller.commandId);
    return { tenant: caller.tenant, effects: ++effects, source: body.source ?? null };
  }
  @Get(':id')
  @HttpCode(200)
  show(@Param('id') id: string): { id: string } {
    return { id };
  }
}

const metrics = new Metrics();
const readiness = new Readiness();
@Global()
@Module({
  controllers: [ThingsController, OperationsController],
  providers: [
    { provide: Metrics, useValue: metrics },
    { provide: Readiness, useValue: readiness },
  ],
})
class Things {}

describe('The frame of all doors', () => {
  const lines: string[] = [];
  const records = new MemoryRecords();
  let app: NestFastifyApplication;

  beforeAll(async () => {
    const settings = [
      { tenant: 't1', key: KEY, scopes: ['objections', 'history'] as const },
      { tenant: 't1', key: NARROW, scopes: ['history'] as const },
    ];
    const { keys } = await ApiKeys.load(records, settings, ['t1'], 0);
    const keyring = {
      digest: (_: string, __: string, value: unknown) => JSON.stringify(value),
    } as unknown as Keyring;
    app = await createHttpApp(
      { module: Things },
      {
        logger: createLogger('trace', { write: (line: string) => void lines.push(line) }),
        clock: new SystemClock(),
        ...{ metrics, records, keyring, apiKeys: keys, trustProxy: false, longestParameter: 300 },
        publicUrl: () => 'https://consent.example.org',
      },
    );
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  });
  beforeEach(() => (failure = undefined));
  afterAll(() => app.close());

  const post = (payload: unknown, headers: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url: '/v1/things',
      payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
    });
  const good = { subject: { email: CANARY } };
  const codeOf = (answer: { json(): unknown }) => (answer.json() as { code: string }).code;

  it('lets a key in for its tenant and its scopes', async () => {
    expect((await post(good)).json()).toMatchObject({ tenant: 't1' });
    expect(codeOf(await post(good, { authorization: `Bearer ${NARROW}` }))).toBe('forbidden');
  });

  it.each([undefined, '', 'Bearer', 'Bearer wrong', `Basic ${KEY}`, `Bearer ${KEY} `, `Bearer ${KEY}x`])(
    'refuses the authorization %j alike',
    async (authorization) => {
      const answer = await post(good, { authorization: authorization ?? '' });
      expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, 'Bearer']);
      expect(codeOf(answer)).toBe('unauthorized');
    },
  );

  it('answers a problem document that names every wrong member, and repeats no value', async () => {
    const answer = await post({
      subject: { email: 1, mail: CANARY },
      source: CANARY,
      [CANARY]: 1,
      'a/b~c': 1,
    });
    expect(answer.headers['content-type']).toContain('application/problem+json');
    const body = answer.json<{
      errors: { pointer: string }[];
      status: number;
      type: string;
      instance: string;
    }>();
    expect(body.status).toBe(400);
    expect(body.errors.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining(['/subject/email', '/subject/mail', '/source']),
    );
    expect(body.instance).toMatch(/^urn:assent:request:[0-9A-Z]{26}$/);
    expect(answer.body).not.toContain(CANARY);
    const target = await app.inject({ method: 'GET', url: '/docs/problems' });
    expect(target.body).toContain(`id="${body.type.split('#')[1] ?? ''}"`);
  });

  it.each([
    ['no body', '', 'invalid-request'],
    ['a text', '"x"', 'invalid-request'],
    ['a list', '[]', 'invalid-request'],
    ['null', 'null', 'invalid-request'],
    ['no JSON', '{', 'malformed-json'],
    ['a poisoned prototype', '{"__proto__":{"polluted":1},"subject":{"email":"x"}}', 'malformed-json'],
    ['a poisoned constructor', '{"constructor":{"prototype":{"polluted":1}}}', 'malformed-json'],
    ['an operator of a database', '{"subject":{"email":{"$ne":null}}}', 'invalid-request'],
  ])('refuses %s as a body', async (_, payload, code) => {
    const answer = await post(payload);
    expect([answer.statusCode, codeOf(answer)]).toEqual([400, code]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('refuses other types, bodies that are too large, and addresses that are not there', async () => {
    expect((await post('<x/>', { 'content-type': 'application/xml' })).statusCode).toBe(415);
    expect((await post('{"x":1}\n', { 'content-type': 'application/x-ndjson' })).statusCode).toBe(415);
    expect((await post({ ...good, x: 'x'.repeat(1 << 20) })).statusCode).toBe(413);
    expect((await app.inject({ method: 'GET', url: '/nowhere' })).statusCode).toBe(404);
  });

  it('says nothing of a fault but its number, and logs where it came from', async () => {
    failure = new Error(`cannot reach ${CANARY}`);
    const answer = await post(good);
    expect([answer.statusCode, codeOf(answer)]).toEqual([500, 'internal-error']);
    expect(answer.body).not.toContain('canary');
    expect(lines.some((line) => line.includes('a request failed'))).toBe(true);
  });

  it('sets safe headers on every answer', async () => {
    for (const url of ['/healthz', '/v1/things/x', '/nowhere']) {
      const { headers } = await app.inject({ method: 'GET', url });
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      });
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['strict-transport-security']).toBeDefined();
    }
  });

  it('logs and counts by route pattern, never by address', async () => {
    await app.inject({
      method: 'GET',
      url: `/v1/things/secret-token-1?email=${CANARY}`,
      headers: { authorization: `Bearer ${KEY}` },
    });
    expect((await app.inject('/metrics')).body).toContain('route="/v1/things/:id"');
    const written = lines.join('\n') + (await app.inject('/metrics')).body;
    for (const secret of ['secret-token-1', KEY]) expect(written).not.toContain(secret);
    expect(lines.filter((line) => !line.includes('a request failed')).join('\n')).not.toContain(CANARY);
  });

  it('is ready when everything it needs is', async () => {
    let caughtUp = false;
    readiness.add('feed', () => caughtUp);
    const before = await app.inject('/readyz');
    expect([before.statusCode, before.headers['retry-after'], before.json()]).toEqual([
      503,
      '1',
      { status: 'not-ready', missing: ['feed'] },
    ]);
    caughtUp = true;
    expect((await app.inject('/readyz')).statusCode).toBe(200);
  });

  describe('An idempotency key', () => {
    const once = { 'idempotency-key': 'k1' };

    it('gets the same answer again, and has one effect', async () => {
      const [first] = await Promise.all([
        post(good, once),
        ...Array.from({ length: 49 }, () => post(good, once)),
      ]);
      const before = effects;
      const again = await post(good, once);
      expect([again.statusCode, again.body]).toEqual([201, first.body]);
      expect(again.headers['idempotency-replayed']).toBe('true');
      expect(effects).toBe(before);
      expect(commandIds.filter((id) => id !== null && id === commandIds.at(-1))).toHaveLength(1);
    });

    it('belongs to one request', async () =>
      expect(codeOf(await post({ ...good, source: 'letter' }, once))).toBe('idempotency-key-reused'));

    it('keeps refusals, and lets faults be tried again', async () => {
      failure = new ProblemError('objection-newer', 'later');
      expect((await post(good, { 'idempotency-key': 'k2' })).statusCode).toBe(409);
      failure = new Error('disk');
      expect((await post(good, { 'idempotency-key': 'k3' })).statusCode).toBe(500);
      failure = undefined;
      expect((await post(good, { 'idempotency-key': 'k2' })).statusCode).toBe(409);
      expect((await post(good, { 'idempotency-key': 'k3' })).statusCode).toBe(201);
    });

    it('of a request whose process died is run again under the same command', async () => {
      const key = { 'idempotency-key': 'k4' };
      await post(good, key);
      const [name, entry] = [...records.entries].at(-1) ?? [];
      const left = { ...(entry?.value as object), process: 'a dead one', answer: null, refused: null };
      await records.put(name ?? '', left, Number.MAX_SAFE_INTEGER);
      expect((await post(good, key)).statusCode).toBe(201);
      expect(commandIds.at(-1)).toBe(commandIds.at(-2));
    });

    it('may hold 200 characters', async () =>
      expect((await post(good, { 'idempotency-key': 'x'.repeat(201) })).statusCode).toBe(400));
  });
});
