import Type, { type TSchema } from 'typebox';
import type { Contract, Operation } from '@assent/integration-kit';

const KEY = { key: Type.String({ minLength: 1 }) };
const EMAIL = { email: Type.String({ minLength: 3 }) };
const PHONE = { phone: Type.String({ pattern: '^\\+[1-9]\\d{6,14}$' }) };
const WITHIN = { subaccount: Type.Optional(Type.String()) };
const COMMENT = { comment: Type.Optional(Type.String({ maxLength: 255 })) };

const post = (
  name: string,
  path: string,
  members: Record<string, TSchema>,
  ...facts: string[]
): Operation => ({
  ...{ name, method: 'POST', path, facts, answers: [200, 404] },
  body: Type.Object({ ...KEY, ...members }, { additionalProperties: false }),
});

/** Every call is a POST with the key in its body; errors are told apart by name, not by status. */
export const CONTRACT: Contract = {
  vendor: 'Mandrill',
  version: 1,
  source: 'Transactional API 1.4.0',
  operations: [
    post('ping', '/users/ping2', {}, 'says that the key is accepted'),
    post('subaccount', '/subaccounts/info', { id: Type.String() }, 'Unknown_Subaccount when there is none'),
    post(
      ...(['allowed', '/allowlists/list', EMAIL] as const),
      'searches by prefix: compare exactly',
      'an allowlisted address makes a reject have no effect; adding to the list removes the reject: never called',
    ),
    post('disallow', '/allowlists/delete', EMAIL, 'answers whether it was deleted'),
    post(
      ...(['rejects', '/rejects/list', { ...EMAIL, include_expired: Type.Literal(false) }] as const),
      'without subaccount: entries of the account and of all its subaccounts (unverified), each with its own',
      'the vendor’s own entries expire: soft bounce 24 h, hard bounce 7 d, unsubscribe and complaint 1 year',
    ),
    post(
      ...(['reject', '/rejects/add', { ...EMAIL, ...COMMENT, ...WITHIN }] as const),
      'a custom entry never expires',
      'whether it replaces an entry of the vendor’s own: unverified',
      'blocks all mail of the account, or of the subaccount',
    ),
    post(
      ...(['lift', '/rejects/delete', { ...EMAIL, ...WITHIN }] as const),
      '404 Invalid_Reject: absent already',
    ),
    post('rejects-sms', '/rejects/list-sms', PHONE),
    post('reject-sms', '/rejects/add-sms', { ...PHONE, ...COMMENT, ...WITHIN }),
    post('lift-sms', '/rejects/delete-sms', { ...PHONE, ...WITHIN }),
  ],
};
