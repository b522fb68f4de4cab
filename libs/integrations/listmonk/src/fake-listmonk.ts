/** A stand-in with listmonk's rules: raw SQL, answers of `true` without effect, memberships that remember. */
import {
  FakeTool,
  textOf,
  type Answer,
  type Asked,
  type Belief,
  type Members,
} from '@assent/integration-kit';
import { CONTRACT } from './contract.js';

type Membership = 'confirmed' | 'unconfirmed' | 'unsubscribed';
export interface FakeSubscriber {
  readonly id: number;
  readonly email: string;
  status: 'enabled' | 'blocklisted';
  lists: Record<number, Membership>;
}

export class FakeListmonk extends FakeTool {
  readonly username = 'assent';
  readonly token = 'fake-listmonk-token';
  subscribers: FakeSubscriber[] = [];
  /** Writes answer `true` and change nothing: ids or lists that the user may not touch. */
  changesNothing = false;
  private readonly lists: Set<number>;
  private next = 1;

  constructor(...lists: number[]) {
    super(CONTRACT);
    this.lists = new Set(lists);
  }

  get options() {
    return { username: this.username, token: this.token, baseUrl: this.url };
  }
  get wrongOptions() {
    return { token: 'wrong' };
  }
  seed(address: string): void {
    const subscriber = this.of(address) ?? this.add(address);
    const lists = Object.fromEntries([...this.lists].map((list) => [list, 'confirmed' as const]));
    Object.assign(subscriber, { status: 'enabled', lists });
  }
  mails(address: string, list: string): boolean {
    const subscriber = this.of(address);
    const membership = subscriber?.lists[Number(list)];
    return subscriber?.status === 'enabled' && membership !== undefined && membership !== 'unsubscribed';
  }
  holds(address: string): boolean {
    return this.of(address) !== undefined;
  }
  letBackIn(address: string): void {
    this.seed(address);
  }
  override leave(address: string, list: string): void {
    const subscriber = this.of(address);
    if (subscriber !== undefined) subscriber.lists[Number(list)] = 'unsubscribed';
  }
  removeTargets(): void {
    this.lists.clear();
    for (const subscriber of this.subscribers) subscriber.lists = {};
  }
  of(address: string): FakeSubscriber | undefined {
    return this.subscribers.find(({ email }) => email === address.toLowerCase());
  }
  beliefs(): Belief[] {
    return this.subscribers.map(({ email, status, lists }) => ({
      address: email,
      targets: Object.fromEntries(
        [...this.lists].map((list) => [
          `list ${list}`,
          this.mails(email, String(list))
            ? 'mailed'
            : status === 'blocklisted' || lists[list]
              ? 'stopped'
              : 'none',
        ]),
      ),
      note: status,
    }));
  }

  protected memory() {
    return this.subscribers;
  }
  protected accepts(headers: Asked['headers']): boolean {
    return headers.authorization === `token ${this.username}:${this.token}`;
  }
  protected problem(status: number): Answer {
    return { status, body: { message: 'See the documentation.' } };
  }

  protected act({ operation, values, query, body }: Asked): Answer {
    const subscriber = this.subscribers.find(({ id }) => String(id) === values['id']);
    switch (operation) {
      case 'lists':
        return { status: 200, body: { data: { results: [...this.lists].map((id) => ({ id })) } } };
      case 'list':
        return this.lists.has(Number(values['list']))
          ? { status: 200, body: { data: {} } }
          : this.problem(400);
      case 'find':
        return query.has('query') ? this.find(query.get('query') ?? '') : this.listed(query);
      case 'create':
        return this.create(body);
      case 'memberships':
        return this.change(body);
      case 'enable':
        if (subscriber === undefined) return this.problem(404);
        subscriber.status = 'enabled';
        return DONE;
      case 'blocklist':
        if (subscriber !== undefined && !this.changesNothing) {
          subscriber.status = 'blocklisted';
          for (const list of Object.keys(subscriber.lists)) subscriber.lists[Number(list)] = 'unsubscribed';
        }
        return DONE;
      default:
        this.subscribers = this.subscribers.filter((one) => one !== subscriber);
        return DONE;
    }
  }

  /** One text of SQL and nothing behind it: what follows a quote would be SQL of somebody else. */
  private find(sql: string): Answer {
    const text = /^LOWER\(subscribers\.email\)='((?:[^']|'')*)'$/.exec(sql)?.[1];
    if (text === undefined) {
      this.violations.push('a query that is more than one text');
      return { status: 200, body: { data: { results: this.subscribers.map(shown) } } };
    }
    const found = this.of(text.replaceAll("''", "'"));
    return { status: 200, body: { data: { results: found === undefined ? [] : [shown(found)] } } };
  }

  /** Whoever stands so on the list, page by page; nobody says since when. */
  private listed(query: URLSearchParams): Answer {
    const asked = query.get('list_id');
    const list = Number(asked);
    if (asked !== null && !this.lists.has(list)) return this.problem(400);
    const status = query.get('subscription_status');
    const size = Number(query.get('per_page'));
    const from = (Number(query.get('page') ?? 1) - 1) * size;
    const all = this.subscribers.filter(({ lists }) => asked === null || lists[list] === status);
    return {
      status: 200,
      body: { data: { results: all.slice(from, from + size).map(shown), total: all.length } },
    };
  }

  private create(body: Members): Answer {
    const email = textOf(body['email']);
    if (this.of(email) !== undefined) return this.problem(409);
    const subscriber = this.add(email);
    subscriber.status = body['status'] as 'enabled';
    for (const list of (body['lists'] ?? []) as number[]) subscriber.lists[list] = 'confirmed';
    return { status: 200, body: { data: shown(subscriber) } };
  }

  private change(body: Members): Answer {
    for (const id of body['ids'] as number[]) {
      const subscriber = this.subscribers.find((one) => one.id === id);
      for (const list of body['target_list_ids'] as number[]) {
        if (subscriber === undefined || this.changesNothing || !this.lists.has(list)) continue;
        if (body['action'] === 'add') subscriber.lists[list] = body['status'] as Membership;
        else if (subscriber.lists[list] !== undefined) subscriber.lists[list] = 'unsubscribed';
      }
    }
    return DONE;
  }

  private add(address: string): FakeSubscriber {
    const subscriber = {
      id: this.next++,
      email: address.toLowerCase(),
      status: 'enabled' as const,
      lists: {},
    };
    this.subscribers.push(subscriber);
    return subscriber;
  }
}

const DONE: Answer = { status: 200, body: { data: true } };
const shown = ({ id, email, status, lists }: FakeSubscriber): object => ({
  ...{ id, email, status },
  lists: Object.entries(lists).map(([list, subscription_status]) => ({
    id: Number(list),
    subscription_status,
  })),
});
