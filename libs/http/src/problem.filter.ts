import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { ProblemError, PROBLEMS, type MemberError, type ProblemCode } from './problems.js';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly instance: string;
  readonly errors?: readonly MemberError[];
}

/** Paths that people open: what goes wrong there is told as a short page. */
const PEOPLE = /^\/(?:u|p|c|s)\//;
const RETRY_AFTER_SECONDS = 5;

/** Answers every fault and refusal of a door as a problem document (RFC 9457). Nothing of a fault leaks. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = asProblem(thrown);
    const { status, title } = PROBLEMS[error.code];
    const instance = `urn:assent:request:${request.id}`;
    if (status >= 500) this.logger.error({ requestId: request.id, err: fault(thrown) }, 'a request failed');
    if (status === 401) void reply.header('www-authenticate', 'Bearer');
    if (status === 429 || status === 503) {
      void reply.header('retry-after', String(error.retryAfterSeconds ?? RETRY_AFTER_SECONDS));
    }
    void reply.status(status);
    if (PEOPLE.test(request.url) && request.headers.accept?.includes('text/html') === true) {
      void reply.header('content-type', 'text/html; charset=utf-8').send(page(title));
      return;
    }
    const { code, detail, errors } = error;
    const type = `/docs/problems#${code}`;
    const problem: Problem = { type, title, status, detail, code, instance, ...(errors && { errors }) };
    void reply
      .header('content-type', 'application/problem+json; charset=utf-8')
      .send(JSON.stringify(problem));
  }
}

const page = (title: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body><main><h1>${title}</h1></main></body></html>`;

/** A fault without what it may quote of the request: its kind and where it came from. */
const fault = (thrown: unknown): object =>
  thrown instanceof Error ? { type: thrown.name, stack: thrown.stack } : { type: typeof thrown };

function asProblem(thrown: unknown): ProblemError {
  if (thrown instanceof ProblemError) return thrown;
  const status = thrown instanceof HttpException ? thrown.getStatus() : statusOf(thrown);
  if (status === 404) return new ProblemError('not-found', 'No such address, or not with this method.');
  if (status === 413) return new ProblemError('body-too-large', 'The body is larger than 1 MiB.');
  if (status === 415) return new ProblemError('unsupported-media-type', 'Send application/json.');
  if (status === 400) return new ProblemError('invalid-request', 'The request could not be read.');
  return new ProblemError('internal-error', 'The request failed; nothing was half done.');
}

const statusOf = (thrown: unknown): number | undefined =>
  typeof thrown === 'object' &&
  thrown !== null &&
  'statusCode' in thrown &&
  typeof thrown.statusCode === 'number'
    ? thrown.statusCode
    : undefined;
