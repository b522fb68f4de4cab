import Type from 'typebox';
import type { Contract } from '@assent/integration-kit';

const closed = { additionalProperties: false };
const HEADERS = { authorization: '^Basic .+' };
const CONTACT = '/v3/REST/contact/{contact}';

export const CONTRACT: Contract = {
  vendor: 'Mailjet',
  version: 1,
  source: 'guides of v3 and v4, 2026',
  operations: [
    {
      ...{ name: 'apikey', method: 'GET', path: '/v3/REST/apikey', headers: HEADERS, answers: [200] },
      facts: ['says that the key is accepted', 'each key is an account of its own, with its own contacts'],
    },
    {
      ...{ name: 'list', method: 'GET', path: '/v3/REST/contactslist/{list}', headers: HEADERS },
      ...{ answers: [200, 404], facts: ['404 for a list that does not exist'] },
    },
    {
      ...{ name: 'contact', method: 'GET', path: CONTACT, headers: HEADERS, answers: [200, 404] },
      facts: ['by id or by address', 'booleans may come as the texts "true" and "false"'],
    },
    {
      ...{ name: 'lists', method: 'GET', path: `${CONTACT}/getcontactslists`, headers: HEADERS },
      ...{ answers: [200, 404], facts: ['ListID, IsUnsub, IsActive'] },
    },
    {
      ...{ name: 'manage-lists', method: 'POST', path: `${CONTACT}/managecontactslists`, headers: HEADERS },
      body: Type.Object(
        {
          ContactsLists: Type.Array(
            Type.Object(
              {
                ListID: Type.Integer(),
                Action: Type.Union([Type.Literal('unsub'), Type.Literal('addforce')]),
              },
              closed,
            ),
            { minItems: 1 },
          ),
        },
        closed,
      ),
      answers: [201, 400, 404],
      facts: [
        'remove forgets the opt-out: never sent',
        'addforce clears it: for proven opt-ins only',
        '400 with an Error per list when one does not exist',
      ],
    },
    {
      ...{ name: 'update', method: 'PUT', path: CONTACT, headers: HEADERS, answers: [200, 404] },
      body: Type.Object({ IsExcludedFromCampaigns: Type.Boolean() }, closed),
      facts: ['transactional mail goes on'],
    },
    {
      ...{
        name: 'manage-many',
        method: 'POST',
        path: '/v3/REST/contact/managemanycontacts',
        headers: HEADERS,
      },
      body: Type.Object(
        {
          Contacts: Type.Array(
            Type.Object({ Email: Type.String(), IsExcludedFromCampaigns: Type.Literal(true) }, closed),
            { minItems: 1 },
          ),
        },
        closed,
      ),
      answers: [201],
      facts: ['a job: its number is in Data[0].JobID'],
    },
    {
      ...{ name: 'job', method: 'GET', path: '/v3/REST/contact/managemanycontacts/{job}', headers: HEADERS },
      answers: [200, 404],
      facts: ['Allocated, Upload, Prepare, Importing, Completed, Error, Abort'],
    },
    {
      ...{
        name: 'add',
        method: 'POST',
        path: '/v3/REST/contactslist/{list}/managecontact',
        headers: HEADERS,
      },
      body: Type.Object({ Email: Type.String(), Action: Type.Literal('addforce') }, closed),
      answers: [201, 404],
      facts: ['creates the contact when there is none'],
    },
    {
      ...{ name: 'erase', method: 'DELETE', path: '/v4/contacts/{contact}', headers: HEADERS },
      ...{ answers: [200, 404] },
      facts: [
        'only 200 is success',
        'anonymised at once, gone after 30 days; the address can be imported again',
        'by id, under each key of its own',
      ],
    },
  ],
};
