/**
 * A stand-in with Mailchimp's rules and memory: compliance state, forgotten addresses, `cleaned`, the same 404 for a
 * missing list and a missing member, ten connections per account. A program, not recorded answers.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyOf } from '@assent/integration-kit';
import { OPERATIONS, requestFaults, type Operation } from './contract.js';
import { memberHash } from './api.js';
import { FakeAccount } from './fake-account.js';
import { problem } from './fake-documents.js';

/** How the next calls go wrong, or all until `clearFaults`. */
export interface Fault {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly retryAfter?: string;
  /** Ends the connection before, or after, the call has had its effect. */
  readonly reset?: 'before' | 'after';
  readonly delayMs?: number;
  /** Holds back the answer of a call that had an effect. */
  readonly holdMs?: number;
  readonly body?: string;
  /** How many calls it hits; without it, all until `clearFaults`. */
  readonly times?: number;
  /** Only calls of this operation. */
  readonly operation?: string;
}

export interface SeenCall {
  readonly operation: string;
  readonly list: string | undefined;
  /** The member's hash in the path; undefined: it names nobody. */
  readonly member: string | undefined;
  readonly status: number;
}

const MOST_CONNECTIONS = 10;

export class FakeMailchimp extends FakeAccount {
  readonly calls: SeenCall[] = [];
  /** Calls outside the contract: unknown paths, members or types, missing credentials. Must stay empty. */
  readonly violations: string[] = [];
  readonly apiKey: string = 'fake-mailchimp-key-us1';
  private faults: { fault: Fault; left: number }[] = [];
  private server: Server | undefined;
  private open = 0;
  private port = 0;

  /** Listens on loopback; the same port again after `stop`. Answers the base URL. */
  async start(port = this.port): Promise<string> {
    const server = createServer((request, response) => void this.serve(request, response));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
    return this.url;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/3.0`;
  }

  /** Down: connections are refused until `start`. Its memory stays. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  fail(fault: Fault): void {
    this.faults.push({ fault, left: fault.times ?? Infinity });
  }
  /** How many calls named the address. */
  callsAbout(address: string): number {
    return this.calls.filter(({ member }) => member === memberHash(address)).length;
  }

  clearFaults(): void {
    this.faults = [];
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.open += 1;
    response.once('close', () => (this.open -= 1));
    const crowded = this.open > MOST_CONNECTIONS;
    const text = await bodyOf(request);
    if (text === undefined) return;
    const body = parsed(text);
    const url = new URL(request.url ?? '/', 'http://x');
    const path = url.pathname.replace(/^\/3\.0/, '');
    const operation = OPERATIONS.find((one) => one.method === request.method && one.path.test(path));
    const list = operation?.path.exec(path)?.[1];
    const member = /\/members\/([0-9a-f]{32})/.exec(path)?.[1];
    const fault = this.nextFault(operation);
    if (fault?.delayMs !== undefined)
      await new Promise((resolve) => setTimeout(resolve, fault.delayMs).unref());
    if (fault?.reset === 'before') return void request.socket.destroy();

    const before = this.effects;
    const [status, value] = crowded
      ? problem(429, 'Too Many Requests')
      : (spoilt(fault) ?? this.answer(request, operation, url.searchParams, path, body));
    this.calls.push({ operation: operation?.name ?? 'unknown', list, member, status });
    if (fault?.reset === 'after') return void request.socket.destroy();
    if (fault?.holdMs !== undefined && this.effects > before)
      await new Promise((resolve) => setTimeout(resolve, fault.holdMs).unref());
    response.writeHead(status, {
      ...{ 'content-type': 'application/json', 'x-request-id': `fake-${this.calls.length}` },
      ...fault?.headers,
      ...(fault?.retryAfter !== undefined && { 'retry-after': fault.retryAfter }),
    });
    response.end(status === 204 ? undefined : typeof value === 'string' ? value : JSON.stringify(value));
  }

  private answer(
    { method, headers }: IncomingMessage,
    operation: Operation | undefined,
    params: URLSearchParams,
    path: string,
    body: unknown,
  ): [number, object] {
    const [scheme, value = ''] = (headers.authorization ?? '').split(' ');
    if (scheme === undefined || value === '') this.violations.push('a call without credentials');
    const accepted = scheme === 'Basic' && Buffer.from(value, 'base64').toString() === `any:${this.apiKey}`;
    if (!accepted) return problem(401, 'API Key Invalid');
    if (operation === undefined) {
      this.violations.push(`${method ?? ''} of a path outside the contract`);
      return problem(404, 'Resource Not Found');
    }
    const wrong = requestFaults(operation, params, headers['content-type'], body);
    if (wrong.length > 0) {
      this.violations.push(...wrong);
      return problem(400, 'Invalid Resource');
    }
    const [, list = '', hash = ''] = operation.path.exec(path) ?? [];
    const members = (body ?? {}) as Record<string, unknown>;
    const answer = this.act(operation.name, decodeURIComponent(list), hash, params, members);
    if (!operation.answers.includes(answer[0])) {
      throw new Error(
        `the stand-in answers ${operation.name} with ${answer[0]}, which its contract does not know`,
      );
    }
    return answer;
  }

  private nextFault(operation: Operation | undefined): Fault | undefined {
    const found = this.faults.find(
      ({ fault, left }) => left > 0 && (fault.operation === undefined || fault.operation === operation?.name),
    );
    if (found !== undefined) found.left -= 1;
    return found?.fault;
  }
}

function spoilt(fault: Fault | undefined): [number, object | string] | undefined {
  if (fault?.status === undefined && fault?.body === undefined) return undefined;
  const { status = 200, body } = fault;
  return body === undefined ? problem(status, 'Fault') : [status, body];
}

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return text; // told as a violation
  }
}
