/**
 * HubSpot, communication preferences v4. A purpose is a subscription type; a status belongs to the address, with or
 * without a contact; silence means mail. Deleting an address that is unknown would blocklist it for ever.
 */
import {
  baseOf,
  membersOf,
  option,
  rowsOf,
  textOf,
  missing,
  toolKind,
  type Attempt,
  type Reply,
  type Request,
  type Standing,
  type Tool,
  type Who,
} from '@assent/integration-kit';
import type { Contact, IntegrationSettings } from '@assent/ports';
import { CONTRACT } from './contract.js';
import { inbound } from './inbound.js';

const PREFERENCES = '/communication-preferences/v4';
const EMAIL = { channel: 'EMAIL' };

export const hubspotKind = toolKind({
  kind: 'hubspot',
  contract: CONTRACT,
  settings: {
    secrets: { accessToken: 'the token of a private app, e.g. ${HUBSPOT_TOKEN}' },
    texts: {
      clientSecret: {
        form: /^\S{8,}$/,
        detail: 'the client secret of the app, which signs webhooks',
        optional: true,
      },

      brands: {
        form: /^\d+(?:,\d+)*$/,
        detail: 'the business unit ids of the account, e.g. "0,123"',
        optional: true,
      },
      preferencesPath: {
        form: /^\/communication-preferences\/[\w-]+$/,
        detail: `a path of the API, e.g. ${PREFERENCES}`,
        optional: true,
      },
    },
    target: { subscription: { form: /^\d{1,15}$/, detail: 'the number of a subscription type, e.g. 1234' } },
    example: 'newsletter: { subscription: "1234" }',
  },
  inbound,
  capabilities: {
    ...{ kinds: ['email'], readBack: 'get', blocksTransactional: false, eraseForgetsOptOut: false },
    // The least of all plans; what they are exactly is not verified.
    rate: { perSecond: 10, burst: 100 },
  },
  dialect: (settings) => ({
    base: baseOf(settings, 'https://api.hubapi.com'),
    headers: { authorization: `Bearer ${option(settings, 'accessToken') ?? ''}` },
    digestKey: option(settings, 'accessToken') ?? '',
    judge: (_, body) => ({ detail: textOf(body['category']).replaceAll('_', ' ') }),
  }),
  tool: (settings) => new HubSpot(settings),
});

class HubSpot implements Tool {
  readonly keepsStops = true;
  readonly unnamed = 'in';
  readonly closeAll: Tool['closeAll'];
  private readonly path: string;
  /** Each brand apart; the account as a whole when none is named. */
  private readonly brands: readonly Readonly<Record<string, string>>[];
  private readonly mapped: ReadonlySet<string>;

  constructor(settings: IntegrationSettings) {
    this.path = option(settings, 'preferencesPath') ?? PREFERENCES;
    const brands = option(settings, 'brands')?.split(',') ?? [];
    this.brands =
      brands.length === 0 ? [EMAIL] : brands.map((businessUnitId) => ({ ...EMAIL, businessUnitId }));
    this.mapped = new Set(Object.values(settings.purposes).flatMap(({ subscription }) => subscription ?? []));
    // Whether it spares invoices is not verified: a mixed account closes its mapped types one by one.
    if (settings.role === 'marketing') {
      this.closeAll = (attempt, who) =>
        inTurn(
          attempt,
          this.brands.map((query) => this.all('POST', who, query)),
        );
    }
  }

  account(attempt: Attempt): Promise<Reply> {
    return attempt.once('definitions', () =>
      attempt.call({ method: 'GET', template: `${this.path}/definitions` }),
    );
  }

  async exists(attempt: Attempt, subscription: string): Promise<Reply> {
    const reply = await this.account(attempt);
    const there = rowsOf(reply.body['results']).some(({ id }) => textOf(id) === subscription);
    return reply.class !== 'done' || there ? reply : missing(reply);
  }

  async read(attempt: Attempt, who: Who): Promise<Standing | undefined> {
    const template = `${this.path}/statuses/{address}`;
    const statuses = await attempt.call({
      method: 'GET',
      template,
      values: { address: who.value },
      query: EMAIL,
    });
    const rows = resultsOf(attempt, statuses);
    if (rows === undefined) return undefined;
    let all: Standing['all'] = 'out';
    for (const query of this.brands) {
      const stopped = resultsOf(attempt, await attempt.call(this.all('GET', who, query)));
      if (stopped === undefined) return undefined;
      if (!stopped.some(({ status }) => status === 'UNSUBSCRIBED')) all = 'in';
    }
    const contact = who.erase
      ? await attempt.call({
          ...{ method: 'GET', template: '/crm/v3/objects/contacts/{address}' },
          ...{ values: { address: who.value }, query: { idProperty: 'email' } },
        })
      : undefined;
    if (contact !== undefined && contact.class !== 'done' && contact.class !== 'not-found') {
      return void attempt.failed(contact);
    }
    const named = rows.filter(
      ({ subscriptionId }) => this.closeAll !== undefined || this.mapped.has(textOf(subscriptionId)),
    );
    return {
      ...{ presence: contact?.class === 'not-found' ? 'absent' : 'present', all, ids: [] },
      targets: Object.fromEntries(
        named.map(({ subscriptionId, status }) => [
          textOf(subscriptionId),
          status === 'UNSUBSCRIBED' ? 'out' : 'in',
        ]),
      ),
    };
  }

  async record(attempt: Attempt, address: string): Promise<Contact | 'absent' | undefined> {
    const template = '/crm/v3/objects/contacts/{address}';
    const reply = await attempt.call({
      ...{ method: 'GET', template, values: { address }, query: { properties: 'email' } },
    });
    if (reply.class === 'not-found') return 'absent';
    const value = textOf(membersOf(reply.body['properties'])['email']);
    if (reply.class !== 'done') return undefined;
    return value === '' ? 'absent' : { who: { kind: 'email', value }, out: [] };
  }

  close(attempt: Attempt, who: Who, subscriptions: readonly string[]): Promise<Reply> {
    return inTurn(
      attempt,
      subscriptions.map((id) => this.set(who, id, { statusState: 'UNSUBSCRIBED' })),
    );
  }

  async open(attempt: Attempt, who: Who, subscriptions: readonly string[]): Promise<Reply> {
    const basis = {
      legalBasis: 'CONSENT_WITH_NOTICE',
      legalBasisExplanation: 'Own opt-in of the person, recorded with proof by Assent',
    };
    const reply = await inTurn(
      attempt,
      subscriptions.map((id) => this.set(who, id, { statusState: 'SUBSCRIBED', ...basis })),
    );
    // Some accounts let only a form of their own bring somebody back.
    return reply.status === 400 ? { ...reply, class: 'refused' } : reply;
  }

  async remove(attempt: Attempt, { value }: Who, { presence }: Standing) {
    if (presence === 'absent') return { class: 'done' as const };
    const template = '/crm/v3/objects/contacts/gdpr-delete';
    return attempt.call({ method: 'POST', template, body: { objectId: value, idProperty: 'email' } });
  }

  private set({ value }: Who, subscription: string, state: object): Request {
    const body = { ...EMAIL, subscriptionId: Number(subscription), ...state };
    return { method: 'POST', template: `${this.path}/statuses/{address}`, values: { address: value }, body };
  }

  private all(method: 'GET' | 'POST', { value }: Who, query: Readonly<Record<string, string>>): Request {
    const template = `${this.path}/statuses/{address}/unsubscribe-all`;
    return { method, template, values: { address: value }, query };
  }
}

function resultsOf(attempt: Attempt, reply: Reply) {
  const { results } = reply.body;
  if (reply.class === 'done' && Array.isArray(results)) return rowsOf(results);
  attempt.failed(reply.class === 'done' ? { class: 'retry', detail: 'results missing' } : reply);
  return undefined;
}

const inTurn = (attempt: Attempt, [first, ...more]: readonly Request[]): Promise<Reply> =>
  attempt.each(first as Request, ...more);
