import Type from 'typebox';
import type { Contract } from '@assent/integration-kit';

const closed = { additionalProperties: false };
const HEADERS = { authorization: '^Bearer .+' };
const PREFERENCES = '/communication-preferences/v4';
const STATUSES = `${PREFERENCES}/statuses/{address}`;

export const CONTRACT: Contract = {
  vendor: 'HubSpot',
  version: 1,
  source: 'communication preferences v4 and CRM v3, documentation of 2026',
  operations: [
    {
      ...{ name: 'definitions', method: 'GET', path: `${PREFERENCES}/definitions`, headers: HEADERS },
      ...{ answers: [200], facts: ['the subscription types of the account'] },
    },
    {
      ...{ name: 'statuses', method: 'GET', path: STATUSES, query: ['channel!'], headers: HEADERS },
      ...{ answers: [200], facts: ['empty results: nothing is stopped'] },
    },
    {
      ...{ name: 'all', method: 'GET', path: `${STATUSES}/unsubscribe-all`, headers: HEADERS },
      ...{ query: ['channel!', 'businessUnitId'], answers: [200] },
      facts: [
        'empty results: nothing is stopped',
        'wideStatusType PORTAL_WIDE (unverified) or BUSINESS_UNIT_WIDE',
      ],
    },
    {
      ...{ name: 'set', method: 'POST', path: STATUSES, headers: HEADERS },
      body: Type.Object(
        {
          channel: Type.Literal('EMAIL'),
          statusState: Type.Union([Type.Literal('UNSUBSCRIBED'), Type.Literal('SUBSCRIBED')]),
          subscriptionId: Type.Integer(),
          legalBasis: Type.Optional(Type.Literal('CONSENT_WITH_NOTICE')),
          legalBasisExplanation: Type.Optional(Type.String()),
        },
        closed,
      ),
      answers: [200, 400],
      facts: [
        'the status belongs to the address, also without a contact (older documentation; unverified for v4)',
        'whether it subscribes who is unsubscribed from all: unverified',
      ],
    },
    {
      ...{ name: 'stop-all', method: 'POST', path: `${STATUSES}/unsubscribe-all`, headers: HEADERS },
      ...{ query: ['channel!', 'businessUnitId'], answers: [200] },
      facts: ['how far it reaches with several brands and none named: unverified, so each is named'],
    },
    {
      ...{ name: 'contact', method: 'GET', path: '/crm/v3/objects/contacts/{address}', headers: HEADERS },
      ...{ query: ['idProperty', 'properties'], answers: [200, 404] },
      facts: ['by its number, or by the property that is named'],
    },
    {
      ...{ name: 'erase', method: 'POST', path: '/crm/v3/objects/contacts/gdpr-delete', headers: HEADERS },
      body: Type.Object({ objectId: Type.String(), idProperty: Type.Literal('email') }, closed),
      answers: [204],
      facts: ['an address that is unknown is blocklisted for ever: look it up first'],
    },
  ],
};
