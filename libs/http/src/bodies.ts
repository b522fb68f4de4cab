import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseJson } from './json.js';
import { ProblemError } from './problems.js';

export const BODY_LIMIT = 1 << 20;
const FORM_LIMIT = 64 << 10;
/** A body must have come whole within this time; a batch may take as long as it goes on. */
const BODY_MS = 30_000;

const NDJSON = 'application/x-ndjson';
/** Where a body is handed through as a stream, without a limit, and of which types. */
const STREAMS = [
  { route: /^\/v1\/eligibility\/batch(?:\?|$)/, types: [NDJSON, 'text/csv', 'text/plain'] },
  { route: /^\/v1\/(?:subjects|[a-z-]+\/batch|imports\/[^/?]+)(?:\?|$)/, types: [NDJSON] },
];
/** RFC 8058: what is posted here may be of any type, malformed or missing; the address alone says what to do. */
const ONE_CLICK = /^\/[uc]\/[^/?]+(?:\/(?:undo|again|complaint))?(?:\?|$)/;
const UNREAD = 'application/octet-stream';
/** Too large, of no type that is read. */
const REFUSED_UNREAD = new Set([413, 415]);
/** What tools post: signatures cover every byte, whatever type it is called. Handed on as a `Buffer`. */
const HOOK = /^\/hooks\//;

/** Bodies: JSON, small forms, streams for batches, anything at all for a one-click; every other type is refused by name. */
export function readBodies(server: FastifyInstance, bodyMs = BODY_MS): void {
  server.removeAllContentTypeParsers();
  server.addHook('onRequest', (request, _, done) => {
    if (isOneClick(request) || isHook(request)) request.raw.headers['content-type'] = UNREAD;
    done();
  });
  server.addHook('preParsing', (request, _, payload, done) => {
    if (hasBody(request) && typesOf(request) === undefined) hangUpAfter(bodyMs, request, payload);
    done(null, payload);
  });
  // A connection closed on a client that still sends takes the answer with it: what is left of the body is read away.
  server.addHook('onSend', ({ raw }, reply, payload, done) => {
    if (hasBody(raw) && !raw.complete && REFUSED_UNREAD.has(reply.statusCode)) {
      reply.removeHeader('connection');
      raw.resume();
    }
    done(null, payload);
  });
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_, body, done) => {
    try {
      done(null, body === '' ? undefined : parseJson(body as string, 'body'));
    } catch (error) {
      done(error as ProblemError);
    }
  });
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_LIMIT },
    (_, body, done) => done(null, Object.fromEntries(new URLSearchParams(body as string))),
  );
  server.addContentTypeParser('*', (request, payload: Readable, done) => {
    const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
    if (isOneClick(request)) return readAway(payload, done);
    if (isHook(request)) return readWhole(payload, done);
    if (type !== undefined && typesOf(request)?.includes(type) === true) return done(null, payload);
    payload.resume();
    const accepted = ['application/json', ...(typesOf(request) ?? [])];
    done(new ProblemError('unsupported-media-type', `This route takes ${accepted.join(', ')}.`));
  });
}

/** What tools ask is neither; every request is looked at. */
const isPosted = ({ method, url }: FastifyRequest, where: RegExp): boolean =>
  method === 'POST' && !url.startsWith('/v1/') && where.test(url);

const isOneClick = (request: FastifyRequest): boolean => isPosted(request, ONE_CLICK);

const isHook = (request: FastifyRequest): boolean => isPosted(request, HOOK);

const typesOf = ({ url }: FastifyRequest): string[] | undefined =>
  STREAMS.find(({ route }) => route.test(url))?.types;

const hasBody = ({ headers }: Pick<FastifyRequest, 'headers'>): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

/** A client that sends drop by drop holds a connection no longer than this. Most bodies are there at once. */
function hangUpAfter(ms: number, { raw }: FastifyRequest, payload: Readable): void {
  setImmediate(() => {
    if (raw.complete) return;
    const timer = setTimeout(() => raw.destroy(), ms);
    timer.unref();
    const clear = (): void => clearTimeout(timer);
    payload.once('end', clear).once('close', clear);
  });
}

type Done = (error: Error | null, body?: Buffer) => void;

/** Reads what nobody looks at, up to the limit of every body. */
const readAway = (payload: Readable, done: Done): void => collect(payload, () => undefined, done);

function readWhole(payload: Readable, done: Done): void {
  const chunks: Buffer[] = [];
  collect(
    payload,
    (chunk) => chunks.push(chunk),
    (error) => done(error, error === null ? Buffer.concat(chunks) : undefined),
  );
}

function collect(payload: Readable, each: (chunk: Buffer) => void, done: Done): void {
  let size = 0;
  const count = (chunk: Buffer): void => {
    size += chunk.length;
    if (size <= BODY_LIMIT) return each(chunk);
    payload.off('data', count).off('end', end).resume();
    done(new ProblemError('body-too-large', 'The body is larger than 1 MiB.'));
  };
  const end = (): void => done(null);
  payload.on('data', count).on('end', end).on('error', done);
}
