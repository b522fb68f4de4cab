import { lookup as resolve, type LookupAddress } from 'node:dns';
import {
  Agent as HttpAgent,
  request as requestHttp,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import { Outgoing, OutgoingFailure, type OutgoingRequest, type OutgoingResponse } from '@assent/ports';
import { admitAddress, admitHeaders, admitUrl } from './admission.js';

export interface OutgoingOptions {
  /** Also plain http to them. For tests and own networks only. */
  readonly allowPrivateNetworks: boolean;
  /** Resolves names; the platform's unless told. */
  readonly lookup?: (name: string) => Promise<readonly LookupAddress[]>;
  readonly connectTimeoutMs?: number;
}

const TIMEOUT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 5_000;
const CONNECTIONS_PER_HOST = 8;
/** Below the 5 s after which many servers close a connection that nobody uses. */
const IDLE_MS = 4_000;
const LONGEST_ANSWER = 1 << 20;

/** The only way out: no redirects, no private addresses, a time limit on the whole, an answer of bounded size. */
export class NodeOutgoing extends Outgoing {
  private readonly http: HttpAgent;
  private readonly https: HttpsAgent;

  constructor(private readonly options: OutgoingOptions) {
    super();
    const settings = { keepAlive: true, maxSockets: CONNECTIONS_PER_HOST, timeout: IDLE_MS };
    this.http = new HttpAgent({ ...settings, lookup: this.guarded(false) });
    this.https = new HttpsAgent({ ...settings, lookup: this.guarded(true) });
  }

  override async send(request: OutgoingRequest): Promise<OutgoingResponse> {
    const url = admitUrl(request.url, this.options.allowPrivateNetworks);
    admitHeaders(request.headers);
    try {
      return await this.call(url, request);
    } catch (error) {
      throw asFailure(error);
    }
  }

  /** Ends the connections that are kept for the next call. */
  close(): void {
    this.http.destroy();
    this.https.destroy();
  }

  private call(url: URL, request: OutgoingRequest): Promise<OutgoingResponse> {
    const { method, timeoutMs: limit = TIMEOUT_MS } = request;
    const secure = url.protocol === 'https:';
    const body = request.body === undefined ? undefined : Buffer.from(request.body, 'utf8');
    const headers = { ...request.headers, ...(body && { 'content-length': String(body.length) }) };
    return new Promise((done, fail) => {
      const call = secure
        ? requestHttps(url, { method, headers, agent: this.https })
        : requestHttp(url, { method, headers, agent: this.http });
      const whole = setTimeout(() => {
        fail(new OutgoingFailure('timeout', `no complete answer within ${limit} ms`));
        call.destroy();
      }, limit);
      let reading: Promise<unknown> | undefined;
      call.once('socket', (socket) => this.limitConnecting(call, socket, secure));
      call.once('response', (response) => {
        reading = read(response).then(done, fail);
      });
      call.once('error', fail);
      call.once('close', () => {
        clearTimeout(whole);
        // Ended without a word, or turned into something that is not HTTP.
        if (reading === undefined) fail(new OutgoingFailure('unreachable', 'no answer (closed)'));
      });
      call.end(body);
    });
  }

  private limitConnecting(call: ClientRequest, socket: Socket, secure: boolean): void {
    if (!socket.connecting) return; // kept from an earlier call
    const { connectTimeoutMs: limit = CONNECT_TIMEOUT_MS } = this.options;
    const timer = setTimeout(() => {
      call.destroy(new OutgoingFailure('timeout', `no connection within ${limit} ms`));
    }, limit);
    socket.once(secure ? 'secureConnect' : 'connect', () => clearTimeout(timer));
    socket.once('close', () => clearTimeout(timer));
  }

  /** The addresses that are checked are the addresses that are connected to: no second look-up can change them. */
  private guarded(secure: boolean): LookupFunction {
    const { allowPrivateNetworks, lookup = platformLookup } = this.options;
    return (name, options, callback) => {
      lookup(name)
        .then((found) => {
          // One forbidden address among several is enough: the name does not mean us well.
          for (const { address } of found) admitAddress(address, secure, allowPrivateNetworks);
          const [first] = found;
          if (first === undefined) throw new OutgoingFailure('unreachable', 'the name has no address');
          return { found: [...found], first };
        })
        .then(
          ({ found, first }) =>
            options.all === true ? callback(null, found) : callback(null, first.address, first.family),
          (error: unknown) => callback(error as NodeJS.ErrnoException, '', 0),
        );
    };
  }
}

const platformLookup = (name: string): Promise<LookupAddress[]> =>
  new Promise((done, fail) => {
    resolve(name, { all: true, verbatim: true }, (error, found) =>
      error === null ? done(found) : fail(error),
    );
  });

/** Only the platform's own code of the fault: its message may quote the address. */
const asFailure = (error: unknown): OutgoingFailure => {
  if (error instanceof OutgoingFailure) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return new OutgoingFailure('unreachable', `no answer (${code})`);
};

async function read(response: IncomingMessage): Promise<OutgoingResponse> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    parts.push(chunk.subarray(0, LONGEST_ANSWER - size));
    size += chunk.length;
    if (size >= LONGEST_ANSWER) break; // ends the connection; the rest is nobody's
  }
  const headers = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
  return {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(headers) as Record<string, string>,
    // As a stream: a character that the cut has halved is left out.
    body: new TextDecoder().decode(Buffer.concat(parts), { stream: true }),
  };
}
