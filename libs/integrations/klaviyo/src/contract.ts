import Type, { type TSchema } from 'typebox';
import type { Contract, Operation } from '@assent/integration-kit';

const closed = { additionalProperties: false };
const HEADERS = { authorization: '^Klaviyo-API-Key .+', revision: '^\\d{4}-\\d\\d-\\d\\d$' };
const object = (members: Record<string, TSchema>) => Type.Object(members, closed);

const LIST = object({ list: object({ data: object({ type: Type.Literal('list'), id: Type.String() }) }) });
const consent = (word: string) =>
  object({ email: object({ marketing: object({ consent: Type.Literal(word) }) }) });
const profiles = (attributes: TSchema, most: number) =>
  object({
    data: Type.Array(object({ type: Type.Literal('profile'), attributes }), { minItems: 1, maxItems: most }),
  });
const job = (type: string, attributes: TSchema, relationships?: TSchema) =>
  object({ data: object({ type: Type.Literal(type), attributes, ...(relationships && { relationships }) }) });

const get = (name: string, path: string, query: string[], ...facts: string[]): Operation => ({
  ...{ name, method: 'GET', path, query, facts, headers: HEADERS, answers: [200, 404] },
});
const post = (name: string, path: string, body: TSchema, ...facts: string[]): Operation => ({
  ...{ name, method: 'POST', path, body, facts, headers: HEADERS, answers: [202] },
});

export const CONTRACT: Contract = {
  vendor: 'Klaviyo',
  version: 1,
  source: 'revision 2026-07-15',
  contentType: 'application/vnd.api+json',
  // One bypasses double opt-in, the other suppresses everybody in a segment.
  forbidden: ['historical_import', 'segment'],
  operations: [
    get('accounts', '/api/accounts', [], 'says that the key is accepted'),
    get('list', '/api/lists/{list}', [], '404 for a list that does not exist'),
    get(
      'profiles',
      '/api/profiles',
      ['filter!', 'additional-fields[profile]!', 'sort', 'page[size]', 'page[cursor]'],
      'an empty list when there is none',
      'filters and sorts by the instants of suppressions, of the account and of lists',
      'page[size] is 100 at most; links.next holds page[cursor] of the next page',
      'whether greater-than sees fractions of a second: unverified',
    ),
    get('lists', '/api/profiles/{profile}/lists', [], 'the lists of which the profile is a member'),
    post(
      'unsubscribe',
      '/api/profile-subscription-bulk-delete-jobs',
      job(
        'profile-subscription-bulk-delete-job',
        object({
          profiles: profiles(object({ email: Type.String(), subscriptions: consent('UNSUBSCRIBED') }), 100),
        }),
        Type.Optional(LIST),
      ),
      '202 with an empty answer and no job id: only the profile proves it',
      'a profile that is no member of the list is unsubscribed from everything',
      'without a list: from all marketing of the channel',
    ),
    post(
      'suppress',
      '/api/profile-suppression-bulk-create-jobs',
      job(
        'profile-suppression-bulk-create-job',
        object({ profiles: profiles(object({ email: Type.String() }), 100) }),
      ),
      'with a list or a segment it suppresses everybody in it: never sent',
      'whether it creates an unknown profile: unverified',
    ),
    post(
      'subscribe',
      '/api/profile-subscription-bulk-create-jobs',
      job(
        'profile-subscription-bulk-create-job',
        object({
          profiles: profiles(object({ email: Type.String(), subscriptions: consent('SUBSCRIBED') }), 1000),
        }),
        LIST,
      ),
      'removes unsubscribes, complaints and suppressions: for proven opt-ins only',
      'double opt-in as the list is set',
    ),
    post(
      'erase',
      '/api/data-privacy-deletion-jobs',
      job(
        'data-privacy-deletion-job',
        object({
          profile: object({
            data: object({ type: Type.Literal('profile'), attributes: object({ email: Type.String() }) }),
          }),
        }),
      ),
      '202 with an empty answer: the proof is that the profile is gone',
      'exactly one of email, phone_number, id',
    ),
  ],
};
