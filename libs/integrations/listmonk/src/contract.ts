import Type from 'typebox';
import type { Contract } from '@assent/integration-kit';

const closed = { additionalProperties: false };
const HEADERS = { authorization: '^token [^:]+:.+' };
const IDS = Type.Array(Type.Integer(), { minItems: 1 });

export const CONTRACT: Contract = {
  vendor: 'listmonk',
  version: 2,
  source: 'API and source, 2026',
  // One acts on everybody, the other on whoever a query finds.
  forbidden: ['all', 'query'],
  operations: [
    {
      ...{ name: 'lists', method: 'GET', path: '/api/lists', query: ['per_page'], headers: HEADERS },
      ...{ answers: [200], facts: ['says that the token is accepted'] },
    },
    {
      ...{ name: 'list', method: 'GET', path: '/api/lists/{list}', headers: HEADERS },
      ...{ answers: [200, 400, 404], facts: ['400 or 404 for a list that does not exist, by version'] },
    },
    {
      ...{ name: 'find', method: 'GET', path: '/api/subscribers' },
      query: ['query', 'list_id', 'subscription_status', 'page', 'per_page!', 'order_by', 'order'],
      ...{ headers: HEADERS, answers: [200] },
      facts: [
        'list_id with subscription_status lists whoever stands so on that list; without query it needs no right to SQL',
        'updated_at does not move when a list is left: a delta by it would miss every unsubscribe',
        'no instant of a membership is shown',
        'query is raw SQL: a quote in the address ends the text unless it is doubled',
        'query needs subscribers:sql_query',
        'with none of them: everybody, page by page, with every membership',
      ],
    },
    {
      ...{ name: 'memberships', method: 'PUT', path: '/api/subscribers/lists', headers: HEADERS },
      body: Type.Union([
        Type.Object({ ids: IDS, action: Type.Literal('unsubscribe'), target_list_ids: IDS }, closed),
        Type.Object(
          {
            ids: IDS,
            action: Type.Literal('add'),
            target_list_ids: IDS,
            status: Type.Enum(['confirmed', 'unsubscribed']),
          },
          closed,
        ),
      ]),
      answers: [200, 403],
      facts: [
        'unsubscribe changes memberships that are there; without one it answers the same and leaves no trace',
        'add with unsubscribed enters a membership that is closed (by reading the SQL)',
        'remove deletes the membership and the opt-out with it: never sent',
        'lists without permission are dropped in silence; 403 only when none is permitted',
        'answers true for ids that it did not touch',
      ],
    },
    {
      ...{ name: 'blocklist', method: 'PUT', path: '/api/subscribers/{id}/blocklist', headers: HEADERS },
      ...{
        answers: [200],
        facts: ['unsubscribes from all lists too; transactional messages do not heed it'],
      },
    },
    {
      ...{ name: 'create', method: 'POST', path: '/api/subscribers', headers: HEADERS, answers: [200, 409] },
      body: Type.Object(
        {
          email: Type.String(),
          name: Type.String(),
          status: Type.Union([Type.Literal('blocklisted'), Type.Literal('enabled')]),
          lists: Type.Optional(IDS),
          preconfirm_subscriptions: Type.Optional(Type.Literal(true)),
        },
        closed,
      ),
      facts: ['409 when the address is there'],
    },
    {
      ...{
        name: 'enable',
        method: 'PATCH',
        path: '/api/subscribers/{id}',
        headers: HEADERS,
        answers: [200, 404],
      },
      body: Type.Object({ status: Type.Literal('enabled') }, closed),
      facts: ['PUT would replace all memberships; PATCH keeps them (newer versions)'],
    },
    {
      ...{
        name: 'delete',
        method: 'DELETE',
        path: '/api/subscribers/{id}',
        headers: HEADERS,
        answers: [200],
      },
      facts: ['nothing is remembered'],
    },
  ],
};
