/**
 * What all stand-ins share: a server that answers by the contract file of its vendor, with the vendor's memory and moods.
 * A program, not recorded answers.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { operationOf, requestFaults, type Contract, type Found } from './contract-file.js';
import type { Happening, Post } from './hook.js';
import type { Members } from './json.js';

/** How the next calls go wrong, or all until `clearFaults`. */
export interface Fault {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly retryAfter?: string;
  /** Ends the connection before the call has its effect, or after one that had an effect. */
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

/** The bad days of a tool by name, for people at the control. */
export const MOODS: Readonly<Record<string, Fault>> = {
  outage: { status: 503 },
  storm: { status: 429, retryAfter: '30' },
  slow: { delayMs: 3_000 },
  garbage: { body: '<html>' },
  'key-revoked': { status: 401 },
};

export interface Asked {
  readonly operation: string;
  readonly values: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Members;
  readonly headers: IncomingMessage['headers'];
  /** As it came, for signatures. */
  readonly raw: { readonly method: string; readonly url: string; readonly text: string };
}
export interface Answer {
  readonly status: number;
  /** Nothing: an empty answer. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the tool believes about one person, as its page shows it. */
export interface Belief {
  readonly address: string;
  /** By target: whether the tool would mail. */
  readonly targets: Readonly<Record<string, 'mailed' | 'stopped' | 'none'>>;
  readonly note: string;
}

export abstract class FakeTool {
  /** Calls that the contract file knows, in order. */
  readonly calls: { readonly operation: string; readonly status: number; readonly body: Members }[] = [];
  /** Calls outside the contract. Must stay empty. */
  readonly violations: string[] = [];
  /** Calls that changed something. */
  effects = 0;
  /** Where its webhooks go. When set, it also tells what our own calls changed, as most tools do. */
  hookUrl: string | undefined;
  /** What it dates its records by, epoch milliseconds. */
  time = (): number => Date.now();
  /** What its webhooks were answered. */
  readonly posted: Promise<number>[] = [];
  private faults: { fault: Fault; left: number }[] = [];
  private server: Server | undefined;
  private port = 0;

  protected constructor(
    readonly contract: Contract,
    /** Below which the paths of the contract stand, such as `/v3`. */
    protected readonly prefix = '',
  ) {}

  /** Settings with which the connector speaks to it, beside purposes. */
  abstract get options(): Readonly<Record<string, string>>;
  /** Settings that name a credential which is not accepted. */
  abstract get wrongOptions(): Readonly<Record<string, string>>;
  /** The tool knows the address and mails it for every target. */
  abstract seed(address: string): void;
  /** Whether a campaign to the target would reach the address now. */
  abstract mails(address: string, target: string): boolean;
  abstract holds(address: string): boolean;
  /** An operator puts the address back, behind the connector's back. */
  abstract letBackIn(address: string): void;
  /** The person leaves by a link of the tool itself, where its listings tell it. */
  leave(address: string, target: string): void {
    throw new Error(`${address} cannot be seen to leave ${target} here`);
  }
  /** An operator deletes the targets, with what they remember. */
  abstract removeTargets(): void;
  abstract beliefs(): Belief[];
  /** What it would post; undefined where the vendor has no such webhook. */
  hook(happening: Happening, url: string): Post | undefined {
    void [happening, url];
    return undefined;
  }
  /** Something happens there, such as a person leaving by the tool's own link. Answers the status, 0 for no webhook. */
  async post(happening: Happening): Promise<number> {
    const { hookUrl } = this;
    const post = hookUrl === undefined ? undefined : this.hook(happening, hookUrl);
    if (hookUrl === undefined || post === undefined) return 0;
    return (await fetch(hookUrl, { method: 'POST', ...post })).status;
  }
  /** Everything it remembers: a call that changes it has had an effect. */
  protected abstract memory(): unknown;
  protected abstract accepts(headers: IncomingMessage['headers'], asked: Asked): boolean;
  protected abstract act(asked: Asked): Answer;
  /** An error document as the vendor writes it. */
  protected abstract problem(status: number): Answer;
  /** Headers of every answer: request ids, rate windows. */
  protected headers(): Readonly<Record<string, string>> {
    return { 'x-request-id': `fake-${this.calls.length}` };
  }

  /** Listens on loopback; the same port again after `stop`. Answers the base URL. */
  async start(port = this.port): Promise<string> {
    const server = createServer((request, response) => void this.serve(request, response));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
    return this.url;
  }
  get url(): string {
    return `http://127.0.0.1:${this.port}${this.prefix}`;
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
  clearFaults(): void {
    this.faults = [];
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(request);
    if (text === undefined) return;
    const url = new URL(request.url ?? '/', 'http://x');
    const found = url.pathname.startsWith(this.prefix)
      ? operationOf(this.contract, request.method ?? '', url.pathname.slice(this.prefix.length))
      : undefined;
    const fault = this.nextFault(found?.operation.name);
    if (fault?.delayMs !== undefined)
      await new Promise((resolve) => setTimeout(resolve, fault.delayMs).unref());
    if (fault?.reset === 'before') return void request.socket.destroy();
    const before = JSON.stringify(this.memory());
    const believed = this.hookUrl === undefined ? [] : this.beliefs();
    const body = parsed(text);
    const answer = this.spoilt(fault) ?? this.answer(request, found, url, text, body);
    const changed = JSON.stringify(this.memory()) !== before;
    if (changed) {
      this.effects += 1;
      this.echo(believed);
    }
    this.calls.push({
      operation: found?.operation.name ?? 'unknown',
      status: answer.status,
      body: typeof body === 'object' ? (body as Members) : {},
    });
    if (fault?.reset === 'after' && changed) return void request.socket.destroy();
    if (fault?.holdMs !== undefined && changed)
      await new Promise((resolve) => setTimeout(resolve, fault.holdMs).unref());
    response.writeHead(answer.status, {
      ...{ 'content-type': this.contract.contentType ?? 'application/json', ...this.headers() },
      ...{ ...fault?.headers, ...answer.headers },
      ...(fault?.retryAfter !== undefined && { 'retry-after': fault.retryAfter }),
    });
    response.end(
      answer.body === undefined
        ? ''
        : typeof answer.body === 'string'
          ? answer.body
          : JSON.stringify(answer.body),
    );
  }

  /** By what it believed before and after the call, for addresses that it knows all along. */
  private echo(before: readonly Belief[]): void {
    const now = new Map(this.beliefs().map((one) => [one.address, one.targets]));
    for (const { address, targets } of before) {
      for (const [label, stand] of Object.entries(targets)) {
        const is = now.get(address)?.[label];
        if (is === undefined || is === stand || is === 'none' || stand === 'none') continue;
        const target = label.slice(label.indexOf(' ') + 1);
        const what = is === 'stopped' ? 'left' : 'joined';
        const told = this.post({
          what,
          address,
          target,
          at: Date.now(),
          byCall: true,
          id: `echo-${this.posted.length}`,
        });
        // Whom it tells may be down: the nightly comparison is for that.
        this.posted.push(told.catch(() => 0));
      }
    }
  }

  private answer(
    request: IncomingMessage,
    found: Found | undefined,
    url: URL,
    text: string,
    body: unknown,
  ): Answer {
    const { method = '', headers } = request;
    const asked: Asked = {
      ...{
        operation: found?.operation.name ?? 'unknown',
        values: found?.values ?? {},
        query: url.searchParams,
      },
      ...{ headers, body: typeof body === 'object' ? (body as Members) : {} },
      raw: { method, url: request.url ?? '/', text },
    };
    if (!this.accepts(headers, asked)) return this.problem(401);
    if (found === undefined) {
      this.violations.push(`${method} of a path outside the contract`);
      return this.problem(404);
    }
    const wrong = requestFaults(this.contract, found.operation, { query: url.searchParams, headers, body });
    if (wrong.length > 0) {
      this.violations.push(...wrong);
      return this.problem(400);
    }
    const answer = this.act(asked);
    if (!found.operation.answers.includes(answer.status)) {
      this.violations.push(
        `the stand-in answers ${asked.operation} with ${answer.status}, which its contract does not know`,
      );
    }
    return answer;
  }

  private spoilt(fault: Fault | undefined): Answer | undefined {
    if (fault?.status === undefined && fault?.body === undefined) return undefined;
    const { status = 200, body } = fault;
    return body === undefined ? this.problem(status) : { status, body };
  }

  private nextFault(operation: string | undefined): Fault | undefined {
    const found = this.faults.find(
      ({ fault, left }) => left > 0 && (fault.operation === undefined || fault.operation === operation),
    );
    if (found !== undefined) found.left -= 1;
    return found?.fault;
  }
}

/** Undefined when the caller hung up before the end: nobody is there to be answered, and nothing was asked. */
export async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) parts.push(chunk);
  } catch (error) {
    if (request.complete) throw error;
    return undefined;
  }
  return Buffer.concat(parts).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return text; // told as a violation
  }
}
