import Type from 'typebox';
import type { Contract } from '@assent/integration-kit';

const closed = { additionalProperties: false };
const HEADERS = {
  authorization:
    '^AWS4-HMAC-SHA256 Credential=\\S+/ses/aws4_request, SignedHeaders=\\S+, Signature=[0-9a-f]{64}$',
  'x-amz-date': '^\\d{8}T\\d{6}Z$',
};
const LIST = '/v2/email/contact-lists/{list}';
const TOPICS = Type.Array(
  Type.Object(
    {
      TopicName: Type.String(),
      SubscriptionStatus: Type.Union([Type.Literal('OPT_IN'), Type.Literal('OPT_OUT')]),
    },
    closed,
  ),
);

export const CONTRACT: Contract = {
  vendor: 'Amazon SES',
  version: 1,
  source: 'API v2, model of late 2026',
  operations: [
    {
      ...{ name: 'list', method: 'GET', path: LIST, headers: HEADERS, answers: [200, 404] },
      facts: ['one contact list per account, 20 topics', 'the region is part of the account'],
    },
    {
      ...{ name: 'contact', method: 'GET', path: `${LIST}/contacts/{address}`, headers: HEADERS },
      ...{ answers: [200, 404] },
      facts: ['TopicPreferences are explicit choices, TopicDefaultPreferences stand for the others'],
    },
    {
      ...{ name: 'update', method: 'PUT', path: `${LIST}/contacts/{address}`, headers: HEADERS },
      body: Type.Object(
        {
          TopicPreferences: TOPICS,
          UnsubscribeAll: Type.Boolean(),
          AttributesData: Type.Optional(Type.String()),
        },
        closed,
      ),
      answers: [200, 404, 500],
      facts: [
        'replaces: a topic that is not sent falls back to its default (older documentation said the contrary)',
        '500 ConcurrentModificationException: read again',
        'works only for mail that names the list in ListManagementOptions',
      ],
    },
    {
      ...{ name: 'create', method: 'POST', path: `${LIST}/contacts`, headers: HEADERS },
      body: Type.Object(
        {
          EmailAddress: Type.String(),
          TopicPreferences: Type.Optional(TOPICS),
          UnsubscribeAll: Type.Boolean(),
        },
        closed,
      ),
      answers: [200, 400, 404],
      facts: ['400 AlreadyExistsException: read again, then update'],
    },
    {
      ...{ name: 'delete', method: 'DELETE', path: `${LIST}/contacts/{address}`, headers: HEADERS },
      ...{ answers: [200, 404], facts: ['forgets the opt-out'] },
    },
  ],
};
