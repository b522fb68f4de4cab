/**
 * Amazon SES v2: a contact list with topics, which stops only mail that names the list. A PUT replaces all topics of the
 * contact: what was read is sent back with it. The account's suppression list would record a false complaint, and is
 * never touched.
 */
import aws4 from 'aws4';
import {
  ABSENT,
  baseOf,
  missing,
  option,
  rowsOf,
  textOf,
  toolKind,
  truthOf,
  type Attempt,
  type Dialect,
  type Members,
  type Reply,
  type Standing,
  type Tool,
  type Who,
  type Wire,
} from '@assent/integration-kit';
import type { IntegrationSettings } from '@assent/ports';
import { CONTRACT } from './contract.js';
import { inbound } from './inbound.js';

const LIST = '/v2/email/contact-lists/{list}';
const CONTACT = `${LIST}/contacts/{address}`;

export const sesKind = toolKind({
  kind: 'ses',
  contract: CONTRACT,
  settings: {
    secrets: {
      accessKeyId: 'the access key id, e.g. ${AWS_ACCESS_KEY_ID}',
      secretAccessKey: 'the secret access key, e.g. ${AWS_SECRET_ACCESS_KEY}',
    },
    texts: {
      topicArn: {
        form: /^arn:aws[\w-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
        detail: 'the ARN of the SNS topic that carries the events',
        optional: true,
      },
      snsCertificate: {
        form: /^-----BEGIN CERTIFICATE-----/,
        detail: 'a certificate that signs instead of the service, for a stand-in',
        optional: true,
      },

      region: { form: /^[a-z]{2}(?:-[a-z]+)+-\d$/, detail: 'the region of the account, e.g. eu-west-3' },
      contactList: { form: /^[\w-]{1,64}$/, detail: 'the name of the contact list' },
      sessionToken: { form: /^\S+$/, detail: 'the token of temporary credentials', optional: true },
    },
    target: { topic: { form: /^[\w-]{1,64}$/, detail: 'the name of a topic of the list' } },
    example: 'newsletter: { topic: weekly }',
  },
  inbound,
  capabilities: { kinds: ['email'], readBack: 'get', blocksTransactional: false, eraseForgetsOptOut: true },
  dialect: (settings) => ({
    base: baseOf(settings, `https://email.${option(settings, 'region') ?? ''}.amazonaws.com`),
    headers: (wire, now) => signed(settings, wire, now),
    digestKey: option(settings, 'secretAccessKey') ?? '',
    judge,
  }),
  tool: (settings) => new Ses(option(settings, 'contactList') ?? ''),
});

/** Signature Version 4 over method, path, host, time and body. A probe has no time of its own: it is made now. */
function signed(
  settings: IntegrationSettings,
  { method, url, body }: Wire,
  now: number,
): Record<string, string> {
  const { host, pathname } = new URL(url);
  const date = new Date(Number.isNaN(now) ? Date.now() : now).toISOString().replace(/[:-]|\.\d{3}/g, '');
  const sessionToken = option(settings, 'sessionToken');
  const request = {
    ...{ service: 'ses', region: option(settings, 'region') ?? '', method, host, path: pathname },
    ...(body !== undefined && { body }),
    headers: { 'X-Amz-Date': date, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
    // The platform says how long the body is.
    extraHeadersToIgnore: { 'content-length': true },
  };
  const { headers = {} } = aws4.sign(request, {
    accessKeyId: option(settings, 'accessKeyId') ?? '',
    secretAccessKey: option(settings, 'secretAccessKey') ?? '',
    ...(sessionToken !== undefined && { sessionToken }),
  });
  return {
    authorization: textOf(headers['Authorization']),
    'x-amz-date': date,
    ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
  };
}

/** The name of an exception stands in a header, with a namespace behind a colon now and then. */
const judge: Dialect['judge'] = (status, body, headers) => {
  const name = /\w+Exception/.exec(headers['x-amzn-errortype'] ?? textOf(body['__type']))?.[0] ?? '';
  const again = ['AlreadyExistsException', 'LimitExceededException', 'TooManyRequestsException'].includes(
    name,
  );
  return { detail: name, ...(status === 400 && again && { class: 'retry' as const }) };
};

class Ses implements Tool {
  constructor(private readonly list: string) {}

  account(attempt: Attempt): Promise<Reply> {
    return attempt.once('list', () =>
      attempt.call({ method: 'GET', template: LIST, values: { list: this.list } }),
    );
  }

  async exists(attempt: Attempt, topic: string): Promise<Reply> {
    const reply = await this.account(attempt);
    const there = rowsOf(reply.body['Topics']).some(({ TopicName }) => TopicName === topic);
    return reply.class !== 'done' || there ? reply : missing(reply);
  }

  async read(attempt: Attempt, who: Who): Promise<Standing | undefined> {
    const reply = await attempt.call({ method: 'GET', template: CONTACT, values: this.values(who) });
    if (reply.class === 'not-found') return ABSENT;
    const { TopicPreferences: own, TopicDefaultPreferences: defaults, UnsubscribeAll: all } = reply.body;
    if (reply.class !== 'done' || typeof all !== 'boolean') {
      return void attempt.failed(
        reply.class === 'done' ? { class: 'retry', detail: 'UnsubscribeAll missing' } : reply,
      );
    }
    const stands = [...rowsOf(defaults), ...rowsOf(own)].map(({ TopicName, SubscriptionStatus }) => [
      textOf(TopicName),
      SubscriptionStatus === 'OPT_OUT' ? 'out' : 'in',
    ]);
    return {
      ...{ presence: 'present', all: all ? 'out' : 'in', ids: [], seen: reply.body },
      targets: Object.fromEntries(stands) as Standing['targets'],
    };
  }

  close(attempt: Attempt, who: Who, topics: readonly string[], standing: Standing): Promise<Reply> {
    return this.put(attempt, who, standing, { topics, to: 'OPT_OUT' });
  }

  closeAll(attempt: Attempt, who: Who, standing: Standing): Promise<Reply> {
    return this.put(attempt, who, standing, { topics: [], to: 'OPT_OUT', all: true });
  }

  tombstone(attempt: Attempt, { value }: Who): Promise<Reply> {
    return this.create(attempt, { EmailAddress: value, UnsubscribeAll: true });
  }

  open(
    attempt: Attempt,
    who: Who,
    topics: readonly string[],
    standing: Standing,
    lift: boolean,
  ): Promise<Reply> {
    if (standing.presence === 'present') {
      return this.put(attempt, who, standing, { topics, to: 'OPT_IN', ...(lift && { all: false }) });
    }
    const TopicPreferences = topics.map((TopicName) => ({ TopicName, SubscriptionStatus: 'OPT_IN' }));
    return this.create(attempt, { EmailAddress: who.value, TopicPreferences, UnsubscribeAll: false });
  }

  remove(attempt: Attempt, who: Who): Promise<Reply> {
    return attempt.call({ method: 'DELETE', template: CONTACT, values: this.values(who) });
  }

  /** Everything that was read goes back, but for what changes: what is left out would be lost. */
  private put(
    attempt: Attempt,
    who: Who,
    { seen }: Standing,
    { topics, to, all }: { topics: readonly string[]; to: 'OPT_IN' | 'OPT_OUT'; all?: boolean },
  ): Promise<Reply> {
    const { TopicPreferences, UnsubscribeAll, AttributesData } = seen as Members;
    const kept = rowsOf(TopicPreferences).filter(({ TopicName }) => !topics.includes(textOf(TopicName)));
    const body = {
      TopicPreferences: [
        ...kept.map(({ TopicName, SubscriptionStatus }) => ({ TopicName, SubscriptionStatus })),
        ...topics.map((TopicName) => ({ TopicName, SubscriptionStatus: to })),
      ],
      UnsubscribeAll: all ?? truthOf(UnsubscribeAll),
      ...(typeof AttributesData === 'string' && { AttributesData }),
    };
    return attempt.call({ method: 'PUT', template: CONTACT, values: this.values(who), body });
  }

  private create(attempt: Attempt, body: object): Promise<Reply> {
    return attempt.call({ method: 'POST', template: `${LIST}/contacts`, values: { list: this.list }, body });
  }

  private values({ value }: Who) {
    return { list: this.list, address: value };
  }
}
