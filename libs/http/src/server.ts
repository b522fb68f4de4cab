import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ulid, type Clock } from '@assent/kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { BODY_LIMIT } from './bodies.js';
import type { Caller } from './caller.js';
import type { Metrics } from './metrics.js';
import { answerProblem, asProblem } from './problem-answer.js';

const HEADERS_MS = 15_000;
/** How long a connection may be silent in the middle of something; a batch lives as long as it moves. */
const SILENT_MS = 120_000;
const KEPT_ALIVE_MS = 2_000;

const PAGE_CSP =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const DOCS_CSP =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'";

export interface ServerOptions {
  readonly trustProxy: boolean;
  readonly clock: Pick<Clock, 'real'>;
  /** Longest path parameter: signed tokens are long. */
  readonly longestParameter: number;
  readonly publicUrl: () => string;
  /** Time for the headers of a request to come whole. */
  readonly headersMs?: number;
}

export const createAdapter = ({
  trustProxy,
  clock,
  longestParameter,
  publicUrl,
  headersMs = HEADERS_MS,
}: ServerOptions): FastifyAdapter =>
  new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    trustProxy: trustProxy && ((_: string, hop: number) => hop === 0),
    requestIdHeader: false,
    genReqId: () => ulid(clock.real()),
    routerOptions: { maxParamLength: longestParameter },
    connectionTimeout: SILENT_MS,
    keepAliveTimeout: KEPT_ALIVE_MS,
    http: { headersTimeout: headersMs, connectionsCheckingInterval: headersMs / 3 },
    // An address that is none may be a broken link: it is not repeated, and answered like a forged one.
    frameworkErrors: (_: unknown, request: FastifyRequest, reply: FastifyReply) => {
      setSafeHeaders(request, reply, publicUrl());
      answerProblem(asProblem({ statusCode: 404 }), request, reply);
    },
  });

/** Safe headers on every answer. Pages may set a policy of their own. */
export function guardAnswers(server: FastifyInstance, publicUrl: () => string): void {
  server.addHook('onSend', (request, reply, payload, done) => {
    setSafeHeaders(request, reply, publicUrl());
    done(null, payload);
  });
}

function setSafeHeaders({ url }: FastifyRequest, reply: FastifyReply, publicUrl: string): void {
  void reply.header('x-content-type-options', 'nosniff');
  void reply.header('referrer-policy', 'no-referrer');
  if (!reply.hasHeader('x-frame-options')) void reply.header('x-frame-options', 'DENY');
  if (!reply.hasHeader('content-security-policy')) {
    const isDocs = url.startsWith('/docs') && !url.startsWith('/docs/problems');
    void reply.header('content-security-policy', isDocs ? DOCS_CSP : PAGE_CSP);
  }
  if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
  if (publicUrl.startsWith('https:')) {
    void reply.header('strict-transport-security', 'max-age=31536000; includeSubDomains');
  }
}

/** One line and one count per request, by route pattern: never a URL, a token, an address, a header or a body. */
export function watchRequests(server: FastifyInstance, logger: Logger, metrics: Metrics): void {
  server.addHook('onResponse', (request: FastifyRequest & { caller?: Caller }, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const { method, id } = request;
    const { statusCode: status, elapsedTime } = reply;
    metrics.requests.inc({ method, route, status });
    metrics.seconds.observe({ method, route }, elapsedTime / 1000);
    if (logger.isLevelEnabled('info')) {
      const ms = Math.round(elapsedTime * 10) / 10;
      logger.info({ requestId: id, method, route, status, ms, tenant: request.caller?.tenant }, 'answered');
    }
    done();
  });
}
