import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '@assent/kernel';
import type { Keyring, Records } from '@assent/ports';
import { OnlyProcess, type Leases } from '@assent/runtime';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { Caller } from './caller.js';
import { ProblemError, PROBLEMS, type MemberError, type ProblemCode } from './problems.js';

const KEPT_MS = 24 * 3_600_000;
const LONGEST_KEY = 200;
/** So long a repeated request is refused after the process that ran the first has died. */
const LEASE_MS = 10_000;
/**
 * Questions are answered as of now, never as of the first time: a yes of yesterday must not be told again. What an import
 * or its undo did before is seen in what it left.
 */
const QUESTIONS = /^\/v1\/(?:eligibility|links|imports|permits|send-checks|.*\/find)/;

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
  readonly answer: Answer | null;
  readonly refused: Refused | null;
}

/**
 * `Idempotency-Key` on writes: the same key and body get the same answer and have one effect, for 24 h and across
 * restarts. The answer is stored before it is given. A request whose process died between effect and answer runs again
 * and finds its own events by `Caller.commandId`.
 */
export class IdempotencyInterceptor implements NestInterceptor {
  /** What this process runs now; what others run is leased. An unanswered entry that nobody runs was left by the dead. */
  private readonly running = new Map<string, Entry>();

  constructor(
    private readonly records: Records,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
    private readonly leases: Leases = new OnlyProcess(),
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest & { caller?: Caller }>();
    const { caller } = request;
    const key = request.headers['idempotency-key'];
    const isWrite = request.method === 'POST' && !QUESTIONS.test(request.url) && !isStream(request.body);
    if (key === undefined || caller === undefined || !isWrite) return next.handle();
    if (typeof key !== 'string' || caller.commandId === null || key.length > LONGEST_KEY) {
      const detail = `The header Idempotency-Key must hold 1 to ${LONGEST_KEY} characters.`;
      throw new ProblemError('invalid-request', detail);
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
    const mine: Entry = { digest, answer: null, refused: null };
    const isFree = !this.running.has(name);
    if (isFree) this.running.set(name, mine);
    try {
      const earlier = await this.records.putIfAbsent<Entry>(name, mine, now + KEPT_MS, now);
      if (earlier !== undefined) {
        if (earlier.digest !== digest) throw reused();
        if (earlier.answer !== null || earlier.refused !== null) return replay(earlier, reply);
        if (!isFree) throw inUse();
      }
      if (!(await this.leases.take(name, LEASE_MS))) throw inUse();
      if (earlier !== undefined) {
        // Whoever ran it may have answered just now.
        const answered = await this.records.get<Entry>(name, now);
        if (answered && (answered.answer !== null || answered.refused !== null))
          return replay(answered, reply);
        await this.records.put(name, mine, now + KEPT_MS);
      }
      this.running.set(name, mine);
      return await this.held(name, () => this.run(name, mine, now + KEPT_MS, reply, next));
    } finally {
      if (this.running.get(name) === mine) this.running.delete(name);
    }
  }

  /** Other processes see by the lease that this one is still at it. */
  private async held<T>(name: string, work: () => Promise<T>): Promise<T> {
    const renewal = setInterval(() => void this.leases.take(name, LEASE_MS).catch(() => false), LEASE_MS / 3);
    renewal.unref();
    try {
      return await work();
    } finally {
      clearInterval(renewal);
      await this.leases.release(name).catch(() => undefined); // it ends by itself
    }
  }

  private async run(name: string, mine: Entry, until: number, reply: FastifyReply, next: CallHandler) {
    let body: unknown;
    try {
      body = await lastValueFrom(next.handle(), { defaultValue: undefined });
    } catch (error) {
      if (error instanceof ProblemError && isLasting(error.code)) {
        const refused = { code: error.code, detail: error.detail, errors: error.errors ?? null };
        await this.records.put(name, { ...mine, refused }, until);
      } else {
        await this.records.delete(name);
      }
      throw error;
    }
    const answer = { status: reply.statusCode, body: body ?? null };
    await this.records.put(name, { ...mine, answer }, until);
    return body;
  }
}

/** A fault, or a limit that was met, may be over when the request comes again. */
const isLasting = (code: ProblemCode): boolean => PROBLEMS[code].status < 500 && code !== 'rate-limited';

const reused = () => new ProblemError('idempotency-key-reused', 'This key came with another request before.');
const inUse = () =>
  new ProblemError(
    'idempotency-key-in-use',
    'The first request with this key is still running.',
    undefined,
    1,
  );

function replay({ answer, refused }: Entry, reply: FastifyReply): unknown {
  void reply.header('idempotency-replayed', 'true');
  if (refused !== null) throw new ProblemError(refused.code, refused.detail, refused.errors ?? undefined);
  void reply.status(answer?.status ?? 200);
  return answer?.body;
}

const isStream = (body: unknown): boolean => typeof body === 'object' && body !== null && 'pipe' in body;
