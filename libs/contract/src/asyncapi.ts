import { CONCEPTS } from '@assent/kernel';
import { topicOf } from './event.js';
import {
  publishedEvents,
  publishedSchemas,
  without,
  type JsonSchema,
  type PublishedEvent,
} from './published.js';
import { ELIGIBILITY_TOPIC, VERDICT_TYPE } from './verdict.js';

/** The attributes of CloudEvents 1.0 as Kafka headers (binary mode), with those that Assent adds. */
const HEADERS: JsonSchema = {
  type: 'object',
  required: [
    'ce_specversion',
    'ce_id',
    'ce_source',
    'ce_type',
    'ce_subject',
    'ce_time',
    'ce_recordedat',
    'ce_tenant',
    'ce_streamversion',
    'ce_policy',
    'ce_actor',
    'content-type',
  ],
  properties: {
    ce_specversion: { const: '1.0' },
    ce_id: { type: 'string', description: 'ULID. The same event can come more than once, with the same id.' },
    ce_source: { type: 'string', examples: ['/assent/opposition'] },
    ce_type: { type: 'string' },
    ce_subject: { type: 'string', description: 'The stream, which is the key of the message too.' },
    ce_time: { type: 'string', format: 'date-time', description: 'When it happened.' },
    ce_recordedat: { type: 'string', format: 'date-time', description: 'When it was recorded.' },
    ce_tenant: { type: 'string' },
    ce_streamversion: {
      type: 'string',
      pattern: '^[1-9][0-9]*$',
      description:
        'Counts the events of the stream. What has a lower one than was seen before is old: pass it over.',
    },
    ce_policy: { type: 'string', description: 'The policy version that decided.' },
    ce_actor: {
      type: 'string',
      description: '`person`, `key:…`, `reaction:…`, `agenda` or `integration:…`.',
    },
    ce_causedby: { type: 'string', description: 'The event this one follows from.' },
    'content-type': { const: 'application/json' },
  },
};

/** Of a verdict: it is no event of a stream, so it has no version, no actor and no cause. */
const VERDICT_HEADERS: JsonSchema = {
  ...HEADERS,
  required: (HEADERS['required'] as string[]).filter(isOfVerdict),
  properties: {
    ...Object.fromEntries(
      Object.entries(HEADERS['properties'] as object).filter(([name]) => isOfVerdict(name)),
    ),
    ce_subject: {
      type: 'string',
      description: 'The key of the message: `eligibility/<tenant>/<addressKey>`.',
    },
    ce_time: { type: 'string', format: 'date-time', description: 'When it was decided.' },
  },
};

function isOfVerdict(header: string): boolean {
  return !['ce_streamversion', 'ce_recordedat', 'ce_actor', 'ce_causedby'].includes(header);
}

const verdictMessage = (): JsonSchema => ({
  name: VERDICT_TYPE,
  title: 'Verdict',
  contentType: 'application/json',
  headers: { $ref: '#/components/schemas/VerdictHeaders' },
  payload: without(
    publishedSchemas().find(({ type }) => type === VERDICT_TYPE)?.schema ?? {},
    '$schema',
    '$id',
  ),
  bindings: {
    kafka: {
      key: { type: 'string', description: '`eligibility/<tenant>/<addressKey>`' },
      bindingVersion: '0.5.0',
    },
  },
});

const message = ({ type, fact, schema }: PublishedEvent): [string, JsonSchema] => {
  const payload = without(schema, '$schema', '$id');
  return [
    type,
    {
      name: type,
      title: fact,
      contentType: 'application/json',
      headers: { $ref: '#/components/schemas/CloudEventHeaders' },
      payload,
      bindings: { kafka: { key: { type: 'string', description: 'The stream.' }, bindingVersion: '0.5.0' } },
    },
  ];
};

const channel = (address: string, types: readonly string[]): JsonSchema => ({
  address,
  messages: Object.fromEntries(types.map((type) => [type, { $ref: `#/components/messages/${type}` }])),
  bindings: { kafka: { topicConfiguration: { 'cleanup.policy': ['compact'] }, bindingVersion: '0.5.0' } },
});

/** What Assent writes to Kafka, for whoever reads it there: AsyncAPI 3.0. */
export function asyncApi(version: string): JsonSchema {
  const events = publishedEvents();
  const named = (concept: string) => events.filter((event) => event.concept === concept);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Assent events',
      version,
      license: { name: 'Apache-2.0' },
      description:
        'Facts about consent, objections, prospects and deliveries. Each event carries the fact and the state of its stream after it, so the last event of a key is all a new reader needs: the topics are compacted. Events come at least once, those of a stream in order but for repetitions; ce_streamversion tells old from new. No clear personal data: ids, keyed digests. The first word of the topics is ASSENT_TOPIC_PREFIX.',
    },
    defaultContentType: 'application/json',
    channels: {
      ...Object.fromEntries(
        CONCEPTS.map((concept) => [
          concept,
          channel(
            topicOf(concept),
            named(concept).map(({ type }) => type),
          ),
        ]),
      ),
      eligibility: {
        ...channel(ELIGIBILITY_TOPIC, [VERDICT_TYPE]),
        description:
          'What may be sent to each address that is known, compiled from everything recorded. The last message of a key counts, whatever came before it; an address without one is stopped.',
      },
    },
    operations: Object.fromEntries(
      [...CONCEPTS, 'eligibility'].map((concept) => [
        `publish-${concept}`,
        { action: 'send', channel: { $ref: `#/channels/${concept}` } },
      ]),
    ),
    components: {
      schemas: { CloudEventHeaders: HEADERS, VerdictHeaders: VERDICT_HEADERS },
      messages: { ...Object.fromEntries(events.map(message)), [VERDICT_TYPE]: verdictMessage() },
    },
  };
}
