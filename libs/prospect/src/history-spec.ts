/** What happened to a prospect, each fact in one line; times are local times of Paris. */
import { recorded } from '@assent/kernel';
import type { ProspectFact } from '@assent/contract';
import { paris, presentInfini } from './calendar-spec.js';
import { remember, type Prospect } from './facts.js';
import { prospectAt } from './standing.js';

export const registered = (at: string, relationship: 'prospect' | 'customer' = 'prospect'): ProspectFact => ({
  ...{ type: 'ProspectRegistered', at: paris(at), relationship },
});
export const did = (
  at: string,
  kind: 'click' | 'reply' | 'form' | 'order' | 'open' = 'form',
  restarts = kind !== 'open',
): ProspectFact => ({ type: 'ProspectResponded', at: paris(at), kind, restarts });
export const sent = (
  at: string,
  campaign: string,
  more: { channel?: 'email' | 'sms'; id?: string; counts?: boolean } = {},
): ProspectFact => ({
  type: 'SolicitationDelivered',
  at: paris(at),
  solicitationId: more.id ?? campaign,
  campaign,
  channel: more.channel ?? 'email',
  purpose: 'prospecting',
  counts: more.counts ?? true,
  code: 'allowed',
});
export const permitted = (at: string, campaign: string, counts = true): ProspectFact => ({
  ...{ type: 'SolicitationReserved', at: paris(at), solicitationId: campaign, campaign, channel: 'email' },
  ...{ purpose: 'prospecting', counts, expiresAt: paris(at) + 72 * 3_600_000 },
});
export const reversed = (
  at: string,
  solicitationId: string,
  reason: 'bounced' | 'not-sent' | 'permit-expired' = 'bounced',
): ProspectFact => ({ type: 'SolicitationReversed', at: paris(at), solicitationId, reason });
export const returned = (at: string, by: 'collection' | 'opt-in' = 'collection'): ProspectFact => ({
  ...{ type: 'ProspectReturned', at: paris(at), by },
});
export const became = (at: string): ProspectFact => ({ type: 'BecameCustomer', at: paris(at) });
export const ended = (at: string): ProspectFact => ({ type: 'RelationshipEnded', at: paris(at) });

export const history = (...facts: readonly ProspectFact[]): Prospect =>
  recorded(facts).reduce(remember, { facts: [] });
export const s2 = presentInfini();
export const at = (instant: string, facts: readonly ProspectFact[], rules = s2) =>
  prospectAt(history(...facts), rules, paris(instant));
export const status = (instant: string, facts: readonly ProspectFact[], rules = s2) =>
  at(instant, facts, rules).status;

export const lastContact = (instant: string): ProspectFact[] => [registered(instant), did(instant)];
export const twice = [
  ...lastContact('2026-03-10'),
  sent('2026-04-01', 'spring'),
  sent('2026-05-01 09:00', 'may'),
];
