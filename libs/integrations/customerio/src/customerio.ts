/**
 * Customer.io: Track writes, App reads. A purpose is a subscription topic; an objection sets `unsubscribed`; an erasure
 * suppresses, which deletes the person and blocks the identifier. A write is never believed: calls on suppressed
 * people are ignored with 200.
 */
import {
  ABSENT,
  baseOf,
  isMembers,
  membersOf,
  missing,
  option,
  rowsOf,
  sameAddress,
  textOf,
  toolKind,
  truthOf,
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

const PERSON = '/api/v1/customers/{person}';
const TOPIC = 'cio_subscription_preferences.topics.';
const regionOf = (settings: IntegrationSettings): string => option(settings, 'region') ?? 'us';

export const customerioKind = toolKind({
  kind: 'customerio',
  contract: CONTRACT,
  settings: {
    secrets: {
      siteId: 'the site id of the Track API, e.g. ${CUSTOMERIO_SITE_ID}',
      trackKey: 'the key of the Track API, which writes, e.g. ${CUSTOMERIO_TRACK_KEY}',
      appKey: 'the key of the App API, which reads, e.g. ${CUSTOMERIO_APP_KEY}',
    },
    texts: {
      webhookKey: { form: /^\S{8,}$/, detail: 'the signing key of the reporting webhook', optional: true },
      region: { form: /^(?:us|eu)$/, detail: 'us or eu; us when absent', optional: true },
    },
    urls: ['baseUrl', 'appUrl'],
    target: { topic: { form: /^topic_\d{1,6}$/, detail: 'the identifier of a topic, e.g. topic_1' } },
    example: 'newsletter: { topic: topic_1 }',
  },
  inbound,
  capabilities: {
    ...{ kinds: ['email'], readBack: 'get', blocksTransactional: false, eraseForgetsOptOut: false },
    // Of reads; writes are taken faster.
    rate: { perSecond: 10, burst: 10 },
  },
  dialect: (settings) => {
    const pair = `${option(settings, 'siteId') ?? ''}:${option(settings, 'trackKey') ?? ''}`;
    return {
      base: baseOf(settings, `https://track${regionOf(settings) === 'eu' ? '-eu' : ''}.customer.io`),
      headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
      digestKey: option(settings, 'trackKey') ?? '',
    };
  },
  tool: (settings) => new CustomerIo(settings),
});

class CustomerIo implements Tool {
  readonly closeAll: Tool['closeAll'];
  private readonly app: Pick<Request, 'base' | 'headers'>;
  private readonly region: string;

  constructor(settings: IntegrationSettings) {
    this.region = regionOf(settings);
    this.app = {
      base: baseOf(settings, `https://api${this.region === 'eu' ? '-eu' : ''}.customer.io`, 'appUrl'),
      headers: { authorization: `Bearer ${option(settings, 'appKey') ?? ''}` },
    };
    // `unsubscribed` says all messages: where invoices are sent too, topics are closed one by one.
    if (settings.role === 'marketing') {
      this.closeAll = (attempt, _, { ids }) => this.identify(attempt, ids, { unsubscribed: true });
    }
  }

  /** Another region would be redirected through another continent. */
  async account(attempt: Attempt): Promise<Reply> {
    const reply = await attempt.call({ method: 'GET', template: '/api/v1/accounts/region' });
    const wrong = reply.class === 'done' && textOf(reply.body['region']) !== this.region;
    return wrong ? { ...reply, class: 'config', detail: 'another region' } : reply;
  }

  async exists(attempt: Attempt, topic: string): Promise<Reply> {
    const reply = await this.listed(attempt);
    const there = rowsOf(reply.body['topics']).some(({ identifier }) => identifier === topic);
    return reply.class !== 'done' || there ? reply : missing(reply);
  }

  async read(attempt: Attempt, { value }: Who): Promise<Standing | undefined> {
    const listed = await this.listed(attempt);
    if (listed.class !== 'done' || !Array.isArray(listed.body['topics'])) return failed(attempt, listed);
    const found = await attempt.call({
      ...{ method: 'GET', template: '/v1/customers', query: { email: value } },
      ...this.app,
    });
    if (found.class !== 'done' || !Array.isArray(found.body['results'])) return failed(attempt, found);
    const same = rowsOf(found.body['results']).filter(({ email }) => sameAddress(email, value));
    const people: Members[] = [];
    for (const { cio_id: id } of same) {
      const person = await attempt.call({
        ...{ method: 'GET', template: '/v1/customers/{person}/attributes', values: { person: textOf(id) } },
        ...{ query: { id_type: 'cio_id' }, ...this.app },
      });
      if (person.class === 'not-found') continue;
      const customer = person.body['customer'];
      if (person.class !== 'done' || !isMembers(customer)) return failed(attempt, person);
      people.push(customer);
    }
    if (people.length === 0) return ABSENT;
    const chosen = people.map(topicsOf);
    // Whoever chose nothing stands as the topic does.
    const stands = rowsOf(listed.body['topics']).map(({ identifier, subscribed_by_default: byDefault }) => {
      const name = textOf(identifier);
      const silent: Stand = byDefault === false ? 'none' : 'in';
      const all = chosen.map(({ [name]: on }): Stand => (on === undefined ? silent : on ? 'in' : 'out'));
      return [name, all.includes('in') ? 'in' : all.includes('out') ? 'out' : 'none'];
    });
    return {
      presence: 'present',
      all: people.every(({ unsubscribed }) => truthOf(unsubscribed)) ? 'out' : 'in',
      targets: Object.fromEntries(stands) as Standing['targets'],
      ids: same.map(({ cio_id: id }) => `cio_${textOf(id)}`),
    };
  }

  close(attempt: Attempt, _: Who, topics: readonly string[], { ids }: Standing): Promise<Reply> {
    return this.identify(attempt, ids, Object.fromEntries(topics.map((topic) => [TOPIC + topic, false])));
  }

  /** Without `_update`: it is meant to be created. */
  tombstone(attempt: Attempt, { value }: Who): Promise<Reply> {
    return attempt.call(put(value, { email: value, unsubscribed: true }));
  }

  open(
    attempt: Attempt,
    { value }: Who,
    topics: readonly string[],
    { presence, ids }: Standing,
    lift: boolean,
  ) {
    const opened = Object.fromEntries(topics.map((topic) => [TOPIC + topic, true]));
    if (presence === 'absent') return attempt.call(put(value, { email: value, ...opened }));
    return this.identify(attempt, ids, { ...opened, ...(lift && { unsubscribed: false }) });
  }

  remove(attempt: Attempt, _: Who, { ids }: Standing): Promise<Reply> {
    const [first, ...more] = ids.map((person): Request => ({
      method: 'POST',
      template: `${PERSON}/suppress`,
      values: { person },
    }));
    return attempt.each(first as Request, ...more);
  }

  private listed(attempt: Attempt): Promise<Reply> {
    return attempt.once('topics', () =>
      attempt.call({ method: 'GET', template: '/v1/subscription_topics', ...this.app }),
    );
  }

  private identify(attempt: Attempt, ids: readonly string[], body: object): Promise<Reply> {
    const [first, ...more] = ids.map((id) => put(id, { ...body, _update: true }));
    return attempt.each(first as Request, ...more);
  }
}

const put = (person: string, body: object): Request => ({
  ...{ method: 'PUT', template: PERSON, values: { person }, body },
});

/** Choices by topic; they are written as JSON in a text. */
function topicsOf(customer: Members): Readonly<Record<string, boolean>> {
  const attributes = membersOf(customer['attributes']);
  const text =
    attributes['_cio_subscription_preferences_computed'] ?? attributes['cio_subscription_preferences'];
  const { topics } = membersOf(parsed(textOf(text)));
  return Object.fromEntries(Object.entries(membersOf(topics)).map(([topic, on]) => [topic, truthOf(on)]));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // nothing was chosen yet
  }
}

function failed(attempt: Attempt, reply: Reply): undefined {
  attempt.failed(reply.class === 'done' ? { class: 'retry', detail: 'answer is incomplete' } : reply);
}
