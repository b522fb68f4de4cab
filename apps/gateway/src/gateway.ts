import {
  createServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { joined } from './joined.js';
import { REPEATABLE, serviceOf } from './routes.js';
import { passTime } from './test-clock.js';
import type { Upstreams } from './upstreams.js';

/** How long a request waits for some replica to take it. */
const WITHIN_MS = 8_000;
const PAUSE_MS = 50;

/** Nothing of the request can have arrived: it may be sent elsewhere. */
const NOT_SENT = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENOTFOUND']);

/**
 * A reverse proxy for tests and local use: each path at its service, each request at one of its replicas. `upstreams` is
 * read anew for each request. With `testClock`, `POST /test/clock` moves the time of all of them.
 */
export function createGateway(upstreams: Upstreams, { testClock = false } = {}): Server {
  const turns = new Map<string, number>();
  return createServer((incoming, answer) => {
    const path = (incoming.url ?? '/').split('?', 1)[0] ?? '/';
    const work =
      testClock && path === '/test/clock' && incoming.method === 'POST'
        ? passTime(upstreams, incoming, answer)
        : joined(upstreams, path, answer).then(async (done) => {
            if (!done) await forward(path, incoming, answer);
          });
    work.catch((error: unknown) => unavailable(answer, error));
  });

  async function forward(path: string, incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const service = serviceOf(path);
    const kept = REPEATABLE.test(path) ? await whole(incoming) : undefined;
    const mayRepeat = kept !== undefined || incoming.method === 'GET' || incoming.method === 'HEAD';
    const end = performance.now() + WITHIN_MS;
    for (;;) {
      const turn = turns.get(service) ?? 0;
      turns.set(service, turn + 1);
      const replicas = upstreams[service];
      const base = replicas[turn % replicas.length];
      if (base === undefined) throw new Error(`no replica of ${service} is known`);
      const reply = await sent(base, incoming, kept).catch((error: NodeJS.ErrnoException) => {
        if (performance.now() > end || !(mayRepeat || NOT_SENT.has(error.code ?? ''))) throw error;
        return undefined;
      });
      const refused = reply?.statusCode === 503 && kept !== undefined && performance.now() < end;
      if (reply !== undefined && !refused) return pass(reply, answer);
      reply?.resume();
      await sleep(PAUSE_MS);
    }
  }
}

/** Sends the request when the replica has taken the connection; resolves with the head of its answer. */
function sent(base: string, incoming: IncomingMessage, kept: Buffer | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = without(incoming.headers, ['connection']);
    const outgoing = request(new URL(incoming.url ?? '/', base), {
      ...{ method: incoming.method, agent: false },
      headers: { ...headers, 'x-forwarded-for': incoming.socket.remoteAddress ?? '' },
    });
    outgoing.once('response', resolve);
    outgoing.once('error', reject);
    outgoing.on('error', () => undefined); // after the answer has begun it says nothing new
    outgoing.once('socket', (socket) =>
      socket.once('connect', () => {
        if (kept !== undefined) return void outgoing.end(kept);
        incoming.pipe(outgoing);
        // A replica that has answered need not read on: the client sends the rest before it looks at the answer.
        outgoing.once('close', () => incoming.resume());
      }),
    );
  });
}

function pass(reply: IncomingMessage, answer: ServerResponse): void {
  const headers = without(reply.headers, ['connection', 'keep-alive', 'transfer-encoding']);
  answer.writeHead(reply.statusCode ?? 502, headers);
  reply.pipe(answer);
  reply.once('error', () => answer.destroy()); // cut off: what came is not whole
  answer.once('close', () => reply.destroy());
}

async function whole(incoming: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function unavailable(answer: ServerResponse, error: unknown): void {
  if (answer.headersSent) return void answer.destroy();
  answer.writeHead(503, { 'content-type': 'application/problem+json; charset=utf-8', 'retry-after': '1' });
  answer.end(
    JSON.stringify({ title: 'No service answers', status: 503, code: 'not-ready', detail: String(error) }),
  );
}

/** RFC 9110 §7.6.1: headers of one connection are not passed on. */
const without = (headers: IncomingHttpHeaders, names: readonly string[]): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
