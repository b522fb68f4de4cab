/**
 * Brevo API v3. An unsubscribe takes the address off the mapped list, an objection sets the blocklist flag of its
 * channel, which stops campaigns and not transactional mail, an erasure deletes the contact.
 */
import {
  ABSENT,
  behind,
  EVERYTHING,
  baseOf,
  email,
  iso,
  membersOf,
  nextOf,
  option,
  phone,
  rowsOf,
  textOf,
  toolKind,
  truthOf,
  type Attempt,
  type Delta,
  type ListPage,
  type Members,
  type Place,
  type Reply,
  type Stand,
  type Standing,
  type Tool,
  type Who,
} from '@assent/integration-kit';
import type { InboundFact, IntegrationSettings, ListedContact } from '@assent/ports';
import { CONTRACT } from './contract.js';
import { inbound } from './inbound.js';

const CONTACT = '/contacts/{identifier}';

export const brevoKind = toolKind({
  kind: 'brevo',
  contract: CONTRACT,
  settings: {
    secrets: { apiKey: 'the API key, e.g. ${BREVO_API_KEY}' },
    texts: {
      webhookToken: {
        form: /^\S{8,}$/,
        detail: 'the bearer token that the webhook was made with',
        optional: true,
      },
    },
    target: { list: { form: /^[1-9]\d{0,15}$/, detail: 'the number of a list, e.g. 7' } },
    example: 'newsletter: { list: "7" }',
  },
  inbound,
  capabilities: {
    ...{ kinds: ['email', 'phone'], readBack: 'get' },
    ...{ blocksTransactional: false, eraseForgetsOptOut: true, delta: 'states' },
    rate: { perSecond: 10, burst: 10 },
  },
  dialect: (settings) => ({
    base: baseOf(settings, 'https://api.brevo.com/v3'),
    headers: { 'api-key': option(settings, 'apiKey') ?? '' },
    digestKey: option(settings, 'apiKey') ?? '',
    judge: (_, body) => ({ detail: textOf(body['code']).replaceAll('_', ' ') }),
    resets: 'x-sib-ratelimit-reset',
    remains: 'x-sib-ratelimit-remaining',
  }),
  tool: (settings) => new Brevo(settings),
});

class Brevo implements Tool {
  readonly delta: Delta;

  constructor({ purposes }: IntegrationSettings) {
    const mapped = new Set(Object.values(purposes).flatMap(({ list }) => list ?? []));
    this.delta = {
      listings: ['contacts'],
      read: (attempt, _, place) => changed(attempt, place, mapped),
    };
  }

  account(attempt: Attempt): Promise<Reply> {
    return attempt.call({ method: 'GET', template: '/account' });
  }

  exists(attempt: Attempt, list: string): Promise<Reply> {
    return attempt.call({ method: 'GET', template: '/contacts/lists/{list}', values: { list } });
  }

  async read(attempt: Attempt, who: Who): Promise<Standing | undefined> {
    const reply = await attempt.call({ method: 'GET', template: CONTACT, ...named(who) });
    if (reply.class === 'not-found') return ABSENT;
    const { id, listIds, listUnsubscribed } = reply.body;
    const flag = reply.body[flagOf(who)];
    if (reply.class !== 'done' || typeof flag !== 'boolean') {
      attempt.failed(reply.class === 'done' ? { class: 'retry', detail: `${flagOf(who)} missing` } : reply);
      return undefined;
    }
    const stands = (ids: unknown, stand: Stand) =>
      (Array.isArray(ids) ? ids : []).map((one): [string, Stand] => [textOf(one), stand]);
    const targets = Object.fromEntries([...stands(listIds, 'in'), ...stands(listUnsubscribed, 'out')]);
    return { presence: 'present', all: flag ? 'out' : 'in', targets, ids: [textOf(id)] };
  }

  async listing(attempt: Attempt, page = '0'): Promise<ListPage | undefined> {
    const query = { limit: String(PAGE), offset: page };
    const reply = await attempt.call({ method: 'GET', template: '/contacts', query });
    const { contacts } = reply.body;
    if (reply.class !== 'done' || !Array.isArray(contacts)) {
      attempt.failed(reply.class === 'done' ? { class: 'retry', detail: 'contacts missing' } : reply);
      return undefined;
    }
    const found = rowsOf(contacts);
    return { contacts: found.flatMap(addresses), ...behind(Number(page), found.length, reply.body['count']) };
  }

  /** List by list: a list is told of many people at once, and says in `failure` whom it did not take off. */
  async close(attempt: Attempt, who: Who, lists: readonly string[], { ids }: Standing): Promise<Reply> {
    const body = who.kind === 'email' ? { emails: [who.value] } : { ids: ids.map(Number) };
    let reply: Reply | undefined;
    for (const list of lists) {
      const template = '/contacts/lists/{list}/contacts/remove';
      reply = await attempt.call({ method: 'POST', template, values: { list }, body });
      const failed = rowsOf([reply.body['contacts']]).some(
        ({ failure }) => Array.isArray(failure) && failure.length > 0,
      );
      if (failed) return { ...reply, class: 'retry', detail: 'some are not removed' };
      if (reply.class !== 'done') break;
    }
    return reply as Reply;
  }

  closeAll(attempt: Attempt, who: Who): Promise<Reply> {
    return this.update(attempt, who, { [flagOf(who)]: true });
  }

  tombstone(attempt: Attempt, who: Who): Promise<Reply> {
    return this.create(attempt, who, { [flagOf(who)]: true });
  }

  open(
    attempt: Attempt,
    who: Who,
    lists: readonly string[],
    { presence }: Standing,
    lift: boolean,
  ): Promise<Reply> {
    const listIds = lists.map(Number);
    if (presence === 'absent') return this.create(attempt, who, { listIds });
    return this.update(attempt, who, { listIds, ...(lift && { [flagOf(who)]: false }) });
  }

  async remove(attempt: Attempt, who: Who) {
    const reply = await attempt.call({ method: 'DELETE', template: CONTACT, ...named(who) });
    return reply.status === 405 ? { ...reply, detail: 'one of the users of the account' } : reply;
  }

  private update(attempt: Attempt, who: Who, body: object): Promise<Reply> {
    return attempt.call({ method: 'PUT', template: CONTACT, ...named(who), body });
  }

  private create(attempt: Attempt, { kind, value }: Who, body: object): Promise<Reply> {
    const name = kind === 'email' ? { email: value } : { attributes: { SMS: value } };
    return attempt.call({
      method: 'POST',
      template: '/contacts',
      body: { ...name, ...body, updateEnabled: true },
    });
  }
}

const PAGE = 500;

/** Every contact that was edited since, however it stands now. */
async function changed(attempt: Attempt, { since, offset }: Place, mapped: ReadonlySet<string>) {
  const query = {
    ...(since !== null && { modifiedSince: new Date(since).toISOString() }),
    ...{ limit: String(PAGE), offset: String(offset) },
  };
  const reply = await attempt.call({ method: 'GET', template: '/contacts', query });
  if (reply.class !== 'done' || !Array.isArray(reply.body['contacts'])) {
    return void attempt.failed(
      reply.class === 'done' ? { class: 'retry', detail: 'contacts missing' } : reply,
    );
  }
  const contacts = rowsOf(reply.body['contacts']);
  return {
    facts: contacts.flatMap((contact) => standOf(contact, mapped, since === null)),
    newest: Math.max(0, ...contacts.map(({ modifiedAt }) => iso(modifiedAt) ?? 0)) || null,
    next: nextOf(offset, contacts.length, PAGE),
  };
}

/** Leaving a list is no refusal unless the tool says so: operators move people about. */
function standOf(contact: Members, mapped: ReadonlySet<string>, onlyOut: boolean): InboundFact[] {
  const at = iso(contact['modifiedAt']);
  const { emailBlacklisted, smsBlacklisted, attributes } = contact;
  const lists = (value: unknown) => (Array.isArray(value) ? (value as unknown[]) : []).map(textOf);
  const out = lists(contact['listUnsubscribed']);
  const within = lists(contact['listIds']).filter((list) => mapped.has(list) && !out.includes(list));
  const named = { who: email(contact['email']), at };
  const number = textOf(membersOf(attributes)['SMS']);
  const facts: InboundFact[] = [];
  if (named.who.value !== '') {
    if (truthOf(emailBlacklisted)) facts.push({ what: 'left', targets: '*', ...named });
    else {
      if (out.length > 0) facts.push({ what: 'left', targets: out, ...named });
      if (within.length > 0 && !onlyOut) facts.push({ what: 'joined', targets: within, ...named });
    }
  }
  if (number !== '' && truthOf(smsBlacklisted)) {
    facts.push({ what: 'left', targets: '*', who: phone(number), at });
  }
  return facts;
}

/** The contact under each of its addresses: a flag that is missing is no stop. */
function addresses({
  email,
  attributes,
  emailBlacklisted,
  smsBlacklisted,
  ...rest
}: Members): ListedContact[] {
  const ids = (value: unknown) => (Array.isArray(value) ? value : []).map(textOf);
  const left = ids(rest['listUnsubscribed']);
  const lists = ids(rest['listIds']).filter((list) => !left.includes(list));
  const open = (blocked: unknown) => (blocked === true ? [] : [EVERYTHING, ...lists]);
  const phone = rowsOf([attributes]).map(({ SMS }) => textOf(SMS))[0] ?? '';
  return [
    { who: { kind: 'email', value: textOf(email) }, targets: open(emailBlacklisted) } as const,
    { who: { kind: 'phone', value: phone }, targets: open(smsBlacklisted) } as const,
  ].filter(({ who }) => who.value !== '');
}

/** Only the flag of the address's own channel: one that is left out stays as it is. */
const flagOf = ({ kind }: Who) => (kind === 'email' ? 'emailBlacklisted' : 'smsBlacklisted');

const named = ({ kind, value }: Who) => ({
  values: { identifier: value },
  query: { identifierType: kind === 'email' ? 'email_id' : 'phone_id' },
});
