import Type from 'typebox';
import type { Contract } from '@assent/integration-kit';

const closed = { additionalProperties: false };
const HEADERS = { authorization: '^Bearer .+' };
const addresses = (most: number) => Type.Array(Type.String(), { minItems: 1, maxItems: most });

export const CONTRACT: Contract = {
  vendor: 'SendGrid',
  version: 1,
  source: 'API v3, documentation of 2026',
  forbidden: ['delete_all_contacts'],
  operations: [
    {
      ...{ name: 'groups', method: 'GET', path: '/v3/asm/groups', headers: HEADERS, answers: [200] },
      facts: ['says that the key is accepted'],
    },
    {
      ...{ name: 'group', method: 'GET', path: '/v3/asm/groups/{group}', headers: HEADERS },
      ...{ answers: [200, 404], facts: ['404 for a group that does not exist'] },
    },
    {
      ...{ name: 'suppress', method: 'POST', path: '/v3/asm/groups/{group}/suppressions', headers: HEADERS },
      body: Type.Object({ recipient_emails: addresses(100) }, closed),
      answers: [201],
      facts: [
        'a group that does not exist, or was deleted, sends the address to the global list: ask for the group first',
        'the most addresses in one call: unverified',
      ],
    },
    {
      ...{ name: 'suppress-all', method: 'POST', path: '/v3/asm/suppressions/global', headers: HEADERS },
      body: Type.Object({ recipient_emails: addresses(100) }, closed),
      answers: [201],
      facts: ['blocks invoices and password resets as well'],
    },
    {
      ...{ name: 'lift', method: 'DELETE', path: '/v3/asm/groups/{group}/suppressions/{address}' },
      ...{ headers: HEADERS, answers: [204, 404], facts: ['bounces, blocks and spam reports stay'] },
    },
    {
      ...{ name: 'lift-all', method: 'DELETE', path: '/v3/asm/suppressions/global/{address}' },
      ...{ headers: HEADERS, answers: [204, 404], facts: [] },
    },
    {
      ...{ name: 'stands-all', method: 'GET', path: '/v3/asm/suppressions/global/{address}' },
      ...{ headers: HEADERS, answers: [200], facts: ['{} when not suppressed, never 404'] },
    },
    {
      ...{ name: 'unsubscribed', method: 'GET', path: '/v3/suppression/unsubscribes', headers: HEADERS },
      ...{ query: ['start_time', 'limit!', 'offset!'], answers: [200] },
      facts: [
        'the global list alone, each entry with the instant of its making in Unix seconds',
        'limit is 500 at most; whether start_time itself is within: unverified',
        'a parameter email= matches prefixes and % for anything: never sent',
      ],
    },
    {
      ...{ name: 'stands', method: 'GET', path: '/v3/asm/suppressions/{address}', headers: HEADERS },
      answers: [200],
      facts: ['groups are listed with the flag suppressed, which must be read'],
    },
    {
      ...{ name: 'find', method: 'POST', path: '/v3/marketing/contacts/search/emails', headers: HEADERS },
      body: Type.Object({ emails: addresses(100) }, closed),
      answers: [200, 404],
      facts: [
        '404 when none is found',
        'matches alternate addresses too',
        'addresses come back in lower case',
      ],
    },
    {
      ...{ name: 'delete', method: 'DELETE', path: '/v3/marketing/contacts', headers: HEADERS },
      ...{ query: ['ids!'], answers: [202], facts: ['a job: done some time later'] },
    },
    {
      ...{ name: 'erase', method: 'POST', path: '/v3/recipients/erasejob', headers: HEADERS },
      body: Type.Object({ email_addresses: addresses(5000) }, closed),
      answers: [202],
      facts: [
        'a job: done some time later; does not reach subusers',
        'whether suppressions survive it: unverified, so they are read, and set again, after it',
      ],
    },
  ],
};
