import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';

export const SCOPES = [
  'subjects',
  'consents',
  'subscriptions',
  'objections',
  'solicitations',
  'eligibility',
  'deliveries',
  'history',
  'admin',
] as const;
export type ApiScope = (typeof SCOPES)[number];

/** Who calls, fixed by the API key: put on the request by the guard. */
export interface Caller {
  readonly tenant: string;
  /** `key:<id>`; never the key. */
  readonly actor: string;
  readonly scopes: ReadonlySet<ApiScope>;
  /** Digest of tenant and idempotency key, when the request has one: hand it to `handle`. */
  readonly commandId: string | null;
}

export const SCOPE_METADATA = 'assent:scope';
/** On a controller or a route: the API key must have this scope. Without it, the route needs no key. */
export const Needs = (scope: ApiScope): MethodDecorator & ClassDecorator =>
  SetMetadata(SCOPE_METADATA, scope);

/** The caller of a route with `@Needs`. */
export const By = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<{ caller?: Caller }>();
  if (caller === undefined) throw new Error('a route that asks for its caller needs @Needs(scope)');
  return caller;
});
