/**
 * listmonk, self-hosted. An unsubscribe closes the membership of the mapped list, an objection blocklists, which its
 * transactional messages do not heed. The look-up is raw SQL: addresses are quoted, and refused when they cannot be.
 */
import {
  ABSENT,
  baseOf,
  EVERYTHING,
  isMembers,
  missing,
  option,
  rowsOf,
  sameAddress,
  textOf,
  toolKind,
  email,
  type Attempt,
  type Delta,
  type ListPage,
  type Members,
  type Place,
  type Reply,
  type Request,
  type Standing,
  type Tool,
  type Who,
} from '@assent/integration-kit';
import type { IntegrationSettings } from '@assent/ports';
import { CONTRACT } from './contract.js';

const SUBSCRIBER = '/api/subscribers/{id}';
/** What an address is made of; no backslash and no control character, which a SQL text might take for more. */
const ADDRESS = /^[^\\\p{Cc}]{1,200}@[^\s\\\p{Cc}@"']{1,253}$/u;

export const listmonkKind = toolKind({
  kind: 'listmonk',
  contract: CONTRACT,
  settings: {
    secrets: {
      username: 'the name of an API user, e.g. ${LISTMONK_USER}',
      token: 'the token of that user, e.g. ${LISTMONK_TOKEN}',
    },
    texts: { baseUrl: { form: /^https?:\/\//, detail: 'where listmonk is, e.g. https://lists.example.org' } },
    target: { list: { form: /^[1-9]\d{0,9}$/, detail: 'the number of a list, e.g. 3' } },
    example: 'newsletter: { list: "3" }',
  },
  capabilities: {
    ...{ kinds: ['email'], readBack: 'get', blocksTransactional: false, eraseForgetsOptOut: true },
    // It has no webhooks, and shows no instant of leaving.
    delta: 'states',
  },
  dialect: (settings) => ({
    base: baseOf(settings, ''),
    headers: {
      authorization: `token ${option(settings, 'username') ?? ''}:${option(settings, 'token') ?? ''}`,
    },
    digestKey: option(settings, 'token') ?? '',
    // There since the look-up: read again.
    judge: (status) => (status === 409 ? { class: 'retry' } : undefined),
  }),
  tool: (settings) => new Listmonk(settings),
});

const PAGE = 500;

class Listmonk implements Tool {
  readonly remembersAbsent = true;
  readonly delta: Delta;

  constructor({ purposes }: IntegrationSettings) {
    const lists = Object.values(purposes).flatMap(({ list }) => list ?? []);
    this.delta = { listings: [...new Set(lists)], read: whoLeft };
  }

  account(attempt: Attempt): Promise<Reply> {
    return attempt.call({ method: 'GET', template: '/api/lists', query: { per_page: '1' } });
  }

  async exists(attempt: Attempt, list: string): Promise<Reply> {
    const reply = await attempt.call({ method: 'GET', template: '/api/lists/{list}', values: { list } });
    return reply.status === 400 ? missing(reply) : reply;
  }

  async read(attempt: Attempt, { value }: Who): Promise<Standing | undefined> {
    if (!ADDRESS.test(value)) return void attempt.count('data', 'the address cannot be asked for');
    const quoted = `'${value.toLowerCase().replaceAll("'", "''")}'`;
    const query = { query: `LOWER(subscribers.email)=${quoted}`, per_page: '2' };
    const reply = await attempt.call({ method: 'GET', template: '/api/subscribers', query });
    const data = reply.body['data'];
    if (reply.class !== 'done' || !isMembers(data) || !Array.isArray(data['results'])) {
      return void attempt.failed(
        reply.class === 'done' ? { class: 'retry', detail: 'results missing' } : reply,
      );
    }
    const subscriber = rowsOf(data['results']).find(({ email }) => sameAddress(email, value));
    if (subscriber === undefined) return ABSENT;
    return {
      ...{
        presence: 'present',
        all: subscriber['status'] === 'enabled' ? 'in' : 'out',
        ids: [textOf(subscriber['id'])],
      },
      targets: Object.fromEntries(
        rowsOf(subscriber['lists']).map(({ id, subscription_status: status }) => [
          textOf(id),
          status === 'unsubscribed' ? 'out' : 'in',
        ]),
      ),
    };
  }

  /** Everybody with all memberships: a change of one does not move the subscriber's own date, so nothing is left out by it. */
  async listing(attempt: Attempt, page = '1'): Promise<ListPage | undefined> {
    const query = { page, per_page: String(PAGE), order_by: 'created_at', order: 'asc' };
    const reply = await attempt.call({ method: 'GET', template: '/api/subscribers', query });
    const data = reply.body['data'];
    if (reply.class !== 'done' || !isMembers(data) || !Array.isArray(data['results'])) {
      attempt.failed(reply.class === 'done' ? { class: 'retry', detail: 'results missing' } : reply);
      return undefined;
    }
    const found = rowsOf(data['results']);
    const contacts = found.map(({ email, status, lists }) => ({
      who: { kind: 'email' as const, value: textOf(email) },
      targets:
        status === 'blocklisted' ? [] : [EVERYTHING, ...joined(rowsOf(lists)).map(({ id }) => textOf(id))],
    }));
    const total = Number(data['total']);
    const more = found.length > 0 && !((Number(page) - 1) * PAGE + found.length >= total);
    return { contacts, ...(more && { next: String(Number(page) + 1) }) };
  }

  /** Whoever is not on a list has no membership to close: one is entered that is closed. */
  close(attempt: Attempt, _: Who, lists: readonly string[], { ids, targets }: Standing): Promise<Reply> {
    const there = lists.filter((list) => targets[list] !== undefined);
    const absent = lists.filter((list) => targets[list] === undefined);
    const [first, ...more] = [
      ...(there.length > 0 ? [memberships(ids, there, { action: 'unsubscribe' })] : []),
      ...(absent.length > 0 ? [memberships(ids, absent, { action: 'add', status: 'unsubscribed' })] : []),
    ];
    return attempt.each(first as Request, ...more);
  }

  closeAll(attempt: Attempt, _: Who, { ids: [id = ''] }: Standing): Promise<Reply> {
    return attempt.call({ method: 'PUT', template: `${SUBSCRIBER}/blocklist`, values: { id } });
  }

  tombstone(attempt: Attempt, { value }: Who): Promise<Reply> {
    const body = { email: value, name: value, status: 'blocklisted' };
    return attempt.call({ method: 'POST', template: '/api/subscribers', body });
  }

  open(
    attempt: Attempt,
    { value }: Who,
    lists: readonly string[],
    { presence, ids }: Standing,
    lift: boolean,
  ) {
    if (presence === 'absent') {
      const body = { email: value, name: value, status: 'enabled', lists: lists.map(Number) };
      const template = '/api/subscribers';
      return attempt.call({ method: 'POST', template, body: { ...body, preconfirm_subscriptions: true } });
    }
    const joins = memberships(ids, lists, { action: 'add', status: 'confirmed' });
    const enable = { method: 'PATCH', template: SUBSCRIBER, values: { id: ids[0] ?? '' } } as const;
    return lift ? attempt.each({ ...enable, body: { status: 'enabled' } }, joins) : attempt.call(joins);
  }

  remove(attempt: Attempt, _: Who, { ids: [id = ''] }: Standing): Promise<Reply> {
    return attempt.call({ method: 'DELETE', template: SUBSCRIBER, values: { id } });
  }
}

/**
 * Everybody whose membership is closed, each time: neither the subscriber nor the membership shows when that was. Blocking
 * closes all memberships, so that whoever is blocked stands here as well.
 */
async function whoLeft(attempt: Attempt, list: string, { offset }: Place) {
  const query = {
    list_id: list,
    subscription_status: 'unsubscribed',
    page: String(offset + 1),
    per_page: String(PAGE),
  };
  const reply = await attempt.call({ method: 'GET', template: '/api/subscribers', query });
  const data = reply.body['data'];
  if (reply.class !== 'done' || !isMembers(data) || !Array.isArray(data['results'])) {
    return void attempt.failed(
      reply.class === 'done' ? { class: 'retry', detail: 'results missing' } : reply,
    );
  }
  const found = rowsOf(data['results']);
  return {
    facts: found.map(({ email: address, status }) => ({
      ...{ what: 'left' as const, who: email(address), at: null },
      targets: status === 'blocklisted' ? ('*' as const) : [list],
    })),
    newest: null,
    next: found.length < PAGE ? undefined : { offset: offset + 1 },
  };
}
const joined = (lists: readonly Members[]): Members[] =>
  lists.filter(({ subscription_status: status }) => status !== 'unsubscribed');

const memberships = (ids: readonly string[], lists: readonly string[], how: object): Request => ({
  ...{ method: 'PUT', template: '/api/subscribers/lists' },
  body: { ids: ids.map(Number), target_list_ids: lists.map(Number), ...how },
});
