import Type from 'typebox';
import type { Contract } from '@assent/integration-kit';

const TRACK = { authorization: '^Basic .+' };
const APP = { authorization: '^Bearer .+' };
const PERSON = '/api/v1/customers/{person}';

/** Two hosts with a credential each: Track writes and cannot read, App reads. */
export const CONTRACT: Contract = {
  vendor: 'Customer.io',
  version: 1,
  source: 'Track and App APIs, documentation of 2026',
  operations: [
    {
      ...{ name: 'region', method: 'GET', path: '/api/v1/accounts/region', headers: TRACK, answers: [200] },
      facts: [
        'says that the Track key is accepted, and of which region the account is',
        'a call to the wrong region is redirected through servers of the United States: refused before',
      ],
    },
    {
      ...{ name: 'topics', method: 'GET', path: '/v1/subscription_topics', headers: APP, answers: [200] },
      facts: [
        'an empty list when there are none; subscribed_by_default says what silence means',
        '10 calls per second for the whole App API',
      ],
    },
    {
      ...{ name: 'find', method: 'GET', path: '/v1/customers', query: ['email!'], headers: APP },
      ...{ answers: [200], facts: ['several people may have one address'] },
    },
    {
      ...{ name: 'attributes', method: 'GET', path: '/v1/customers/{person}/attributes', headers: APP },
      ...{ query: ['id_type!'], answers: [200, 404] },
      facts: [
        'subscription preferences are JSON in a text',
        'unsubscribed is true for true, 1, "1" and "true" in any case',
        'suppressed people read as absent (unverified)',
      ],
    },
    {
      ...{ name: 'identify', method: 'PUT', path: PERSON, headers: TRACK, answers: [200] },
      body: Type.Object(
        {
          email: Type.Optional(Type.String()),
          unsubscribed: Type.Optional(Type.Boolean()),
          _update: Type.Optional(Type.Literal(true)),
        },
        {
          additionalProperties: false,
          patternProperties: { '^cio_subscription_preferences\\.topics\\.\\w+$': Type.Boolean() },
        },
      ),
      facts: [
        'without _update an identifier that is unknown creates a person',
        'topics by path: as an object they would replace all others',
        'answers 200 also for a suppressed identifier, and does nothing',
        'whether unsubscribed stops transactional messages is decided message by message',
      ],
    },
    {
      ...{ name: 'suppress', method: 'POST', path: `${PERSON}/suppress`, headers: TRACK, answers: [200] },
      facts: ['deletes for good and blocks the identifier: every later call is ignored with 200'],
    },
  ],
};
