/** What happened, each in one line; times are local times of Paris. */
import type {
  ConsentFact,
  EvidenceMethod,
  NewsletterFact,
  OppositionFact,
  ProspectFact,
  SubjectFact,
} from '@assent/contract';
import { at } from './world-spec.js';

export const given = (
  when: string,
  purpose: string,
  { method = 'form', confirmed = true }: { method?: EvidenceMethod; confirmed?: boolean } = {},
): ConsentFact => ({
  type: 'ConsentGiven',
  at: at(when),
  purpose,
  channels: ['email'],
  notice: { id: 'n', version: 1, digest: 'd' },
  evidence: { id: 'ev', digest: 'd', method, confirmedAt: null },
  confirmedAt: confirmed ? at(when) : null,
  restores: null,
});
const KEY = 'a'.repeat(32);
const DAY = 24 * 3_600_000;
const notice = { id: 'n', version: 1, digest: 'd' };
const click = { id: 'ev', digest: 'd', method: 'form', confirmedAt: null } as const;
export const signedUp = (when: string, purpose: string): NewsletterFact => ({
  ...{ type: 'SubscriptionRequested', at: at(when), purpose, addressKey: KEY, notice, evidence: click },
  expiresAt: at(when) + 7 * DAY,
});
export const confirmed = (when: string, purpose: string, asked = when): NewsletterFact => ({
  ...{ type: 'SubscriptionConfirmed', at: at(when), purpose, addressKey: KEY, request: 'e1' },
  ...{ requestedAt: at(asked), notice, evidence: click, verdict: 'human' },
});
/** What the door makes of an import while an objection is in force. */
export const imported = (when: string, purpose: string): ConsentFact => ({
  ...(given(when, purpose, { method: 'import' }) as Extract<ConsentFact, { type: 'ConsentGiven' }>),
  ...{ type: 'ConsentNoted', because: 'cannot-lift' },
});
export const withdrawn = (when: string, purpose: string): ConsentFact => ({
  ...{ type: 'ConsentWithdrawn', at: at(when), purpose, channels: ['email'], evidence: null },
});
export const ended = (when: string, purpose: string, cause = 'o1'): ConsentFact => ({
  ...{ type: 'ConsentEnded', at: at(when), scope: { purpose, channel: '*' }, cause },
});
export const objected = (
  when: string,
  purpose = '*',
  channel = '*',
  origin: string | null = null,
): OppositionFact => ({
  ...{ type: 'ObjectionRecorded', at: at(when), scope: { purpose, channel }, source: 'letter' },
  ...{ evidence: null, origin },
});
export const undid = (when: string, entry: string, purpose = '*'): OppositionFact => ({
  ...{ type: 'ObjectionLifted', at: at(when), entry, scope: { purpose, channel: '*' }, opens: null },
  ...{ proof: null, undo: true, origin: null },
});
export const opened = (when: string, entry: string, purpose: string, scope = '*'): OppositionFact => ({
  ...{ type: 'ObjectionLifted', at: at(when), entry, scope: { purpose: scope, channel: '*' } },
  ...{ opens: { purpose, channel: 'email' }, proof: 'c1', undo: false },
});
export const expired = (when: string, entry: string, purpose = '*'): OppositionFact => ({
  ...{ type: 'ObjectionExpired', at: at(when), entry, scope: { purpose, channel: '*' } },
});

const sending = (when: string, campaign: string, channel: 'email' | 'sms', id: string) => ({
  ...{ at: at(when), solicitationId: id, campaign, channel, purpose: 'prospecting', counts: true },
});
export const sent = (
  when: string,
  campaign: string,
  channel: 'email' | 'sms' = 'email',
  id = `${campaign} ${channel}`,
): ProspectFact => ({
  ...{ type: 'SolicitationDelivered', ...sending(when, campaign, channel, id), code: 'allowed' },
});
export const permitted = (when: string, campaign: string): ProspectFact => ({
  type: 'SolicitationReserved',
  ...sending(when, campaign, 'email', `${campaign} email`),
  expiresAt: at(when) + 72 * 3_600_000,
});
export const bounced = (when: string, campaign: string): ProspectFact => ({
  ...{ type: 'SolicitationReversed', at: at(when), solicitationId: `${campaign} email`, reason: 'bounced' },
});
export const acted = (when: string, kind: 'form' | 'click' | 'reply' | 'open'): ProspectFact => ({
  ...{ type: 'ProspectResponded', at: at(when), kind, restarts: kind !== 'open' },
});
export const leaves = (when: string): ProspectFact => ({ type: 'RelationshipEnded', at: at(when) });

export const restricted = (when: string): SubjectFact => ({
  ...{ type: 'ProcessingRestricted', at: at(when), ground: 'asked' },
});
export const released = (when: string): SubjectFact => ({ type: 'RestrictionLifted', at: at(when) });
export const erased = (when: string): SubjectFact => ({
  ...{ type: 'SubjectErased', at: at(when), reason: 'asked' },
});
export const collectedAgain = (when: string, declined: string[], informed = false): SubjectFact => ({
  ...{ type: 'CollectionRecorded', at: at(when), collectedAt: at(when), own: true, informed, declined },
  ...{ source: null, notice: null, evidence: null },
});
