import type { Readable } from 'node:stream';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ulid, type Clock } from '@assent/kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Caller } from './caller.js';
import type { Metrics } from './metrics.js';
import { ProblemError } from './problems.js';

const BODY_LIMIT = 1 << 20;
const FORM_LIMIT = 64 << 10;
/** Types that are handed through as streams, without a limit, where a batch is due. */
const STREAMED = ['application/x-ndjson', 'text/csv', 'text/plain'];
const BATCH = /^\/v1\/(?:subjects|[a-z-]+\/batch)(?:\?|$)/;
const PAGE_CSP =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const DOCS_CSP =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'";

export interface ServerOptions {
  readonly trustProxy: boolean;
  readonly clock: Pick<Clock, 'real'>;
  /** Longest path parameter: signed tokens are long. */
  readonly longestParameter: number;
}

export const createAdapter = ({ trustProxy, clock, longestParameter }: ServerOptions): FastifyAdapter =>
  new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    trustProxy: trustProxy && ((_: string, hop: number) => hop === 0),
    requestIdHeader: false,
    genReqId: () => ulid(clock.real()),
    routerOptions: { maxParamLength: longestParameter },
    connectionTimeout: 0,
    keepAliveTimeout: 2_000,
    http: { headersTimeout: 15_000 },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  });

/** Bodies: JSON, small forms, and streams for batches; every other type is refused by name. */
export function readBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  const json = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') return done(null, undefined);
    void json(request, body as string, (error, value: unknown) =>
      done(error === null ? null : new ProblemError('malformed-json', 'The body is not JSON.'), value),
    );
  });
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_LIMIT },
    (_, body, done) => done(null, Object.fromEntries(new URLSearchParams(body as string))),
  );
  server.addContentTypeParser(STREAMED, (request, payload, done) => {
    if (BATCH.test(request.url)) return done(null, payload);
    refuse(request, payload, done);
  });
  server.addContentTypeParser('*', refuse);
}

function refuse(request: FastifyRequest, payload: Readable, done: (error: Error) => void): void {
  payload.resume();
  const accepted = BATCH.test(request.url) ? ['application/json', ...STREAMED] : ['application/json'];
  done(new ProblemError('unsupported-media-type', `This route takes ${accepted.join(', ')}.`));
}

/** Safe headers on every answer. Pages may set a policy of their own. */
export function guardAnswers(server: FastifyInstance, publicUrl: () => string): void {
  server.addHook('onSend', (request, reply, payload, done) => {
    void reply.header('x-content-type-options', 'nosniff');
    void reply.header('referrer-policy', 'no-referrer');
    void reply.header('x-frame-options', 'DENY');
    if (!reply.hasHeader('content-security-policy')) {
      const docs = request.url.startsWith('/docs') && !request.url.startsWith('/docs/problems');
      void reply.header('content-security-policy', docs ? DOCS_CSP : PAGE_CSP);
    }
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
    if (publicUrl().startsWith('https:')) {
      void reply.header('strict-transport-security', 'max-age=31536000; includeSubDomains');
    }
    done(null, payload);
  });
}

/** One line and one count per request, by route pattern: never a URL, a token, an address, a header or a body. */
export function watchRequests(server: FastifyInstance, logger: Logger, metrics: Metrics): void {
  server.addHook('onResponse', (request: FastifyRequest & { caller?: Caller }, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const { method, id } = request;
    const status = reply.statusCode;
    metrics.requests.inc({ method, route, status });
    metrics.seconds.observe({ method, route }, reply.elapsedTime / 1000);
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    logger.info({ requestId: id, method, route, status, ms, tenant: request.caller?.tenant }, 'answered');
    done();
  });
}
