import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import type { ApiKeys, KeyHolder } from './api-keys.js';
import { SCOPE_METADATA, type ApiScope, type Caller } from './caller.js';
import { ProblemError } from './problems.js';
import type { RateLimit } from './rate-limit.js';

const BEARER = /^Bearer ([\x21-\x7e]{1,200})$/i;

/** Who may come in: one check for every door. */
export class Doorkeeper {
  /** What does not differ between two requests of one holder. */
  private readonly callers = new WeakMap<KeyHolder, Caller>();

  constructor(
    private readonly keys: ApiKeys,
    private readonly limit: RateLimit,
  ) {}

  /** The caller, counted against the limit of the key. Throws the refusal as a problem. */
  admit(request: FastifyRequest, scope: ApiScope): Caller {
    const holder = this.holderOf(request);
    if (holder === undefined) {
      throw new ProblemError('unauthorized', 'Send `Authorization: Bearer <api key>` with a known key.');
    }
    if (!holder.scopes.includes(scope))
      throw new ProblemError('forbidden', `The key lacks the scope ${scope}.`);
    this.limit.take(`key ${holder.id}`);
    return { ...this.callerFor(holder), commandId: commandId(request, holder.tenant) };
  }

  /** Who would be let in, for a question that is no command and is not counted yet; undefined: nobody. */
  asks(request: FastifyRequest, scope: ApiScope): { caller: Caller; count: () => void } | undefined {
    const holder = this.holderOf(request);
    if (holder?.scopes.includes(scope) !== true) return undefined;
    return { caller: this.callerFor(holder), count: () => this.limit.take(`key ${holder.id}`) };
  }

  private holderOf({ headers }: FastifyRequest): KeyHolder | undefined {
    const key = BEARER.exec(headers.authorization ?? '')?.[1];
    const holder = this.keys.holderOf(key ?? '');
    return key === undefined ? undefined : holder;
  }

  private callerFor(holder: KeyHolder): Caller {
    let caller = this.callers.get(holder);
    if (caller === undefined) {
      const { tenant, id, scopes } = holder;
      caller = { tenant, actor: `key:${id}`, scopes: new Set(scopes), commandId: null };
      this.callers.set(holder, caller);
    }
    return caller;
  }
}

/** Lets in who has a key with the scope that the route needs; routes without `@Needs` are open. */
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly doorkeeper: Doorkeeper,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const scope = this.reflector.getAllAndOverride<ApiScope | undefined>(SCOPE_METADATA, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (scope === undefined) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest & { caller?: Caller }>();
    request.caller = this.doorkeeper.admit(request, scope);
    return true;
  }
}

/** Digest of tenant, route and idempotency key: two requests with it are one. */
function commandId({ headers, routeOptions }: FastifyRequest, tenant: string): string | null {
  const key = headers['idempotency-key'];
  if (typeof key !== 'string' || key === '') return null;
  const named = JSON.stringify([tenant, routeOptions.url, key]);
  return createHash('sha256').update(named).digest('base64url').slice(0, 32);
}
