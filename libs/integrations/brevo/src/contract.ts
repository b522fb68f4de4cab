import Type from 'typebox';
import type { Contract } from '@assent/integration-kit';

const closed = { additionalProperties: false };
/** The flags have three states: a member that is left out stays as it is. */
const FLAGS = {
  emailBlacklisted: Type.Optional(Type.Boolean()),
  smsBlacklisted: Type.Optional(Type.Boolean()),
};
const LISTS = Type.Optional(Type.Array(Type.Integer(), { minItems: 1 }));
const HEADERS = { 'api-key': '.+' };

export const CONTRACT: Contract = {
  vendor: 'Brevo',
  version: 2,
  source: 'API v3, contract of 2025-02 and client 6.0.3 of 2026-08',
  // `all` empties a list, `forceMerge` merges and deletes contacts.
  forbidden: ['all', 'forceMerge'],
  operations: [
    {
      ...{ name: 'account', method: 'GET', path: '/account', headers: HEADERS, answers: [200] },
      facts: ['says that the key is accepted'],
    },
    {
      ...{ name: 'list', method: 'GET', path: '/contacts/lists/{list}', headers: HEADERS },
      ...{ answers: [200, 404] },
      facts: ['404 for a list that does not exist'],
    },
    {
      ...{ name: 'contact', method: 'GET', path: '/contacts/{identifier}', headers: HEADERS },
      ...{ query: ['identifierType!'], answers: [200, 404] },
      facts: [
        'without identifierType a numeric identifier is read as a contact id',
        'listUnsubscribed is there only if unsubscribing per list is switched on',
      ],
    },
    {
      ...{ name: 'changed', method: 'GET', path: '/contacts', headers: HEADERS },
      ...{ query: ['modifiedSince', 'limit!', 'offset!'], answers: [200] },
      facts: [
        'limit is 1000 at most; the newest contact comes first unless told (documentation of 2026-11)',
        'a hard bounce may set emailBlacklisted as well (unverified): it is then taken for a refusal, which stops more',
        'modifiedAt moves with any edit: it is the latest at which somebody can have left',
        'whether modifiedSince itself is within: unverified',
        'without modifiedSince: every contact that is held, also who is blocklisted, with flags and lists',
      ],
    },
    {
      ...{ name: 'remove-from-list', method: 'POST', path: '/contacts/lists/{list}/contacts/remove' },
      headers: HEADERS,
      body: Type.Union([
        Type.Object({ emails: Type.Array(Type.String(), { minItems: 1, maxItems: 150 }) }, closed),
        Type.Object({ ids: Type.Array(Type.Integer(), { minItems: 1, maxItems: 150 }) }, closed),
      ]),
      answers: [201, 400, 404],
      facts: ['201 also when it failed: the address then stands in contacts.failure'],
    },
    {
      ...{ name: 'update', method: 'PUT', path: '/contacts/{identifier}', headers: HEADERS },
      query: ['identifierType!'],
      body: Type.Object({ ...FLAGS, listIds: LISTS }, { ...closed, minProperties: 1 }),
      answers: [204, 400, 404],
      facts: [
        'emailBlacklisted: false re-subscribes (reported, activepieces #15502)',
        'what is not named stays as it is',
        'the blocklist flags stop campaigns, not transactional mail',
      ],
    },
    {
      ...{ name: 'create', method: 'POST', path: '/contacts', headers: HEADERS },
      body: Type.Object(
        {
          email: Type.Optional(Type.String()),
          attributes: Type.Optional(Type.Object({ SMS: Type.String() }, closed)),
          ...{ ...FLAGS, listIds: LISTS, updateEnabled: Type.Literal(true) },
        },
        closed,
      ),
      answers: [201, 204, 400],
      facts: ['201 created, 204 updated'],
    },
    {
      ...{ name: 'delete', method: 'DELETE', path: '/contacts/{identifier}', headers: HEADERS },
      ...{ query: ['identifierType!'], answers: [204, 404, 405] },
      facts: ['405: the address is one of Brevo’s own users', 'the address can be imported again'],
    },
  ],
};
