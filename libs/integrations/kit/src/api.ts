import { createHmac } from 'node:crypto';
import type { CallEvidence } from '@assent/contract';
import {
  OutgoingFailure,
  plainTitle,
  retryAfterMs,
  vendorRequestId,
  type OutcomeClass,
  type Outgoing,
  type OutgoingRequest,
} from '@assent/ports';
import { isMembers, textOf, type Members } from './json.js';

/** What one call came to. `class` is `done` for every 2xx that says what it should; a 404 is the caller's to judge. */
export interface Reply {
  readonly status: number | null;
  readonly class: OutcomeClass | 'not-found';
  /** The answer as an object; empty when it is none. */
  readonly body: Members;
  /** The answer as it is: some tools answer lists. */
  readonly json: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly evidence: CallEvidence;
  readonly detail?: string;
  readonly retryAfterMs?: number;
  /** How many calls the tool says it will still take in its window. */
  readonly remaining?: number;
}

export interface Request {
  readonly method: OutgoingRequest['method'];
  /** Such as `/lists/{list}/members/{hash}`: what evidence may show. */
  readonly template: string;
  /** What stands in the places of the template. */
  readonly values?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** Of this call, beside those of the tool. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Another host of the same vendor. */
  readonly base?: string;
}

/** The request as it goes over the wire, before it is signed. */
export type Wire = Required<Pick<OutgoingRequest, 'method' | 'url'>> & { readonly body?: string };

/** How one vendor is spoken to. */
export interface Dialect {
  /** Without a slash at its end. */
  readonly base: string;
  /** Of every call; a function where each call is signed at its time. */
  readonly headers:
    Readonly<Record<string, string>> | ((wire: Wire, now: number) => Readonly<Record<string, string>>);
  readonly contentType?: string;
  /** Keys the digests in receipts: whoever reads them cannot guess what was in a body. */
  readonly digestKey: string;
  /** By the vendor's own names where a status says too little; the status decides what is left out. */
  readonly judge?: (
    status: number,
    body: Members,
    headers: Reply['headers'],
  ) => Partial<Pick<Reply, 'class' | 'detail'>> | undefined;
  /**
   * The header that says when the window of calls ends, where no `Retry-After` is sent: in seconds from now, or as the
   * instant in Unix seconds, which no window is long enough to be taken for.
   */
  readonly resets?: string;
  /** The header that says how many calls are left in the window. */
  readonly remains?: string;
}

const LATER = new Set([408, 425, 429]);

/** One attempt per call. Addresses stand in paths, queries and bodies; evidence has the template and keyed digests. */
export class VendorApi {
  constructor(
    readonly dialect: Dialect,
    private readonly outgoing: Outgoing,
  ) {}

  /** `now`: the time of the attempt, epoch milliseconds. */
  async call(request: Request, now: number): Promise<Reply> {
    const { dialect } = this;
    const { method, template, values = {}, query = {} } = request;
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encoded(values[name] ?? ''));
    const search = Object.entries(query).map(
      ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
    );
    const url = (request.base ?? dialect.base) + path + (search.length > 0 ? `?${search.join('&')}` : '');
    const text = request.body === undefined ? undefined : JSON.stringify(request.body);
    const wire = { method, url, ...(text !== undefined && { body: text }) };
    const credentials = typeof dialect.headers === 'function' ? dialect.headers(wire, now) : dialect.headers;
    const type = dialect.contentType ?? 'application/json';
    const sent = { operation: `${method} ${template}`, requestDigest: this.digest(text ?? '') };
    try {
      const answer = await this.outgoing.send({
        ...wire,
        headers: {
          accept: type,
          ...(text !== undefined && { 'content-type': type }),
          ...credentials,
          ...request.headers,
        },
      });
      const { status, headers } = answer;
      const json = parsed(answer.body);
      const body = isMembers(json) ? json : {};
      const own = textOf(body['request_id']);
      const evidence = {
        ...{ ...sent, status, responseDigest: this.digest(answer.body) },
        vendorRequestId: vendorRequestId(headers) ?? vendorRequestId({ 'x-request-id': own }),
      };
      const kind = judged(dialect, status, json, headers);
      const wait = kind.class === 'retry' ? this.wait(headers, status, now) : undefined;
      return {
        ...{ status, json, headers, evidence, ...kind, body },
        ...(wait !== undefined && { retryAfterMs: wait }),
        ...remainingIn(headers[dialect.remains ?? '']),
      };
    } catch (error) {
      if (!(error instanceof OutgoingFailure)) throw error;
      const evidence = { ...sent, status: null, responseDigest: null, vendorRequestId: null };
      const again = error.kind === 'timeout' || error.kind === 'unreachable';
      return {
        ...{ status: null, class: again ? 'retry' : 'config', body: {}, json: undefined, headers: {} },
        ...{ evidence, detail: error.kind },
      };
    }
  }

  private wait(headers: Reply['headers'], status: number, now: number): number | undefined {
    const asked = retryAfterMs(headers['retry-after'], now);
    const { resets } = this.dialect;
    if (asked !== undefined || resets === undefined || status !== 429) return asked;
    const value = headers[resets];
    const instant = Number(value) > 1e9;
    const left = instant ? String(Math.max(0, Number(value) - Math.floor(now / 1000))) : value;
    return retryAfterMs(left, now);
  }

  private digest(text: string): string {
    return createHmac('sha256', this.dialect.digestKey).update(text).digest('base64url');
  }
}

function remainingIn(value: string | undefined): Pick<Reply, 'remaining'> {
  return value !== undefined && /^\d{1,9}$/.test(value) ? { remaining: Number(value) } : {};
}

/** In a path: also what the platform leaves as it is, so that a signature over the path is one over what is read. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

/** What a status means with every tool; undefined for 2xx and 404, which say different things. */
export function classOf(status: number): OutcomeClass | undefined {
  if ((status >= 200 && status < 300) || status === 404) return undefined;
  if (LATER.has(status) || status >= 500) return 'retry';
  // 3xx: no redirect is followed.
  return status === 401 || status === 403 || status < 400 ? 'config' : 'data';
}

/** Undefined for what is no JSON: a page of a proxy, for instance. An empty answer has nothing to say. */
function parsed(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function judged(
  dialect: Dialect,
  status: number,
  json: unknown,
  headers: Reply['headers'],
): Pick<Reply, 'class' | 'detail'> {
  const own = dialect.judge?.(status, isMembers(json) ? json : {}, headers) ?? {};
  const detail = plainTitle(own.detail) ?? `status ${status}`;
  if (own.class !== undefined) return { class: own.class, detail };
  const kind = classOf(status);
  if (kind !== undefined) return { class: kind, detail };
  if (status === 404) return { class: 'not-found', detail };
  return json === undefined ? { class: 'retry', detail: 'answer is not JSON' } : { class: 'done', detail };
}
