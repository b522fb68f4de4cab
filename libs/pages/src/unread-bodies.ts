import type { HttpAdapterHost } from '@nestjs/core';

/** What of Fastify is needed to leave a body alone. */
interface Hooks {
  addHook(
    name: 'onRequest',
    hook: (
      request: { url: string; headers: Record<string, unknown> },
      reply: unknown,
      done: () => void,
    ) => void,
  ): unknown;
}

/**
 * Whatever is posted to these links, of whatever type, broken or not, means the same (RFC 8058 §3.2): the body is not
 * parsed, so it cannot be refused. For `onModuleInit`.
 */
export function leaveBodiesUnread({ httpAdapter }: HttpAdapterHost, links: RegExp): void {
  const server = httpAdapter?.getInstance<Partial<Hooks> | undefined>();
  server?.addHook?.('onRequest', ({ url, headers }, _, done) => {
    if (links.test(url)) {
      for (const name of ['content-type', 'content-length', 'transfer-encoding']) delete headers[name];
    }
    done();
  });
}
