/**
 * SendGrid v3. An unsubscribe suppresses the address in the mapped group. The global list also blocks invoices, so an
 * objection uses it only where nothing but marketing is sent; elsewhere it closes every mapped group.
 */
import {
  baseOf,
  email,
  nextOf,
  option,
  rowsOf,
  sameAddress,
  seconds,
  textOf,
  toolKind,
  membersOf,
  type Attempt,
  type Delta,
  type Place,
  type Reply,
  type Standing,
  type Tool,
  type Who,
} from '@assent/integration-kit';
import type { IntegrationSettings } from '@assent/ports';
import { CONTRACT } from './contract.js';
import { inbound } from './inbound.js';

const GROUP = '/v3/asm/groups/{group}';
const GLOBAL = '/v3/asm/suppressions/global';

export const sendgridKind = toolKind({
  kind: 'sendgrid',
  contract: CONTRACT,
  settings: {
    secrets: { apiKey: 'the API key, e.g. ${SENDGRID_API_KEY}' },
    texts: {
      webhookPublicKey: {
        form: /^[A-Za-z0-9+/]+={0,2}$/,
        detail: 'the public key of the signed event webhook, in base64',
        optional: true,
      },
      subuser: { form: /^\S{1,100}$/, detail: 'the name of a subuser', optional: true },
    },
    target: { group: { form: /^\d{1,15}$/, detail: 'the number of a suppression group, e.g. 1234' } },
    example: 'newsletter: { group: "1234" }',
  },
  inbound,
  capabilities: {
    ...{ kinds: ['email'], readBack: 'get', blocksTransactional: false, eraseForgetsOptOut: false },
    // Of the global list; who left a group is told by the event webhook alone.
    delta: 'events',
  },
  dialect: (settings) => {
    const subuser = option(settings, 'subuser');
    const key = option(settings, 'apiKey') ?? '';
    return {
      base: baseOf(settings, 'https://api.sendgrid.com'),
      headers: { authorization: `Bearer ${key}`, ...(subuser !== undefined && { 'on-behalf-of': subuser }) },
      digestKey: key,
      resets: 'x-ratelimit-reset',
    };
  },
  tool: (settings) => new SendGrid(settings),
});

/** The marketing contact, where the person is to be erased. */
interface Contact {
  readonly id: string;
  /** The address is another contact's alternate one: that contact is somebody else's. */
  readonly alternate: boolean;
}

class SendGrid implements Tool {
  readonly keepsStops = true;
  /** Silence means mail: a group is open to whoever is not suppressed in it. */
  readonly unnamed = 'in';
  readonly delta: Delta = { listings: ['unsubscribes'], read: unsubscribed };
  readonly closeAll: Tool['closeAll'];
  private readonly mapped: ReadonlySet<string>;

  constructor({ role, purposes }: IntegrationSettings) {
    this.mapped = new Set(Object.values(purposes).flatMap(({ group }) => group ?? []));
    if (role === 'marketing') {
      this.closeAll = (attempt, { value }) =>
        attempt.call({ method: 'POST', template: GLOBAL, body: { recipient_emails: [value] } });
    }
  }

  account(attempt: Attempt): Promise<Reply> {
    return attempt.call({ method: 'GET', template: '/v3/asm/groups' });
  }

  exists(attempt: Attempt, group: string): Promise<Reply> {
    return attempt.once(`group ${group}`, () =>
      attempt.call({ method: 'GET', template: GROUP, values: { group } }),
    );
  }

  async read(attempt: Attempt, who: Who): Promise<Standing | undefined> {
    const values = { address: who.value };
    const groups = await attempt.call({ method: 'GET', template: '/v3/asm/suppressions/{address}', values });
    const { suppressions } = groups.body;
    if (groups.class !== 'done' || !Array.isArray(suppressions)) return failed(attempt, groups);
    const global = await attempt.call({ method: 'GET', template: `${GLOBAL}/{address}`, values });
    if (global.class !== 'done') return failed(attempt, global);
    const contact = who.erase ? await this.contact(attempt, who) : { id: '', alternate: false };
    if (contact === undefined) return undefined;
    // On a mixed account other groups may be those of invoices.
    const marketing = rowsOf(suppressions).filter(
      ({ id }) => this.closeAll !== undefined || this.mapped.has(textOf(id)),
    );
    return {
      presence: contact === 'none' ? 'absent' : 'present',
      all: sameAddress(global.body['recipient_email'], who.value) ? 'out' : 'in',
      targets: Object.fromEntries(
        marketing.map(({ id, suppressed }) => [textOf(id), suppressed === true ? 'out' : 'in']),
      ),
      ids: [],
      seen: contact,
    };
  }

  /** The group is asked for first: one that is gone would put the address on the global list. */
  async close(attempt: Attempt, { value }: Who, groups: readonly string[]): Promise<Reply> {
    let reply: Reply | undefined;
    for (const group of groups) {
      reply = await this.exists(attempt, group);
      const body = { recipient_emails: [value] };
      const template = `${GROUP}/suppressions`;
      if (reply.class === 'done')
        reply = await attempt.call({ method: 'POST', template, values: { group }, body });
      if (reply.class !== 'done') break;
    }
    return reply as Reply;
  }

  async open(
    attempt: Attempt,
    { value: address }: Who,
    groups: readonly string[],
    { targets }: Standing,
    lift: boolean,
  ) {
    const lifts = groups.filter((group) => targets[group] === 'out').map((group) => ({ group, address }));
    const requests = [
      ...lifts.map((values) => ({ template: `${GROUP}/suppressions/{address}`, values })),
      ...(lift ? [{ template: `${GLOBAL}/{address}`, values: { address } }] : []),
    ].map((request) => ({ ...request, method: 'DELETE' as const }));
    const [first, ...more] = requests;
    return first === undefined ? this.account(attempt) : attempt.each(first, ...more);
  }

  /** Two stores: marketing contacts, and what was recorded of recipients. Suppressions are neither. */
  async remove(attempt: Attempt, { value }: Who, { seen }: Standing) {
    const contact = seen as Contact | 'none';
    const erase = {
      method: 'POST',
      template: '/v3/recipients/erasejob',
      body: { email_addresses: [value] },
    } as const;
    if (contact === 'none') return attempt.call(erase);
    if (!contact.alternate) {
      const template = '/v3/marketing/contacts';
      return attempt.each({ method: 'DELETE', template, query: { ids: contact.id } }, erase);
    }
    const reply = await attempt.call(erase);
    return reply.class === 'done'
      ? { class: 'data' as const, detail: 'alternate address of another contact' }
      : reply;
  }

  private async contact(attempt: Attempt, { value }: Who): Promise<Contact | 'none' | undefined> {
    const template = '/v3/marketing/contacts/search/emails';
    const reply = await attempt.call({ method: 'POST', template, body: { emails: [value] } });
    if (reply.class === 'not-found') return 'none';
    if (reply.class !== 'done') return failed(attempt, reply);
    // Keys of the answer are addresses in lower case.
    const found = Object.entries(membersOf(reply.body['result'])).find(([address]) =>
      sameAddress(address, value),
    );
    const contact = membersOf(membersOf(found?.[1])['contact']);
    const id = textOf(contact['id']);
    return id === '' ? 'none' : { id, alternate: !sameAddress(contact['email'], value) };
  }
}

const PAGE = 500;

async function unsubscribed(attempt: Attempt, _: string, { since, offset }: Place) {
  const query = {
    ...(since !== null && { start_time: String(Math.floor(since / 1_000)) }),
    ...{ limit: String(PAGE), offset: String(offset) },
  };
  const reply = await attempt.call({ method: 'GET', template: '/v3/suppression/unsubscribes', query });
  if (reply.class !== 'done' || !Array.isArray(reply.json)) return failed(attempt, reply);
  const entries = rowsOf(reply.json).map((one) => ({
    who: email(one['email']),
    at: seconds(one['created']),
  }));
  return {
    facts: entries.map((entry) => ({ what: 'left' as const, targets: '*' as const, ...entry })),
    newest: Math.max(0, ...entries.map(({ at }) => at ?? 0)) || null,
    next: nextOf(offset, entries.length, PAGE),
  };
}

function failed(attempt: Attempt, reply: Reply): undefined {
  attempt.failed(reply.class === 'done' ? { class: 'retry', detail: 'answer is incomplete' } : reply);
}
