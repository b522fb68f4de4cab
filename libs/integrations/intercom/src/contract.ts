import Type from 'typebox';
import type { Contract } from '@assent/integration-kit';

const closed = { additionalProperties: false };
const HEADERS = { authorization: '^Bearer .+', 'intercom-version': '^2\\.16$' };
const FLAG = { unsubscribed_from_emails: Type.Boolean() };
const CONTACT = '/contacts/{id}';

export const CONTRACT: Contract = {
  vendor: 'Intercom',
  version: 1,
  source: 'API 2.16',
  operations: [
    {
      ...{ name: 'me', method: 'GET', path: '/me', headers: HEADERS, answers: [200] },
      facts: ['says that the token is accepted'],
    },
    {
      ...{ name: 'types', method: 'GET', path: '/subscription_types', headers: HEADERS, answers: [200] },
      facts: ['state is live, draft or archived; consent_type says what silence means'],
    },
    {
      ...{ name: 'search', method: 'POST', path: '/contacts/search', headers: HEADERS, answers: [200] },
      body: Type.Object(
        {
          query: Type.Object(
            {
              operator: Type.Literal('AND'),
              value: Type.Array(
                Type.Object(
                  { field: Type.Literal('email'), operator: Type.Literal('='), value: Type.String() },
                  closed,
                ),
              ),
            },
            closed,
          ),
          pagination: Type.Object(
            { per_page: Type.Literal(50), starting_after: Type.Optional(Type.String()) },
            closed,
          ),
        },
        closed,
      ),
      facts: [
        'several contacts may match: a lead and a user, duplicates',
        'fresh contacts appear minutes later',
      ],
    },
    {
      ...{ name: 'contact', method: 'GET', path: CONTACT, headers: HEADERS, answers: [200, 404, 410] },
      facts: ['410 contact_merged: the header Link names the contact it went into'],
    },
    {
      ...{ name: 'choices', method: 'GET', path: `${CONTACT}/subscriptions`, headers: HEADERS },
      ...{ answers: [200, 404], facts: ['explicit choices only; what is absent stands as its type says'] },
    },
    {
      ...{ name: 'choose', method: 'POST', path: `${CONTACT}/subscriptions`, headers: HEADERS },
      body: Type.Object(
        { id: Type.String(), consent_type: Type.Union([Type.Literal('opt_out'), Type.Literal('opt_in')]) },
        closed,
      ),
      answers: [200, 404],
      facts: ['on a type of opt-out it stops, on a type of opt-in it subscribes'],
    },
    {
      ...{ name: 'unchoose', method: 'DELETE', path: `${CONTACT}/subscriptions/{type}`, headers: HEADERS },
      ...{ answers: [200, 404], facts: ['on a type of opt-in it stops, on a type of opt-out it subscribes'] },
    },
    {
      ...{ name: 'update', method: 'PUT', path: CONTACT, headers: HEADERS, answers: [200, 404] },
      body: Type.Object(FLAG, closed),
      facts: ['whether mail without a type is stopped too: unverified'],
    },
    {
      ...{ name: 'create', method: 'POST', path: '/contacts', headers: HEADERS, answers: [200, 409] },
      body: Type.Object(
        {
          role: Type.Literal('lead'),
          email: Type.String(),
          unsubscribed_from_emails: Type.Optional(Type.Boolean()),
        },
        closed,
      ),
      facts: ['409 when it conflicts with another contact (unverified)'],
    },
    {
      ...{ name: 'delete', method: 'DELETE', path: CONTACT, headers: HEADERS, answers: [200, 404] },
      facts: ['for good; archiving can be undone, blocking archives conversations: neither is used'],
    },
  ],
};
