import { Catch, ValidationPipe, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { Clock } from '@assent/kernel';
import { PROBLEMS, ProblemError } from '@assent/http';
import { Directory, Subjects } from '@assent/ports';
import { RegistrationDesk } from './registration-desk.service.js';
import { SubjectsController } from './subjects.controller.js';
import { email, phone, TENANT, world } from './world-spec.js';

@Catch(ProblemError)
class Told implements ExceptionFilter<ProblemError> {
  catch({ code, detail, errors }: ProblemError, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    void reply.status(PROBLEMS[code].status).send({ code, detail, errors });
  }
}

describe('The door of subjects', () => {
  const { desk, subjects, directory, clock } = world();
  let app: NestFastifyApplication;

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      controllers: [SubjectsController],
      providers: [
        { provide: RegistrationDesk, useValue: desk },
        { provide: Subjects, useValue: subjects },
        { provide: Directory, useValue: directory },
        { provide: Clock, useValue: clock },
      ],
    }).compile();
    app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
    app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }));
    app.useGlobalFilters(new Told());
    const server = app.getHttpAdapter().getInstance();
    server.addContentTypeParser('application/x-ndjson', (_, payload, done) => done(null, payload));
    server.addHook('onRequest', (request, _, done) => {
      const tenant = request.headers['x-tenant'] ?? TENANT;
      Object.assign(request, { caller: { tenant, actor: 'key:test', commandId: null, scopes: new Set() } });
      done();
    });
    await app.init();
    await server.ready();
  });
  afterAll(() => app?.close());

  const post = (payload: object, url = '/v1/subjects') => app.inject({ method: 'POST', url, payload });
  const ada = {
    addresses: [email('Ada@Example.org'), phone('+33612345678')],
    externalId: 'crm-1',
    context: 'professional',
    locale: 'fr',
    collectedAt: '2026-02-02T10:00:00+01:00',
    source: 'fair',
    informed: true,
  };

  it('shows the person with the addresses in clear', async () => {
    const answer = await post(ada);
    const { subjectId } = answer.json<{ subjectId: string }>();
    expect(answer.statusCode).toBe(201);
    const shown = await app.inject(`/v1/subjects/${subjectId}`);
    const { addresses, ...rest } = shown.json<{ addresses: unknown[] }>();
    expect(new Set(addresses)).toEqual(
      new Set([
        { kind: 'email', value: 'ada@example.org', addedAt: '2026-02-02T09:00:00.000Z' },
        { kind: 'phone', value: '+33612345678', addedAt: '2026-02-02T09:00:00.000Z' },
      ]),
    );
    expect(rest).toEqual({
      subjectId,
      externalId: 'crm-1',
      context: 'professional',
      relationship: 'prospect',
      locale: 'fr',
      collectedAt: '2026-02-02T09:00:00.000Z',
      source: 'fair',
      notice: null,
      informedAt: '2026-02-02T09:00:00.000Z',
      restrictedSince: null,
      revision: 1,
    });
    const found = await post({ subject: { phone: '+33 6 12 34 56 78' } }, '/v1/subjects/find');
    expect([found.statusCode, found.json()]).toEqual([200, shown.json()]);
  });

  it('knows nobody of another tenant, and no id that is none', async () => {
    const { subjectId } = (await post(ada)).json<{ subjectId: string }>();
    const other = await app.inject({
      url: `/v1/subjects/${subjectId}`,
      headers: { 'x-tenant': 'assistool' },
    });
    for (const answer of [other, await app.inject('/v1/subjects/anyone')]) {
      expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([404, 'subject-unknown']);
    }
  });

  it('names every wrong member by its pointer, and repeats no value', async () => {
    const secret = 'canary@example.org';
    const answer = await post({
      addresses: [
        { kind: 'email', value: 'a@example.org' },
        { kind: secret, value: secret },
      ],
      relationship: secret,
      evidence: { method: 'form', pi: 1 },
      [secret]: secret,
      extra: 1,
    });
    const { errors } = answer.json<{ errors: { pointer: string; detail: string }[] }>();
    expect(answer.statusCode).toBe(400);
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual([
      '/addresses/1/kind',
      '/evidence/pi',
      '/extra',
      '/relationship',
      '/…',
    ]);
    expect(errors.find(({ pointer }) => pointer === '/relationship')?.detail).toContain('customer');
    expect(answer.body).not.toContain('canary');
    expect((await post([])).statusCode).toBe(400);
  });

  it('answers a batch line by line, and a bad line stops nothing', async () => {
    const line = (value: string) => JSON.stringify({ addresses: [email(value)] });
    const lines = [
      line('b1@example.org'),
      '{"broken',
      '',
      line('nobody'),
      '{"addresses":[],"x":1}',
      line('B1@example.org'),
      '[]',
      line('b2@example.org'),
    ];
    const answer = await app.inject({
      method: 'POST',
      url: '/v1/subjects',
      headers: { 'content-type': 'application/x-ndjson' },
      payload: lines.join('\n'),
    });
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/x-ndjson']);
    const results = answer.body
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as { line: number; status: number; code?: string; subjectId?: string });
    expect(results.map(({ line, status, code }) => [line, status, code])).toEqual([
      [1, 201, undefined],
      [2, 400, 'malformed-json'],
      [3, 400, 'malformed-json'],
      [4, 400, 'invalid-request'],
      [5, 400, 'invalid-request'],
      [6, 200, undefined],
      [7, 400, 'invalid-request'],
      [8, 201, undefined],
    ]);
    expect(results[5]?.subjectId).toBe(results[0]?.subjectId);
  });
});
