import type { DynamicModule } from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Clock } from '@assent/kernel';
import type { Keyring, Records } from '@assent/ports';
import type { Logger } from 'pino';
import { ApiKeyGuard } from './api-key.guard.js';
import type { ApiKeys } from './api-keys.js';
import { BodyPipe } from './body.pipe.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { NestLog } from './logging.js';
import type { Metrics } from './metrics.js';
import { serveDocs } from './open-api.js';
import { ProblemFilter } from './problem.filter.js';
import { RateLimit } from './rate-limit.js';
import { createAdapter, guardAnswers, readBodies, watchRequests } from './server.js';

export interface HttpAppOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly records: Records;
  readonly keyring: Keyring;
  readonly apiKeys: ApiKeys;
  readonly trustProxy: boolean;
  readonly publicUrl: () => string;
  readonly longestParameter: number;
}

/** Requests of one API key: refilled per second, and at once. */
const KEY_RATE = { perSecond: 5_000, burst: 20_000 };

/** A Nest application with everything that all doors of Assent have in common, ready to listen. */
export async function createHttpApp(
  module: DynamicModule,
  {
    logger,
    metrics,
    clock,
    records,
    keyring,
    apiKeys,
    trustProxy,
    publicUrl,
    longestParameter,
  }: HttpAppOptions,
): Promise<NestFastifyApplication> {
  const adapter = createAdapter({ trustProxy, clock, longestParameter });
  const server = adapter.getInstance();
  readBodies(server);
  guardAnswers(server, publicUrl);
  watchRequests(server, logger, metrics);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLog(logger),
    abortOnError: false,
    bodyParser: false,
  });
  const limit = new RateLimit(clock, KEY_RATE.perSecond, KEY_RATE.burst);
  app.useGlobalGuards(new ApiKeyGuard(app.get(Reflector), apiKeys, limit));
  app.useGlobalInterceptors(new IdempotencyInterceptor(records, keyring, clock));
  app.useGlobalPipes(new BodyPipe());
  app.useGlobalFilters(new ProblemFilter(logger));
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  serveDocs(app);
  return app;
}
