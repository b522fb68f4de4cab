import Type, { type Static } from 'typebox';
import { AddressKeyText, KindName } from './words.js';

/** Compiled verdicts for other systems: key `eligibility/<tenant>/<addressKey>`; the last message of a key counts. */
export const ELIGIBILITY_TOPIC = 'assent.eligibility';
export const VERDICT_TYPE = 'assent.eligibility.verdict';

export const verdictKey = (tenant: string, addressKey: string): string =>
  `eligibility/${tenant}/${addressKey}`;

const Instant = (description: string) =>
  Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$', description });

/** What may be sent to one address, on every declared purpose and channel. Whatever it does not name is stopped. */
export const AddressVerdict = Type.Object({
  tenant: Type.String(),
  addressKey: AddressKeyText,
  /** Absent: an address of nobody. */
  kind: Type.Optional(KindName),
  verdicts: Type.Record(Type.String(), Type.Record(Type.String(), Type.Enum(['allowed', 'stopped'])), {
    description: 'By purpose, then by channel. What is not named is stopped.',
  }),
  validUntil: Type.Union([Instant('RFC 3339.'), Type.Null()], {
    description:
      'From this instant on every `allowed` is to be taken as `stopped`, unless a newer message says otherwise. Null when nothing is allowed.',
  }),
  policy: Type.String({ description: 'The policy version that decided, e.g. `presentinfini@1`.' }),
  revision: Type.Integer({
    minimum: 0,
    description:
      'The sum of the versions of the streams it rests on. Says how fresh it is, and orders nothing.',
  }),
  at: Instant('When it was decided.'),
});
export type AddressVerdict = Static<typeof AddressVerdict>;
