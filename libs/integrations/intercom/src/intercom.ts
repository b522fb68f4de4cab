/**
 * Intercom 2.16. A purpose is a subscription type, whose consent_type says what silence means; an objection takes the
 * contact off all marketing e-mail. Several contacts may have one address: all are treated.
 */
import {
  ABSENT,
  baseOf,
  membersOf,
  option,
  rowsOf,
  sameAddress,
  textOf,
  toolKind,
  truthOf,
  missing,
  type Attempt,
  type Members,
  type Reply,
  type Request,
  type Stand,
  type Standing,
  type Tool,
  type Who,
} from '@assent/integration-kit';
import type { IntegrationSettings } from '@assent/ports';
import { CONTRACT } from './contract.js';
import { inbound } from './inbound.js';

const CONTACT = '/contacts/{id}';
const CHOICES = `${CONTACT}/subscriptions`;
const CHOICE = `${CHOICES}/{type}`;

export const intercomKind = toolKind({
  kind: 'intercom',
  contract: CONTRACT,
  settings: {
    secrets: { accessToken: 'the access token, e.g. ${INTERCOM_TOKEN}' },
    texts: {
      clientSecret: {
        form: /^\S{8,}$/,
        detail: 'the client secret of the app, which signs webhooks',
        optional: true,
      },
      appId: { form: /^\w{1,40}$/, detail: 'the id of the workspace', optional: true },
    },
    target: { type: { form: /^\d{1,20}$/, detail: 'the id of a subscription type, e.g. 37846' } },
    example: 'newsletter: { type: "37846" }',
  },
  inbound,
  capabilities: {
    ...{ kinds: ['email'], readBack: 'get', blocksTransactional: false, eraseForgetsOptOut: true },
    // 10,000 a minute, spread over windows of 10 s.
    rate: { perSecond: 166, burst: 1_600 },
  },
  dialect: (settings) => ({
    base: baseOf(settings, 'https://api.intercom.io'),
    headers: {
      authorization: `Bearer ${option(settings, 'accessToken') ?? ''}`,
      'intercom-version': '2.16',
    },
    digestKey: option(settings, 'accessToken') ?? '',
    judge: (status, body) => ({
      detail: textOf(rowsOf(body['errors'])[0]?.['code']).replaceAll('_', ' '),
      // A contact that the search does not show yet: it will.
      ...(status === 409 && { class: 'retry' as const }),
    }),
    resets: 'x-ratelimit-reset',
    remains: 'x-ratelimit-remaining',
  }),
  tool: (settings) => new Intercom(settings),
});

/** Types by id: what silence means there. */
type Types = Readonly<Record<string, Consent>>;
type Consent = 'opt_in' | 'opt_out';

interface Contact {
  readonly id: string;
  readonly targets: Readonly<Record<string, Stand>>;
}

class Intercom implements Tool {
  readonly closeAll: Tool['closeAll'];

  constructor({ role }: IntegrationSettings) {
    // Whether the switch spares invoices is not verified: a mixed account closes type by type.
    if (role === 'marketing') this.closeAll = (attempt, _, standing) => this.everything(attempt, standing);
  }

  account(attempt: Attempt): Promise<Reply> {
    return attempt.call({ method: 'GET', template: '/me' });
  }

  /** A type without a known consent_type is refused: the same call would stop in one case and subscribe in the other. */
  async exists(attempt: Attempt, type: string): Promise<Reply> {
    const reply = await this.listed(attempt);
    return reply.class !== 'done' || type in typesIn(reply) ? reply : missing(reply);
  }

  async read(attempt: Attempt, who: Who): Promise<Standing | undefined> {
    const listed = await this.listed(attempt);
    if (listed.class !== 'done') return void attempt.failed(listed);
    const types = typesIn(listed);
    const ids = await this.find(attempt, who);
    if (ids === undefined) return undefined;
    if (ids.length === 0) return ABSENT;
    const contacts: Contact[] = [];
    let all: Standing['all'] = 'out';
    let blocked: string | undefined;
    for (const id of ids) {
      const found = await this.follow(attempt, id);
      if (found.class === 'not-found') continue;
      const canonical = textOf(found.body['id']);
      const values = { id: canonical };
      const chosen =
        found.class === 'done' ? await attempt.call({ method: 'GET', template: CHOICES, values }) : found;
      if (chosen.class !== 'done' || !Array.isArray(chosen.body['data'])) {
        return void attempt.failed(
          chosen.class === 'done' ? { class: 'retry', detail: 'choices missing' } : chosen,
        );
      }
      if (!truthOf(found.body['unsubscribed_from_emails'])) all = 'in';
      if (truthOf(found.body['marked_email_as_spam'])) blocked = 'complaint';
      if (truthOf(found.body['has_hard_bounced'])) blocked ??= 'bounced';
      const named = new Set(rowsOf(chosen.body['data']).map((one) => textOf(one['id'])));
      contacts.push({ id: canonical, targets: standsOf(types, named) });
    }
    if (contacts.length === 0) return ABSENT;
    const targets = Object.fromEntries(Object.keys(types).map((type) => [type, open(contacts, type)]));
    return {
      ...{ presence: 'present', all, targets, ids: contacts.map(({ id }) => id), seen: { contacts, types } },
      ...(blocked !== undefined && { blocked }),
    };
  }

  close(attempt: Attempt, _: unknown, targets: readonly string[], { seen }: Standing): Promise<Reply> {
    const { contacts, types } = seen as { contacts: readonly Contact[]; types: Types };
    return inTurn(
      attempt,
      contacts.flatMap(({ id, targets: stands }) =>
        targets
          .filter((type) => stands[type] === 'in')
          .map((type) => choice(id, type, types[type], 'opt_out')),
      ),
    );
  }

  tombstone(attempt: Attempt, { value }: Who): Promise<Reply> {
    const body = { role: 'lead', email: value, unsubscribed_from_emails: true };
    return attempt.call({ method: 'POST', template: '/contacts', body });
  }

  async open(
    attempt: Attempt,
    { value }: Who,
    targets: readonly string[],
    standing: Standing,
    lift: boolean,
  ) {
    const listed = await this.listed(attempt);
    const types = typesIn(listed);
    let { ids } = standing;
    if (ids.length === 0) {
      const body = { role: 'lead', email: value };
      const created = await attempt.call({ method: 'POST', template: '/contacts', body });
      if (created.class !== 'done') return created;
      ids = [textOf(created.body['id'])];
    }
    const choices = ids.flatMap((id) =>
      targets
        // A new contact receives what is opt-out already.
        .filter((type) => types[type] === 'opt_in' || standing.targets[type] === 'out')
        .map((type) => choice(id, type, types[type], 'opt_in')),
    );
    return inTurn(attempt, [...choices, ...(lift ? ids.map((id) => flag(id, false)) : [])], listed);
  }

  remove(attempt: Attempt, _: Who, { ids }: Standing): Promise<Reply> {
    return inTurn(
      attempt,
      ids.map((id) => ({ method: 'DELETE', template: CONTACT, values: { id } })),
    );
  }

  private async everything(attempt: Attempt, standing: Standing): Promise<Reply> {
    const reply = await inTurn(
      attempt,
      standing.ids.map((id) => flag(id, true)),
    );
    const live = Object.keys(standing.targets).filter((type) => standing.targets[type] === 'in');
    return reply.class === 'done' && live.length > 0 ? this.close(attempt, undefined, live, standing) : reply;
  }

  private listed(attempt: Attempt): Promise<Reply> {
    return attempt.once('types', () => attempt.call({ method: 'GET', template: '/subscription_types' }));
  }

  private async find(attempt: Attempt, { value }: Who): Promise<string[] | undefined> {
    const ids: string[] = [];
    let after: string | undefined;
    do {
      const query = { operator: 'AND', value: [{ field: 'email', operator: '=', value }] };
      const pagination = { per_page: 50, ...(after !== undefined && { starting_after: after }) };
      const reply = await attempt.call({
        method: 'POST',
        template: '/contacts/search',
        body: { query, pagination },
      });
      if (reply.class !== 'done' || !Array.isArray(reply.body['data'])) {
        return void attempt.failed(
          reply.class === 'done' ? { class: 'retry', detail: 'data missing' } : reply,
        );
      }
      ids.push(
        ...rowsOf(reply.body['data'])
          .filter(({ email }) => sameAddress(email, value))
          .map(({ id }) => textOf(id)),
      );
      after = textOf(membersOf(membersOf(reply.body['pages'])['next'])['starting_after']) || undefined;
    } while (after !== undefined);
    return ids;
  }

  /** 410 is a contact that was merged into another, which the header names; what is owed is owed by that one. */
  private async follow(attempt: Attempt, id: string): Promise<Reply> {
    const reply = await attempt.call({ method: 'GET', template: CONTACT, values: { id } });
    const canonical = /\/contacts\/([\w-]+)>;\s*rel="?canonical/.exec(reply.headers['link'] ?? '')?.[1];
    return reply.status === 410 && canonical !== undefined
      ? attempt.call({ method: 'GET', template: CONTACT, values: { id: canonical } })
      : reply;
  }
}

/** For a type of opt-out the choice is the stop, for one of opt-in it is the subscription; without it, the contrary. */
const choice = (id: string, type: string, consent: Consent | undefined, wanted: Consent): Request =>
  consent === wanted
    ? { method: 'POST', template: CHOICES, values: { id }, body: { id: type, consent_type: wanted } }
    : { method: 'DELETE', template: CHOICE, values: { id, type } };

const flag = (id: string, unsubscribed: boolean): Request => ({
  ...{ method: 'PUT', template: CONTACT, values: { id }, body: { unsubscribed_from_emails: unsubscribed } },
});

async function inTurn(
  attempt: Attempt,
  [first, ...more]: readonly Request[],
  nothing?: Reply,
): Promise<Reply> {
  if (first === undefined) return nothing as Reply;
  return attempt.each(first, ...more);
}

function typesIn({ body }: Reply): Types {
  const live = rowsOf(body['data']).filter(
    ({ state, consent_type: consent, content_types: content }: Members) =>
      state === 'live' &&
      (consent === 'opt_in' || consent === 'opt_out') &&
      (!Array.isArray(content) || content.includes('email')),
  );
  return Object.fromEntries(live.map(({ id, consent_type: consent }) => [textOf(id), consent])) as Types;
}

const standsOf = (types: Types, chosen: ReadonlySet<string>): Record<string, Stand> =>
  Object.fromEntries(
    Object.entries(types).map(([type, consent]) => {
      if (consent === 'opt_out') return [type, chosen.has(type) ? 'out' : 'in'];
      return [type, chosen.has(type) ? 'in' : 'none'];
    }),
  );

/** Whoever is mailed by one of their contacts is mailed. */
function open(contacts: readonly Contact[], type: string): Stand {
  const stands = contacts.map(({ targets }) => targets[type]);
  return stands.includes('in') ? 'in' : stands.includes('out') ? 'out' : 'none';
}
