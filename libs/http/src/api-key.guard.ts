import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import type { ApiKeys } from './api-keys.js';
import { SCOPE_METADATA, type ApiScope, type Caller } from './caller.js';
import { ProblemError } from './problems.js';
import type { RateLimit } from './rate-limit.js';

const BEARER = /^Bearer ([\x21-\x7e]{1,200})$/i;

/** Lets in who has a key with the scope that the route needs; routes without `@Needs` are open. */
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly keys: ApiKeys,
    private readonly limit: RateLimit,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const scope = this.reflector.getAllAndOverride<ApiScope | undefined>(SCOPE_METADATA, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (scope === undefined) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest & { caller?: Caller }>();
    const key = BEARER.exec(request.headers.authorization ?? '')?.[1];
    const holder = this.keys.holderOf(key ?? '');
    if (key === undefined || holder === undefined) {
      throw new ProblemError('unauthorized', 'Send `Authorization: Bearer <api key>` with a known key.');
    }
    if (!holder.scopes.includes(scope))
      throw new ProblemError('forbidden', `The key lacks the scope ${scope}.`);
    this.limit.take(`key ${holder.id}`);
    request.caller = {
      tenant: holder.tenant,
      actor: `key:${holder.id}`,
      scopes: new Set(holder.scopes),
      commandId: commandId(request, holder.tenant),
    };
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
