import { lookup as resolve, type LookupAddress } from 'node:dns';
import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Outgoing, OutgoingFailure, type OutgoingRequest, type OutgoingResponse } from '@assent/ports';
import { isBlocked } from './blocked.js';

export interface OutgoingOptions {
  /** Also plain http. For tests and own networks only. */
  readonly allowPrivateNetworks: boolean;
  /** Resolves names; the platform's unless told. */
  readonly lookup?: (name: string) => Promise<readonly LookupAddress[]>;
}

const TIMEOUT_MS = 15_000;
const CONNECTIONS_PER_HOST = 8;
const LONGEST_ANSWER = 1 << 20;

/** The only way out: no redirects, no private addresses, a time limit on the whole, an answer of bounded size. */
export class NodeOutgoing extends Outgoing {
  private readonly http: HttpAgent;
  private readonly https: HttpsAgent;

  constructor(private readonly options: OutgoingOptions) {
    super();
    const settings = {
      keepAlive: true,
      maxSockets: CONNECTIONS_PER_HOST,
      timeout: TIMEOUT_MS,
      lookup: this.guarded(),
    };
    this.http = new HttpAgent(settings);
    this.https = new HttpsAgent(settings);
  }

  override async send(request: OutgoingRequest): Promise<OutgoingResponse> {
    const url = this.checked(request.url);
    const secure = url.protocol === 'https:';
    const answer = new Promise<OutgoingResponse>((resolve, reject) => {
      const body = request.body === undefined ? undefined : Buffer.from(request.body, 'utf8');
      const headers = { ...request.headers, ...(body && { 'content-length': String(body.length) }) };
      const settings = { method: request.method, headers, agent: secure ? this.https : this.http };
      const call = secure ? requestHttps(url, settings) : requestHttp(url, settings);
      const limit = request.timeoutMs ?? TIMEOUT_MS;
      const timer = setTimeout(() => {
        call.destroy();
        reject(new OutgoingFailure('timeout', `no complete answer within ${limit} ms`));
      }, limit);
      const fail = (error: unknown) => {
        clearTimeout(timer);
        reject(asFailure(error));
      };
      call.once('error', fail);
      call.once('response', (response) => {
        read(response).then((answer) => {
          clearTimeout(timer);
          resolve(answer);
        }, fail);
      });
      call.end(body);
    });
    return answer.catch((error: unknown) => {
      throw asFailure(error);
    });
  }

  private checked(text: string): URL {
    const { allowPrivateNetworks } = this.options;
    if (!URL.canParse(text)) throw new OutgoingFailure('invalid-url', 'the address is not a URL');
    const url = new URL(text);
    const schemes = allowPrivateNetworks ? ['https:', 'http:'] : ['https:'];
    if (!schemes.includes(url.protocol)) {
      throw new OutgoingFailure('invalid-url', `the address must begin with ${schemes.join(' or ')}`);
    }
    if (url.username !== '' || url.password !== '') {
      throw new OutgoingFailure('invalid-url', 'the address may hold no user name and no password');
    }
    // A literal is connected to without a look-up. The parser has brought 127.1, 0x7f.1 and 2130706433 into one form.
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) !== 0 && !allowPrivateNetworks && isBlocked(literal)) throw privateAddress();
    return url;
  }

  /** The addresses that are checked are the addresses that are connected to. */
  private guarded(): LookupFunction {
    const { allowPrivateNetworks, lookup = platformLookup } = this.options;
    return (name, options, callback) => {
      lookup(name).then(
        (found) => {
          const usable = found.filter(({ address }) => allowPrivateNetworks || !isBlocked(address));
          const [first] = usable;
          // One forbidden address among several is enough: the name does not mean us well.
          if (first === undefined || usable.length < found.length) callback(privateAddress(), '', 0);
          else if (options.all === true) callback(null, [...usable]);
          else callback(null, first.address, first.family);
        },
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

const privateAddress = (): OutgoingFailure =>
  new OutgoingFailure(
    'private-address',
    'the address is not on the public internet; see ASSENT_ALLOW_PRIVATE_NETWORKS',
  );

/** Only the platform's own code of the fault: its message may quote the address. */
const asFailure = (error: unknown): OutgoingFailure => {
  if (error instanceof OutgoingFailure) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return new OutgoingFailure(
    code === 'ERR_INVALID_CHAR' ? 'invalid-url' : 'unreachable',
    `no answer (${code})`,
  );
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
    body: Buffer.concat(parts).toString('utf8'),
  };
}
