import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { answerProblem, asProblem } from './problem-answer.js';
import { PROBLEMS } from './problems.js';

/** Answers every fault and refusal of a door as a problem. Nothing of a fault leaks: it is logged with its origin. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw thrown;
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const error = asProblem(thrown);
    if (PROBLEMS[error.code].status >= 500) {
      this.logger.error({ requestId: request.id, err: thrown }, 'a request failed');
    }
    answerProblem(error, request, http.getResponse<FastifyReply>());
  }
}
