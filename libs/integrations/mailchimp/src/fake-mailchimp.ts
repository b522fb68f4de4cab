/**
 * A stand-in with Mailchimp's rules and memory: compliance state, forgotten addresses, `cleaned`, the same 404 for a
 * missing list and a missing member, ten connections per account. A program, not recorded answers.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { memberHash } from './api.js';
import { bodyFaults, OPERATIONS, type Operation, type STATUSES } from './contract.js';

export type MemberStatus = (typeof STATUSES)[number];

export interface FakeMember {
  readonly email: string;
  status: MemberStatus;
  interests: Record<string, boolean>;
  /** The person left by a link of Mailchimp itself: only a form of Mailchimp brings them back. */
  complianceState: boolean;
}

/** How the next calls go wrong, or all until `clear`. */
export interface Fault {
  readonly status?: number;
  readonly retryAfter?: string;
  /** Ends the connection before, or after, the call has had its effect. */
  readonly reset?: 'before' | 'after';
  readonly delayMs?: number;
  readonly body?: string;
  /** How many calls it hits; without it, all until `clearFaults`. */
  readonly times?: number;
  /** Only calls of this operation. */
  readonly operation?: string;
}

export interface SeenCall {
  readonly operation: string;
  readonly list: string | undefined;
  readonly status: number;
}

const MOST_CONNECTIONS = 10;

export class FakeMailchimp {
  readonly calls: SeenCall[] = [];
  /** Calls outside the contract: unknown paths, members or types, missing credentials. Must stay empty. */
  readonly violations: string[] = [];
  readonly apiKey: string = 'fake-mailchimp-key-us1';
  private readonly lists = new Map<string, Map<string, FakeMember>>();
  private readonly forgotten = new Set<string>();
  private faults: { fault: Fault; left: number }[] = [];
  private server: Server | undefined;
  private open = 0;
  private port = 0;

  constructor(...lists: string[]) {
    for (const list of lists) this.lists.set(list, new Map());
  }

  /** Listens on loopback; the same port again after `stop`. Answers the base URL. */
  async start(): Promise<string> {
    const server = createServer((request, response) => void this.serve(request, response));
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
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

  seed(list: string, email: string, status: MemberStatus = 'subscribed'): void {
    this.membersOf(list).set(memberHash(email), { email, status, interests: {}, complianceState: false });
  }
  member(list: string, email: string): FakeMember | undefined {
    return this.lists.get(list)?.get(memberHash(email));
  }
  /** Who would get a campaign of the list now. */
  mailed(list: string): string[] {
    return [...this.membersOf(list).values()]
      .filter(({ status }) => status === 'subscribed')
      .map(({ email }) => email);
  }
  addList(list: string): void {
    this.lists.set(list, new Map());
  }
  deleteList(list: string): void {
    this.lists.delete(list);
  }
  /** The person leaves by a link of Mailchimp itself. */
  leave(list: string, email: string): void {
    Object.assign(this.membersOf(list).get(memberHash(email)) ?? {}, {
      status: 'unsubscribed',
      complianceState: true,
    });
  }
  /** An operator sets a status in the vendor's own pages. */
  set(list: string, email: string, status: MemberStatus): void {
    Object.assign(this.membersOf(list).get(memberHash(email)) ?? {}, { status, complianceState: false });
  }
  fail(fault: Fault): void {
    this.faults.push({ fault, left: fault.times ?? Infinity });
  }
  clearFaults(): void {
    this.faults = [];
  }

  private membersOf(list: string): Map<string, FakeMember> {
    const members = this.lists.get(list);
    if (members === undefined) throw new Error(`there is no list ${list}`);
    return members;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.open += 1;
    response.once('close', () => (this.open -= 1));
    const body = await bodyOf(request);
    const path = new URL(request.url ?? '/', 'http://x').pathname.replace(/^\/3\.0/, '');
    const operation = OPERATIONS.find((one) => one.method === request.method && one.path.test(path));
    const [, list, hash = ''] = operation?.path.exec(path) ?? [];
    const fault = this.nextFault(operation);
    if (fault?.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    if (fault?.reset === 'before') return void request.socket.destroy();
    const answer = (status: number, value: object | string) => {
      this.calls.push({ operation: operation?.name ?? 'unknown', list, status });
      if (fault?.reset === 'after') return void request.socket.destroy();
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      const headers = { 'content-type': 'application/json', 'x-request-id': `fake-${this.calls.length}` };
      response.writeHead(status, {
        ...headers,
        ...(fault?.retryAfter !== undefined && { 'retry-after': fault.retryAfter }),
      });
      response.end(status === 204 ? undefined : text);
    };
    if (this.open > MOST_CONNECTIONS) return answer(429, problem(429, 'Too Many Requests'));
    if (fault?.status !== undefined)
      return answer(fault.status, fault.body ?? problem(fault.status, 'Fault'));
    if (fault?.body !== undefined) return answer(200, fault.body);
    if (!this.authorised(request)) return answer(401, problem(401, 'API Key Invalid'));
    if (operation === undefined) {
      this.violations.push(`${request.method ?? ''} of a path outside the contract`);
      return answer(404, problem(404, 'Resource Not Found'));
    }
    const wrong = bodyFaults(operation, body);
    if (wrong.length > 0) {
      this.violations.push(...wrong);
      return answer(400, problem(400, 'Invalid Resource'));
    }
    const [status, value] = this.act(operation.name, list, hash, (body ?? {}) as Record<string, unknown>);
    answer(status, value);
  }

  private authorised({ headers }: IncomingMessage): boolean {
    const [scheme, value = ''] = (headers.authorization ?? '').split(' ');
    return scheme === 'Basic' && Buffer.from(value, 'base64').toString() === `any:${this.apiKey}`;
  }

  private nextFault(operation: Operation | undefined): Fault | undefined {
    const found = this.faults.find(
      ({ fault, left }) => left > 0 && (fault.operation === undefined || fault.operation === operation?.name),
    );
    if (found !== undefined) found.left -= 1;
    return found?.fault;
  }

  private act(
    name: string,
    list: string | undefined,
    hash: string,
    body: Record<string, unknown>,
  ): [number, object] {
    if (name === 'ping') return [200, { health_status: "Everything's Chimpy!" }];
    if (name === 'lists')
      return [200, { lists: [...this.lists.keys()].map((id) => ({ id })), total_items: this.lists.size }];
    const members = this.lists.get(list ?? '');
    if (members === undefined) return [404, problem(404, 'Resource Not Found')];
    const member = members.get(hash);
    if (name === 'put') return this.put(list ?? '', members, hash, member, body);
    if (member === undefined) return [404, problem(404, 'Resource Not Found')];
    if (name === 'delete-permanent') {
      members.delete(hash);
      this.forgotten.add(`${list} ${hash}`);
      return [204, {}];
    }
    if (name === 'update') {
      const refused = this.change(member, body['status'] as MemberStatus | undefined);
      if (refused !== undefined) return refused;
      Object.assign(member.interests, body['interests']);
    }
    return [200, shown(member)];
  }

  private put(
    list: string,
    members: Map<string, FakeMember>,
    hash: string,
    member: FakeMember | undefined,
    body: Record<string, unknown>,
  ): [number, object] {
    const email = String(body['email_address']);
    if (memberHash(email) !== hash) {
      this.violations.push('put: the hash is not that of the address');
      return [400, problem(400, 'Invalid Resource')];
    }
    if (member === undefined) {
      if (this.forgotten.has(`${list} ${hash}`)) return [400, problem(400, 'Forgotten Email Not Subscribed')];
      const status = body['status_if_new'] as MemberStatus;
      const added = {
        email,
        status,
        interests: { ...(body['interests'] as object) },
        complianceState: false,
      };
      members.set(hash, added);
      return [200, shown(added)];
    }
    const refused = this.change(member, body['status'] as MemberStatus | undefined);
    if (refused !== undefined) return refused;
    Object.assign(member.interests, body['interests']);
    return [200, shown(member)];
  }

  private change(member: FakeMember, status: MemberStatus | undefined): [number, object] | undefined {
    if (status === undefined) return undefined;
    const back = member.status === 'unsubscribed' || member.status === 'cleaned';
    if (status === 'subscribed' && back && (member.complianceState || member.status === 'cleaned')) {
      return [400, problem(400, 'Member In Compliance State')];
    }
    member.status = status;
    return undefined;
  }
}

const shown = ({ email, status, interests }: FakeMember): object => ({
  email_address: email,
  status,
  interests,
});

const problem = (status: number, title: string): object => ({
  type: 'https://mailchimp.com/developer/marketing/docs/errors/',
  title,
  status,
  detail: 'See the documentation.',
  instance: '00000000-0000-0000-0000-000000000000',
});

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) parts.push(chunk);
  const text = Buffer.concat(parts).toString('utf8');
  try {
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return text;
  }
}
