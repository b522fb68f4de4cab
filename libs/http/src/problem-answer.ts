import { HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PEOPLE } from './people-limit.js';
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

const RETRY_AFTER_SECONDS = 5;

/** Answers a problem document (RFC 9457), or where people are a short page with its title. */
export function answerProblem(error: ProblemError, request: FastifyRequest, reply: FastifyReply): void {
  const { code, detail, errors, retryAfterSeconds } = error;
  const { status, title } = PROBLEMS[code];
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  if (status === 429 || status === 503 || retryAfterSeconds !== undefined) {
    void reply.header('retry-after', String(retryAfterSeconds ?? RETRY_AFTER_SECONDS));
  }
  void reply.status(status);
  if (PEOPLE.test(request.url) && request.headers.accept?.includes('text/html') === true) {
    void reply.header('content-type', 'text/html; charset=utf-8').send(page(title));
    return;
  }
  const problem: Problem = {
    ...{ type: `/docs/problems#${code}`, title, status, detail, code },
    instance: `urn:assent:request:${request.id}`,
    ...(errors && { errors }),
  };
  void reply.header('content-type', 'application/problem+json; charset=utf-8').send(JSON.stringify(problem));
}

const page = (title: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body><main><h1>${title}</h1></main></body></html>`;

/** What was thrown, as a row of the table; of a fault nothing but that there was one. */
export function asProblem(thrown: unknown): ProblemError {
  if (thrown instanceof ProblemError) return thrown;
  switch (thrown instanceof HttpException ? thrown.getStatus() : statusOf(thrown)) {
    case 400:
      return new ProblemError('invalid-request', 'The request could not be read.');
    case 404:
    case 405:
    case 414:
      return new ProblemError('not-found', 'No such address, or not with this method.');
    case 413:
      return new ProblemError('body-too-large', 'The body is larger than this route takes.');
    case 415:
      return new ProblemError('unsupported-media-type', 'Send application/json.');
    case 503:
      return new ProblemError('not-ready', 'The process is not ready, or is about to end.');
    default:
      return new ProblemError('internal-error', 'The request failed; nothing was half done.');
  }
}

const statusOf = (thrown: unknown): unknown =>
  typeof thrown === 'object' && thrown !== null && 'statusCode' in thrown ? thrown.statusCode : undefined;
