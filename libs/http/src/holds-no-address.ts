import { Matches } from 'class-validator';

/** What could be an e-mail address or an international telephone number. Numbers of orders and campaigns are neither. */
const ADDRESSLESS = /^(?!.*@)(?!.*(?:\+|\b00)[1-9][\d .()/-]{6,}\d).*$/s;

/** On a member of a body that stands in events, links or headers for good, in clear. */
export const HoldsNoAddress = (): PropertyDecorator =>
  Matches(ADDRESSLESS, { message: '$property must hold no address: it stands in the history for good' });
