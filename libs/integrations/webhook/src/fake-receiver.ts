/** A stand-in for a system of the tenant: verifies every call, keeps the newest revision, and can be moody. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebhookBody } from './body.js';
import { secretsOf, verifies } from './signature.js';

const TOLERANCE_S = 300;

export interface Mood {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
  /** Ends the connection after the body was taken in. */
  readonly reset?: boolean;
  /** How many calls; without it, all until `cheerUp`. */
  readonly times?: number;
}

export class FakeReceiver {
  /** Every accepted call, in order, repeated ones included. */
  readonly received: {
    readonly id: string;
    readonly headers: IncomingMessage['headers'];
    readonly body: WebhookBody;
  }[] = [];
  readonly violations: string[] = [];
  readonly secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
  /** Whether answers say which revision is applied. */
  acknowledges = true;
  private readonly applied = new Map<string, WebhookBody>();
  private mood: Mood | undefined;
  private left = 0;
  private server: Server | undefined;
  private port = 0;

  async start(): Promise<string> {
    const server = createServer((request, response) => void this.serve(request, response));
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
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

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) parts.push(chunk);
    const raw = Buffer.concat(parts).toString('utf8');
    const mood = this.left > 0 ? this.mood : undefined;
    if (mood !== undefined) this.left -= 1;
    if (mood?.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, mood.delayMs));
    if (mood?.status !== undefined) return void response.writeHead(mood.status, mood.headers).end();
    if (request.method === 'GET') {
      const revision = this.applied.get((request.url ?? '').split('/').at(-1) ?? '')?.revision;
      return void response
        .writeHead(revision === undefined ? 404 : 200)
        .end(JSON.stringify({ appliedRevision: revision }));
    }
    const id = String(request.headers['webhook-id'] ?? '');
    const timestamp = Number(request.headers['webhook-timestamp']);
    const signatures = String(request.headers['webhook-signature'] ?? '');
    const keys = secretsOf(this.secret) ?? [];
    const fresh = Math.abs(Date.now() / 1000 - timestamp) <= TOLERANCE_S;
    if (!fresh || !verifies(keys, id, timestamp, raw, signatures)) {
      this.violations.push('a call that does not verify');
      return void response.writeHead(401).end();
    }
    if (request.headers['ce-id'] !== id) this.violations.push('ce-id is not webhook-id');
    const body = JSON.parse(raw) as WebhookBody;
    this.received.push({ id, headers: request.headers, body });
    if ((this.applied.get(body.addressKey)?.revision ?? 0) < body.revision)
      this.applied.set(body.addressKey, body);
    if (mood?.reset === true) return void request.socket.destroy();
    const appliedRevision = this.applied.get(body.addressKey)?.revision;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(this.acknowledges ? JSON.stringify({ appliedRevision }) : '');
  }
}
