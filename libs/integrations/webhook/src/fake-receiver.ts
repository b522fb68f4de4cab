/** A stand-in for a system of the tenant: verifies every call, keeps the newest revision, and can be moody. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyOf } from '@assent/integration-kit';
import type { WebhookBody } from './body.js';
import { deliveryFaults } from './contract.js';
import { secretsOf, verifies } from './signature.js';

const TOLERANCE_S = 300;
/** The violation of a call whose signature or time is not right. */
export const UNVERIFIED = 'a call that does not verify';

export interface Mood {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the answer with `status`, or of an answer 200 that takes nothing in. */
  readonly body?: string;
  readonly delayMs?: number;
  /** Ends the connection: `true` after the delivery was taken in, `before` instead of it. */
  readonly reset?: boolean | 'before';
  /** How many calls; without it, all until `cheerUp`. */
  readonly times?: number;
}

export interface ReceivedCall {
  readonly id: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: WebhookBody;
}

export class FakeReceiver {
  /** Every accepted delivery, in order, repeated ones included. */
  readonly received: ReceivedCall[] = [];
  /** Calls outside the contract. Must stay empty. */
  readonly violations: string[] = [];
  readonly secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
  /** Whether answers say which revision is applied. */
  acknowledges = true;
  /** Deliveries that changed what it believes. */
  effects = 0;
  private readonly applied = new Map<string, WebhookBody>();
  private mood: Mood | undefined;
  private left = 0;
  private server: Server | undefined;
  private port = 0;

  /** `now`: its clock, epoch milliseconds; signatures are good for five minutes of it. */
  constructor(private readonly now: () => number = Date.now) {}

  /** Listens on loopback; the same port again after `stop`. Answers the URL to post to. */
  async start(port = this.port): Promise<string> {
    const server = createServer((request, response) => void this.serve(request, response));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
    return this.url;
  }
  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }
  get readBackUrl(): string {
    return `http://127.0.0.1:${this.port}/state/{addressKey}`;
  }
  /** Down: connections are refused until `start`. Its memory stays. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  turn(mood: Mood): void {
    this.mood = mood;
    this.left = mood.times ?? Infinity;
  }
  cheerUp(): void {
    this.mood = undefined;
  }
  /** What it believes about an address. */
  state(addressKey: string): WebhookBody | undefined {
    return this.applied.get(addressKey);
  }
  /** An operator restores an older state, from a backup for instance. */
  restore(state: WebhookBody): void {
    this.applied.set(state.addressKey, state);
  }
  /** Everything it believes. */
  dump(): WebhookBody[] {
    return [...this.applied.values()];
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await bodyOf(request);
    if (raw === undefined) return;
    const mood = this.nextMood();
    if (mood?.delayMs !== undefined)
      await new Promise((resolve) => setTimeout(resolve, mood.delayMs).unref());
    if (mood?.reset === 'before') return void request.socket.destroy();
    if (mood?.status !== undefined || mood?.body !== undefined) {
      return void response.writeHead(mood.status ?? 200, mood.headers).end(mood.body);
    }
    if (!this.verified(request.headers, raw)) {
      this.violations.push(UNVERIFIED);
      return void response.writeHead(401).end();
    }
    const path = request.url ?? '';
    if (request.method === 'GET' && path.startsWith('/state/')) return this.tell(response, path.slice(7));
    if (request.method !== 'POST' || path !== '/hook') {
      this.violations.push(`${request.method ?? ''} of a path outside the contract`);
      return void response.writeHead(404).end();
    }
    this.take(request, response, raw, mood);
  }

  private tell(response: ServerResponse, addressKey: string): void {
    const revision = this.applied.get(addressKey)?.revision;
    response.writeHead(revision === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ appliedRevision: revision }));
  }

  private take(request: IncomingMessage, response: ServerResponse, raw: string, mood?: Mood): void {
    const body = parsed(raw);
    const faults = deliveryFaults(request.headers, body);
    if (faults.length > 0) {
      this.violations.push(...faults);
      return void response.writeHead(400).end();
    }
    const delivery = body as WebhookBody;
    this.received.push({
      id: String(request.headers['webhook-id']),
      headers: request.headers,
      body: delivery,
    });
    if ((this.applied.get(delivery.addressKey)?.revision ?? 0) < delivery.revision) {
      this.applied.set(delivery.addressKey, delivery);
      this.effects += 1;
    }
    if (mood?.reset === true) return void request.socket.destroy();
    const appliedRevision = this.applied.get(delivery.addressKey)?.revision;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(this.acknowledges ? JSON.stringify({ appliedRevision }) : '');
  }

  private verified(headers: IncomingMessage['headers'], raw: string): boolean {
    const text = (name: string) => String(headers[name] ?? '');
    const timestamp = Number(text('webhook-timestamp'));
    const fresh = Math.abs(this.now() / 1000 - timestamp) <= TOLERANCE_S;
    const keys = secretsOf(this.secret) ?? [];
    return fresh && verifies(keys, text('webhook-id'), timestamp, raw, text('webhook-signature'));
  }

  private nextMood(): Mood | undefined {
    if (this.left <= 0) return undefined;
    this.left -= 1;
    return this.mood;
  }
}

function parsed(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined; // told as a violation
  }
}
