/** What a person decided, each act in one line. */
import { given } from '@assent/kernel';
import type { Channel, ConsentFact, ConsentState, EvidenceMethod } from '@assent/contract';
import { consent, type ConsentRules, type Give } from './consent.js';
import { validConsent } from './in-force.js';
import { NO_OBJECTIONS, type KnownObjection } from './objections.js';

export const DAY = 86_400_000;
export const YEAR = 365 * DAY;
export const forever: ConsentRules = { consentEndsAt: () => undefined };
export const forAYear: ConsentRules = { consentEndsAt: (_, since) => since + YEAR };
export const person = given(consent, forever);

export const notice = { id: 'offers', version: 2, digest: 'n' };
export const by = (method: EvidenceMethod) => ({
  id: `ev-${method}`,
  digest: 'd',
  method,
  confirmedAt: null,
});
export const channels: Channel[] = ['email'];
export const act = { purpose: 'offers', channels, notice, evidence: by('form'), confirmedAt: null };
export const gave = (at: number, more: object = {}): ConsentFact => ({
  ...{ type: 'ConsentGiven', at, ...act, restores: null },
  ...more,
});
export const noted = (
  at: number,
  because: 'objection-newer' | 'withdrawal-newer' | 'cannot-lift' | 'withdrawal-stands',
  more: object = {},
): ConsentFact => ({ type: 'ConsentNoted', at, ...act, because, ...more });
export const withdrew = (at: number, more: object = {}): ConsentFact => ({
  ...{ type: 'ConsentWithdrawn', at, purpose: 'offers', channels, evidence: null },
  ...more,
});
export const ended = (at: number, cause = 'o1', scope = { purpose: '*', channel: '*' }): ConsentFact => ({
  ...{ type: 'ConsentEnded', at, scope, cause },
});
export const give = (at: number, more: Partial<Give> = {}): Give => ({
  ...{ type: 'give', at, ...act, objections: NO_OBJECTIONS, toldLate: false },
  ...more,
});
export const withdraw = (at: number) =>
  ({ type: 'withdraw', at, purpose: 'offers', channels, evidence: null }) as const;
export const objection = (since: number, more: Partial<KnownObjection> = {}): KnownObjection => ({
  scope: { purpose: '*', channel: '*' },
  since,
  cause: 'o1',
  inForce: true,
  except: [],
  ...more,
});
export const against = (...list: KnownObjection[]) => ({ objections: { list, undone: [] } });
export const holds = (state: ConsentState, more: object = {}) => {
  const question = { purpose: 'offers', channel: 'email', at: 1000, exact: true, confirmed: false };
  return validConsent(state, { ...question, endsAt: () => undefined, ...more })?.at;
};
