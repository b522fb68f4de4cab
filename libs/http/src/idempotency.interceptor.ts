import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '@assent/kernel';
import type { Keyring, Records } from '@assent/ports';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { Caller } from './caller.js';
import { invalid, ProblemError, PROBLEMS, type MemberError, type ProblemCode } from './problems.js';

const KEPT_MS = 24 * 3_600_000;
const LONGEST_KEY = 200;
/** Questions change nothing, so repeating them needs no key. */
const QUESTIONS = /^\/v1\/(?:eligibility|links|.*\/find)/;

interface Answer {
  readonly status: number;
  readonly body: unknown;
}
interface Refused {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors: readonly MemberError[] | null;
}
interface Entry {
  readonly digest: string;
  /** The process that runs it; one that has died left it behind, and the request is run again. */
  readonly process: string;
  readonly answer: Answer | null;
  readonly refused: Refused | null;
}

/**
 * `Idempotency-Key` on writes: the same key and body get the same answer and have one effect, for 24 h and across
 * restarts. The answer is stored before it is given. A request whose process died between effect and answer runs again
 * and finds its own events by `Caller.commandId`.
 */
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly process = randomUUID();

  constructor(
    private readonly records: Records,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest & { caller?: Caller }>();
    const { caller } = request;
    const key = request.headers['idempotency-key'];
    const isWrite = request.method === 'POST' && !QUESTIONS.test(request.url) && !isStream(request.body);
    if (key === undefined || caller === undefined || caller.commandId === null || !isWrite)
      return next.handle();
    if (typeof key !== 'string' || key.length > LONGEST_KEY) {
      throw invalid('', `The header Idempotency-Key may hold ${LONGEST_KEY} characters at most`);
    }
    return from(this.once(caller, caller.commandId, request, http.getResponse<FastifyReply>(), next));
  }

  private async once(
    { tenant }: Caller,
    commandId: string,
    request: FastifyRequest,
    reply: FastifyReply,
    next: CallHandler,
  ): Promise<unknown> {
    const now = this.clock.real();
    const name = `idempotency/${tenant}/${commandId}`;
    // The path too: a route with an id in it is another request.
    const digest = this.keyring.digest(tenant, 'request', [request.url, request.body ?? null]);
    const mine: Entry = { digest, process: this.process, answer: null, refused: null };
    const earlier = await this.records.putIfAbsent<Entry>(name, mine, now + KEPT_MS, now);
    if (earlier !== undefined) {
      if (earlier.digest !== digest) {
        throw new ProblemError('idempotency-key-reused', 'This key came with another request before.');
      }
      if (earlier.answer !== null || earlier.refused !== null) return replay(earlier, reply);
      if (earlier.process === this.process) {
        throw new ProblemError('idempotency-key-in-use', 'The first request with this key is still running.');
      }
      await this.records.put(name, mine, now + KEPT_MS);
    }
    return this.run(name, mine, now + KEPT_MS, reply, next);
  }

  private async run(name: string, mine: Entry, until: number, reply: FastifyReply, next: CallHandler) {
    let body: unknown;
    try {
      body = await lastValueFrom(next.handle(), { defaultValue: undefined });
    } catch (error) {
      if (error instanceof ProblemError && PROBLEMS[error.code].status < 500) {
        const refused = { code: error.code, detail: error.detail, errors: error.errors ?? null };
        await this.records.put(name, { ...mine, refused }, until);
      } else {
        await this.records.delete(name);
      }
      throw error;
    }
    await this.records.put(
      name,
      { ...mine, answer: { status: reply.statusCode, body: body ?? null } },
      until,
    );
    return body;
  }
}

function replay({ answer, refused }: Entry, reply: FastifyReply): unknown {
  void reply.header('idempotency-replayed', 'true');
  if (refused !== null) throw new ProblemError(refused.code, refused.detail, refused.errors ?? undefined);
  void reply.status(answer?.status ?? 200);
  return answer?.body;
}

const isStream = (body: unknown): boolean => typeof body === 'object' && body !== null && 'pipe' in body;
