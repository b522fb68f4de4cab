/**
 * Mandrill 1.4. It has no contacts and no lists: a stop is an entry on the reject list, which blocks all mail of the
 * account or of one subaccount. So a purpose needs an account, or a subaccount, that sends nothing but marketing.
 */
import {
  baseOf,
  EVERYTHING,
  option,
  rowsOf,
  sameAddress,
  textOf,
  toolKind,
  type Attempt,
  type Dialect,
  type Reply,
  type Request,
  type Standing,
  type Tool,
  type Who,
} from '@assent/integration-kit';
import type { IntegrationSettings } from '@assent/ports';
import { CONTRACT } from './contract.js';
import { inbound } from './inbound.js';

/** In the comment of every entry: only entries with it are lifted. */
const MARK = 'Assent';
/** The vendor's own entries that an opt-in does not overrule. */
const BLOCKS = ['hard-bounce', 'spam', 'unsub'];

export const mandrillKind = toolKind({
  kind: 'mandrill',
  contract: CONTRACT,
  settings: {
    secrets: { apiKey: 'the API key, e.g. ${MANDRILL_API_KEY}' },
    texts: {
      webhookKey: {
        form: /^\S{8,}$/,
        detail: 'the key of the webhook, e.g. ${MANDRILL_WEBHOOK_KEY}',
        optional: true,
      },
    },
    target: {
      subaccount: {
        form: /^[\w .-]{1,255}$/,
        detail: 'the id of a subaccount that sends this and nothing else',
      },
      account: { form: /^\*$/, detail: '"*", the whole account' },
    },
    example: 'newsletter: { subaccount: news }',
    blocksTransactional,
  },
  inbound,
  capabilities: {
    ...{ kinds: ['email', 'phone'], readBack: 'get', blocksTransactional: true },
    ...{ eraseForgetsOptOut: false, erase: 'not-applicable' },
  },
  dialect: (settings) => ({
    base: baseOf(settings, 'https://mandrillapp.com/api/1.4'),
    headers: {},
    digestKey: option(settings, 'apiKey') ?? '',
    judge,
  }),
  tool: (settings) => new Mandrill(settings),
});

/** A reject also stops invoices: an account that sends them needs a subaccount for each marketing purpose. */
function blocksTransactional({ role, purposes }: IntegrationSettings): string | undefined {
  if (role === 'transactional') {
    return 'must not be transactional: a stop at Mandrill blocks all mail, invoices and password resets too';
  }
  const whole = Object.values(purposes).some(({ account }) => account !== undefined);
  return whole
    ? 'may be mixed only when each purpose names a subaccount that sends nothing but marketing: a stop of the whole account blocks invoices and password resets too'
    : undefined;
}

/** Old deployments answer 500 for a wrong key: the name decides (unverified). */
const NAMES: Readonly<Record<string, Reply['class']>> = {
  Invalid_Key: 'config',
  Unknown_Subaccount: 'not-found',
  Invalid_Reject: 'done',
  ValidationError: 'data',
  RequestLimitExceeded: 'retry',
  GeneralError: 'retry',
};
const judge: Dialect['judge'] = (status, { name }) => {
  const kind = status < 300 ? undefined : NAMES[textOf(name)];
  return { detail: textOf(name).replaceAll('_', ' '), ...(kind !== undefined && { class: kind }) };
};

class Mandrill implements Tool {
  readonly keepsStops = true;
  readonly unnamed = 'in';
  readonly closeAll: Tool['closeAll'];
  private readonly key: string;

  constructor(settings: IntegrationSettings) {
    this.key = option(settings, 'apiKey') ?? '';
    if (settings.role === 'marketing')
      this.closeAll = (attempt, who) => this.close(attempt, who, [EVERYTHING]);
  }

  account(attempt: Attempt): Promise<Reply> {
    return attempt.call(this.post('/users/ping2'));
  }

  exists(attempt: Attempt, subaccount: string): Promise<Reply> {
    if (subaccount === EVERYTHING) return this.account(attempt);
    return attempt.call(this.post('/subaccounts/info', { id: subaccount }));
  }

  async read(attempt: Attempt, who: Who): Promise<Standing | undefined> {
    const listed = await attempt.call(
      who.kind === 'email'
        ? this.post('/rejects/list', { email: who.value, include_expired: false })
        : this.post('/rejects/list-sms', { phone: who.value }),
    );
    const allowed =
      who.kind === 'email' && listed.class === 'done' ? await this.allowed(attempt, who) : false;
    if (listed.class !== 'done' || allowed === undefined || !Array.isArray(listed.json)) {
      if (listed.class !== 'done') attempt.failed(listed);
      return undefined;
    }
    const rows = rowsOf(listed.json).filter(
      (row) => row['expired'] !== true && sameAddress(row[who.kind], who.value),
    );
    // Only our own kind of entry lasts: one of the vendor's runs out, and ours is added to it.
    const custom = rows.filter(({ reason }) => reason === 'custom');
    const foreign = custom.find(({ detail }) => !textOf(detail).includes(MARK));
    const vendors = rows.map(({ reason }) => textOf(reason)).find((reason) => BLOCKS.includes(reason));
    const blocked = vendors ?? (foreign === undefined ? undefined : 'entry of somebody else');
    const names = allowed ? [] : custom.map(({ subaccount }) => textOf(subaccount) || EVERYTHING);
    return {
      ...{ presence: 'present', all: names.includes(EVERYTHING) ? 'out' : 'in', ids: [] },
      targets: Object.fromEntries(names.map((name) => [name, 'out' as const])),
      ...(blocked !== undefined && { blocked }),
    };
  }

  /** An allowlisted address makes a reject have no effect: that goes first. */
  close(attempt: Attempt, who: Who, targets: readonly string[]): Promise<Reply> {
    const rejects = targets.map((target) =>
      this.entry('add', who, target, { comment: `${MARK}: stopped on behalf of the person` }),
    );
    const [first, ...more] = [
      ...(who.kind === 'email' ? [this.post('/allowlists/delete', { email: who.value })] : []),
      ...rejects,
    ];
    return attempt.each(first as Request, ...more);
  }

  open(
    attempt: Attempt,
    who: Who,
    targets: readonly string[],
    standing: Standing,
    lift: boolean,
  ): Promise<Reply> {
    const names = [
      ...targets.filter((target) => standing.targets[target] === 'out'),
      ...(lift && !targets.includes(EVERYTHING) ? [EVERYTHING] : []),
    ];
    const [first, ...more] = names.map((target) => this.entry('delete', who, target));
    return first === undefined ? this.account(attempt) : attempt.each(first, ...more);
  }

  remove() {
    return Promise.resolve({
      class: 'not-applicable' as const,
      detail: 'no contact store: the stop is kept',
    });
  }

  private async allowed(attempt: Attempt, { value }: Who): Promise<boolean | undefined> {
    const reply = await attempt.call(this.post('/allowlists/list', { email: value }));
    if (reply.class === 'done' && Array.isArray(reply.json)) {
      return rowsOf(reply.json).some(({ email }) => sameAddress(email, value));
    }
    attempt.failed(reply.class === 'done' ? { class: 'retry', detail: 'answer is no list' } : reply);
    return undefined;
  }

  private entry(what: 'add' | 'delete', { kind, value }: Who, target: string, more: object = {}): Request {
    const within = target === EVERYTHING ? {} : { subaccount: target };
    const path = `/rejects/${what}${kind === 'phone' ? '-sms' : ''}`;
    return this.post(path, { [kind]: value, ...more, ...within });
  }

  private post(template: string, body: object = {}): Request {
    return { method: 'POST', template, body: { key: this.key, ...body } };
  }
}
