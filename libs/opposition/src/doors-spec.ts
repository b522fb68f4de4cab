/** The library's doors on a real server, without the frame of the product around them. */
import {
  Catch,
  Global,
  Module,
  ValidationPipe,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { Clock } from '@assent/kernel';
import { PROBLEMS, ProblemError } from '@assent/http';
import { LONGEST_TOKEN, PublicUrl } from '@assent/pages';
import { Policies } from '@assent/policy';
import { Directory, EventLog, Keyring, Subjects } from '@assent/ports';
import { OppositionModule } from './opposition.module.js';
import { SubscriptionEndModule } from './subscription-end.module.js';
import { rooms } from './rooms-spec.js';
import { TENANT } from './world-spec.js';

@Catch(ProblemError)
class Told implements ExceptionFilter<ProblemError> {
  catch({ code, detail }: ProblemError, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    void reply.status(PROBLEMS[code].status).send({ code, detail });
  }
}

export async function doors() {
  const world = rooms();
  const given = [
    { provide: Clock, useValue: world.clock },
    { provide: Policies, useValue: world.policies },
    { provide: Directory, useValue: world.directory },
    { provide: EventLog, useValue: world.log },
    { provide: Keyring, useValue: world.keyring },
    { provide: Subjects, useValue: world.subjects },
    { provide: PublicUrl, useValue: { base: 'https://consent.example.org' } },
  ];
  @Global()
  @Module({ providers: given, exports: given.map(({ provide }) => provide) })
  class Ports {}

  const module = await Test.createTestingModule({
    imports: [Ports, OppositionModule, SubscriptionEndModule],
  }).compile();
  const app = module.createNestApplication<NestFastifyApplication>(
    new FastifyAdapter({ routerOptions: { maxParamLength: LONGEST_TOKEN } }),
    { logger: false },
  );
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }));
  app.useGlobalFilters(new Told());
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onRequest', (request, _, done) => {
    const commandId = (request.headers['x-command'] as string | undefined) ?? null;
    Object.assign(request, { caller: { tenant: TENANT, actor: 'key:test', commandId, scopes: new Set() } });
    done();
  });
  await app.init();
  await server.ready();

  const post = (url: string, payload?: object, headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url, headers, ...(payload && { payload }) });
  const linksOf = async (email: string, purpose = 'newsletter.weekly') => {
    const answer = await post('/v1/links', { subject: { email }, purpose, channel: 'email' });
    const { unsubscribe, preferences } = answer.json<{ unsubscribe: string; preferences: string }>();
    return { u: new URL(unsubscribe).pathname, p: new URL(preferences).pathname };
  };
  return { ...world, app, post, linksOf, end: () => app.close() };
}

/** As a browser sends it. */
export const BROWSER = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8',
  'accept-language': 'en-GB,en;q=0.9,fr;q=0.5',
};
