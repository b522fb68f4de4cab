import Type from 'typebox';
import type { Contract } from '@assent/integration-kit';

const closed = { additionalProperties: false };
const HEADERS = { authorization: '^Basic .+' };
const FINDING = ['search', 'start', 'limit', 'orderBy', 'orderByDir'];
const CONTACT = '/api/contacts/{id}';

export const CONTRACT: Contract = {
  vendor: 'Mautic',
  version: 2,
  source: 'API documentation and issues of 2026',
  // Any edit of this member with reason 0 would lift the stop.
  forbidden: ['doNotContact'],
  operations: [
    {
      ...{ name: 'account', method: 'GET', path: '/api/users/self', headers: HEADERS, answers: [200] },
      facts: ['says that the credential is accepted'],
    },
    {
      ...{ name: 'find', method: 'GET', path: '/api/contacts', query: FINDING, headers: HEADERS },
      ...{ answers: [200] },
      facts: [
        'several contacts may have one address',
        'without a search: everybody, 30 a page unless limit says more (the most: unverified)',
        'the order by id: unverified; segments are not in it',
        'contacts is {} or [] when there is none (unverified)',
      ],
    },
    {
      ...{ name: 'contact', method: 'GET', path: CONTACT, headers: HEADERS, answers: [200, 404] },
      facts: ['what a webhook does not say'],
    },
    {
      ...{ name: 'segments', method: 'GET', path: `${CONTACT}/segments`, headers: HEADERS },
      ...{ answers: [200, 404], facts: ['{} or [] when there is none (unverified)'] },
    },
    {
      ...{ name: 'segment', method: 'GET', path: '/api/segments/{segment}', headers: HEADERS },
      ...{ answers: [200, 404], facts: ['404 for a segment that does not exist'] },
    },
    {
      ...{
        name: 'leave',
        method: 'POST',
        path: '/api/segments/{segment}/contact/{id}/remove',
        headers: HEADERS,
      },
      ...{ answers: [200, 404], facts: ['a filter does not take back who was removed by hand (unverified)'] },
    },
    {
      ...{ name: 'join', method: 'POST', path: '/api/segments/{segment}/contact/{id}/add', headers: HEADERS },
      ...{ answers: [200, 404], facts: [] },
    },
    {
      ...{ name: 'stop', method: 'POST', path: `${CONTACT}/dnc/{channel}/add`, headers: HEADERS },
      body: Type.Object({ reason: Type.Literal(1), comments: Type.String() }, closed),
      answers: [200, 404],
      facts: [
        'reasons: 1 the person, 2 bounced, 3 manual, which an operator can lift (issue 1663)',
        'reason 0 was stored as contactable with 200 (issues 9076, 9175); new versions answer 400',
      ],
    },
    {
      ...{ name: 'lift', method: 'POST', path: `${CONTACT}/dnc/{channel}/remove`, headers: HEADERS },
      ...{ answers: [200, 404], facts: ['recordFound says whether there was one'] },
    },
    {
      ...{ name: 'create', method: 'POST', path: '/api/contacts/new', headers: HEADERS, answers: [201] },
      body: Type.Object({ email: Type.String() }, closed),
      facts: ['a stop inside of it was dropped by older versions (issue 9224): it is made afterwards'],
    },
    {
      ...{ name: 'delete', method: 'DELETE', path: `${CONTACT}/delete`, headers: HEADERS },
      ...{ answers: [200, 404], facts: ['nothing is remembered'] },
    },
  ],
};
