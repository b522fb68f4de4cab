import type { DynamicModule } from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Clock } from '@assent/kernel';
import type { Keyring, Records } from '@assent/ports';
import type { Leases } from '@assent/runtime';
import type { Logger } from 'pino';
import { ApiKeyGuard, Doorkeeper } from './api-key.guard.js';
import type { ApiKeys } from './api-keys.js';
import { readBodies } from './bodies.js';
import { BodyPipe } from './body.pipe.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { NestLog } from './logging.js';
import type { Metrics } from './metrics.js';
import { serveDocs } from './open-api.js';
import { limitPeople } from './people-limit.js';
import { ProblemFilter } from './problem.filter.js';
import { RateLimit } from './rate-limit.js';
import { createAdapter, guardAnswers, watchRequests } from './server.js';
import { addShortcuts, type Shortcut } from './shortcuts.js';

export interface HttpAppOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly records: Records;
  readonly keyring: Keyring;
  readonly apiKeys: ApiKeys;
  /** Needed where several processes serve the same doors. */
  readonly leases?: Leases;
  readonly trustProxy: boolean;
  readonly publicUrl: () => string;
  readonly longestParameter: number;
  /** Of the app's own parts, once they are made. */
  readonly shortcuts?: (app: NestFastifyApplication) => readonly Shortcut[];
}

/** Requests of one API key, refilled per second and at once: above what one process can answer in the long run. */
const KEY_RATE = { perSecond: 50_000, burst: 100_000 };

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
    leases,
    trustProxy,
    publicUrl,
    longestParameter,
    shortcuts,
  }: HttpAppOptions,
): Promise<NestFastifyApplication> {
  const adapter = createAdapter({ trustProxy, clock, longestParameter, publicUrl });
  const server = adapter.getInstance();
  guardAnswers(server, publicUrl);
  watchRequests(server, logger, metrics);
  limitPeople(server, clock);
  readBodies(server);
  for (const { id, tenant } of apiKeys.weak) {
    logger.warn({ tenant, key: id }, 'an API key of ASSENT_API_KEYS is short enough to be guessed');
  }
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLog(logger),
    abortOnError: false,
    bodyParser: false,
  });
  const limit = new RateLimit(clock, KEY_RATE.perSecond, KEY_RATE.burst);
  const doorkeeper = new Doorkeeper(apiKeys, limit);
  addShortcuts(server, doorkeeper, shortcuts?.(app) ?? []);
  app.useGlobalGuards(new ApiKeyGuard(app.get(Reflector), doorkeeper));
  app.useGlobalInterceptors(new IdempotencyInterceptor(records, keyring, clock, leases));
  app.useGlobalPipes(new BodyPipe());
  app.useGlobalFilters(new ProblemFilter(logger));
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  serveDocs(app);
  return app;
}
