/**
 * Klaviyo, JSON:API of revision 2026-07-15. All writes are jobs that are accepted and done later: only the profile
 * proves them. Whoever is no member of a list would be unsubscribed from everything by a list's job: members are read.
 */
import {
  ABSENT,
  baseOf,
  email,
  iso,
  membersOf,
  option,
  OVERLAP_MS,
  rowsOf,
  sameAddress,
  textOf,
  toolKind,
  type Attempt,
  type Delta,
  type Members,
  type Place,
  type Reply,
  type Request,
  type Stand,
  type Standing,
  type Tool,
  type Who,
} from '@assent/integration-kit';
import type { InboundFact, IntegrationSettings } from '@assent/ports';
import { CONTRACT } from './contract.js';
import { inbound } from './inbound.js';

/** Suppressions that are the vendor's own. Complaints are read by two names. */
const BLOCKS: Readonly<Record<string, string>> = {
  HARD_BOUNCE: 'bounced',
  INVALID_EMAIL: 'invalid',
  SPAM_COMPLAINT: 'complaint',
  SPAM_REPORT: 'complaint',
};

export const klaviyoKind = toolKind({
  kind: 'klaviyo',
  contract: CONTRACT,
  settings: {
    secrets: { apiKey: 'a private API key, e.g. ${KLAVIYO_API_KEY}' },
    texts: {
      webhookSecret: { form: /^\S{8,}$/, detail: 'the secret of the webhook', optional: true },

      revision: {
        form: /^\d{4}-\d\d-\d\d$/,
        detail: 'a revision of the API, e.g. 2026-07-15',
        optional: true,
      },
    },
    target: { list: { form: /^[A-Za-z0-9]{1,32}$/, detail: 'the id of a list, e.g. XyZ123' } },
    example: 'newsletter: { list: XyZ123 }',
  },
  inbound,
  capabilities: {
    ...{ kinds: ['email'], readBack: 'get', blocksTransactional: false, eraseForgetsOptOut: true },
    // Its webhooks are for some plans only.
    delta: 'events',
  },
  dialect: (settings) => ({
    base: baseOf(settings, 'https://a.klaviyo.com'),
    headers: {
      authorization: `Klaviyo-API-Key ${option(settings, 'apiKey') ?? ''}`,
      revision: option(settings, 'revision') ?? '2026-07-15',
    },
    contentType: 'application/vnd.api+json',
    digestKey: option(settings, 'apiKey') ?? '',
    judge: (_, body) => ({ detail: textOf(rowsOf(body['errors'])[0]?.['code']).replaceAll('_', ' ') }),
    resets: 'ratelimit-reset',
  }),
  tool: (settings) => new Klaviyo(settings),
});

class Klaviyo implements Tool {
  readonly delta: Delta = { listings: Object.keys(SUPPRESSIONS), read: suppressed };

  constructor(private readonly settings: IntegrationSettings) {}

  account(attempt: Attempt): Promise<Reply> {
    return attempt.call({ method: 'GET', template: '/api/accounts' });
  }

  exists(attempt: Attempt, list: string): Promise<Reply> {
    return attempt.call({ method: 'GET', template: '/api/lists/{list}', values: { list } });
  }

  async read(attempt: Attempt, { value }: Who): Promise<Standing | undefined> {
    const found = await attempt.call({
      method: 'GET',
      template: '/api/profiles',
      query: {
        filter: `equals(email,"${value.replace(/["\\]/g, '\\$&')}")`,
        'additional-fields[profile]': 'subscriptions',
      },
    });
    if (found.class !== 'done' || !Array.isArray(found.body['data'])) return failed(attempt, found);
    const profile = rowsOf(found.body['data']).find((one) =>
      sameAddress(membersOf(one['attributes'])['email'], value),
    );
    if (profile === undefined) return ABSENT;
    const id = textOf(profile['id']);
    const lists = await attempt.call({
      method: 'GET',
      template: '/api/profiles/{profile}/lists',
      values: { profile: id },
    });
    if (lists.class !== 'done' || !Array.isArray(lists.body['data'])) return failed(attempt, lists);

    const subscriptions = membersOf(membersOf(profile['attributes'])['subscriptions']);
    const marketing = membersOf(membersOf(subscriptions['email'])['marketing']);
    if (typeof marketing['can_receive_email_marketing'] !== 'boolean') return failed(attempt, found);
    const stopped = !marketing['can_receive_email_marketing'] && marketing['consent'] !== 'SUBSCRIBED';
    const blocked = rowsOf(marketing['suppression'])
      .map(({ reason }) => BLOCKS[textOf(reason)])
      .find((word) => word !== undefined);
    const stands = (ids: readonly unknown[], stand: Stand) =>
      ids.map((one): [string, Stand] => [textOf(one), stand]);
    return {
      ...{ presence: 'present', all: stopped ? 'out' : 'in', ids: [id] },
      targets: Object.fromEntries([
        ...stands(
          rowsOf(lists.body['data']).map((one) => one['id']),
          'in',
        ),
        ...stands(
          rowsOf(marketing['list_suppressions']).map((one) => one['list_id']),
          'out',
        ),
      ]),
      ...(blocked !== undefined && { blocked }),
    };
  }

  /** Members only: the kit closes nothing where the address is not seen to be in. */
  close(attempt: Attempt, { value }: Who, lists: readonly string[]): Promise<Reply> {
    const [first, ...more] = lists.map((list) => unsubscribe(value, list));
    return attempt.each(first as Request, ...more);
  }

  /** A suppression as well, where nothing but marketing is sent: whether it spares other mail is not verified. */
  closeAll(attempt: Attempt, { value }: Who): Promise<Reply> {
    const suppress = job('profile-suppression-bulk-create-jobs', { email: value });
    return attempt.each(unsubscribe(value), ...(this.settings.role === 'marketing' ? [suppress] : []));
  }

  tombstone(attempt: Attempt, who: Who): Promise<Reply> {
    return this.closeAll(attempt, who);
  }

  /** It lifts unsubscribes and suppressions of the whole profile: the kit has closed every other list before. */
  open(attempt: Attempt, { value }: Who, lists: readonly string[]): Promise<Reply> {
    const attributes = { email: value, subscriptions: consent('SUBSCRIBED') };
    const [first, ...more] = lists.map((list) =>
      job('profile-subscription-bulk-create-jobs', attributes, list),
    );
    return attempt.each(first as Request, ...more);
  }

  remove(attempt: Attempt, { value }: Who): Promise<Reply> {
    const profile = { data: { type: 'profile', attributes: { email: value } } };
    const data = { type: 'data-privacy-deletion-job', attributes: { profile } };
    return attempt.call({ method: 'POST', template: '/api/data-privacy-deletion-jobs', body: { data } });
  }
}

const PAGE = 100;
/** Pages that are read for one place, as theirs is no place that may be kept. */
const PAGES = 20;
/** What somebody can be suppressed in, with the members that say so. */
const SUPPRESSIONS: Readonly<Record<string, string>> = {
  account: 'suppression',
  lists: 'list_suppressions',
};

/** Oldest first, so that the next place is an instant: read on until it is another one. */
async function suppressed(attempt: Attempt, listing: string, { since }: Place) {
  const member = SUPPRESSIONS[listing] ?? '';
  const field = `subscriptions.email.marketing.${member}.timestamp`;
  const query = {
    filter: `greater-than(${field},${new Date(Math.max(0, since ?? 0)).toISOString()})`,
    ...{ 'additional-fields[profile]': 'subscriptions', sort: field, 'page[size]': String(PAGE) },
  };
  const facts: InboundFact[] = [];
  let newest = 0;
  let next: string | null = null;
  for (let pages = 0; pages < PAGES || newest <= (since ?? 0) + OVERLAP_MS; pages++) {
    const request = { method: 'GET', template: '/api/profiles' } as const;
    const reply: Reply = await attempt.call({
      ...request,
      query: { ...query, ...(next !== null && { 'page[cursor]': next }) },
    });
    if (reply.class !== 'done' || !Array.isArray(reply.body['data'])) return failed(attempt, reply);
    for (const profile of rowsOf(reply.body['data'])) {
      const found = suppressionsOf(profile, member).filter(({ at }) => at !== null && at >= (since ?? 0));
      facts.push(...found);
      newest = Math.max(newest, ...found.map(({ at }) => at ?? 0));
    }
    next = cursorIn(membersOf(reply.body['links'])['next']);
    if (next === null) return { facts, newest: newest || null, next: undefined };
  }
  return { facts, newest, next: { since: newest, offset: 0 } };
}

function suppressionsOf(profile: Members, member: string): InboundFact[] {
  const attributes = membersOf(profile['attributes']);
  const who = email(attributes['email']);
  const marketing = membersOf(membersOf(membersOf(attributes['subscriptions'])['email'])['marketing']);
  return rowsOf(marketing[member]).flatMap(({ reason, timestamp, list_id }): InboundFact[] => {
    const said = { who, at: iso(timestamp) };
    const block = BLOCKS[textOf(reason)];
    if (block === 'complaint') return [{ what: 'complained', targets: '*', ...said }];
    if (block !== undefined) return block === 'bounced' ? [{ what: 'bounced', hard: true, ...said }] : [];
    return [{ what: 'left', targets: list_id === undefined ? '*' : [textOf(list_id)], ...said }];
  });
}

/** Of the next page, out of its address. */
const cursorIn = (url: unknown): string | null =>
  typeof url === 'string' && URL.canParse(url) ? new URL(url).searchParams.get('page[cursor]') : null;

const consent = (word: string) => ({ email: { marketing: { consent: word } } });

const unsubscribe = (email: string, list?: string): Request =>
  job('profile-subscription-bulk-delete-jobs', { email, subscriptions: consent('UNSUBSCRIBED') }, list);

/** A job for one profile; its type is the path in the singular. */
function job(path: string, attributes: object, list?: string): Request {
  const data = {
    type: path.replace(/s$/, ''),
    attributes: { profiles: { data: [{ type: 'profile', attributes }] } },
    ...(list !== undefined && { relationships: { list: { data: { type: 'list', id: list } } } }),
  };
  return { method: 'POST', template: `/api/${path}`, body: { data } };
}

function failed(attempt: Attempt, reply: Reply): undefined {
  attempt.failed(reply.class === 'done' ? { class: 'retry', detail: 'answer is incomplete' } : reply);
}
