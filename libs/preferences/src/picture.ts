/** One person's choices as they stand: what is open and why, what was refused and agreed to. Pure. */
import {
  ALL,
  type Channel,
  type ConsentEntry,
  type Decision,
  type DeliveryStateName,
  type OppositionState,
} from '@assent/contract';
import { decide, type Standing } from '@assent/eligibility';
import { SUBSCRIBED_CHANNEL } from '@assent/newsletter';
import { listed, type ListedObjection } from '@assent/opposition';
import type { Policy } from '@assent/policy';
import type { GuardedRow, RefusedAtSend } from './refused-at-send.js';

/** Instants are epoch milliseconds. */
export interface Choice {
  readonly purpose: string;
  readonly channel: Channel;
  readonly allowed: boolean;
  readonly code: Decision['code'];
  readonly basis: string | null;
  readonly since: number | null;
}

/**
 * Every purpose that makes messages, on each of its channels: declared ones, and lists that the person named, or that
 * `also` names.
 */
export function choicesOf(
  standing: Standing,
  policy: Policy,
  at: number,
  also: readonly string[] = [],
): Choice[] {
  return purposesOf(standing, policy, also).flatMap((purpose) =>
    (policy.purpose(purpose)?.channels ?? []).map((channel): Choice => {
      const { allowed, code, reasons, basis } = decide(standing, policy, purpose, channel, at);
      return { purpose, channel, allowed, code, basis: basis ?? null, since: reasons[0]?.since ?? null };
    }),
  );
}

/** In the order of the policy, each followed by its lists. */
function purposesOf(
  { subject, consent, newsletter, oppositions }: Standing,
  policy: Policy,
  also: readonly string[],
): string[] {
  const named = [
    ...also,
    ...consent.consents.map(({ purpose }) => purpose),
    ...newsletter.requests.map(({ purpose }) => purpose),
    ...newsletter.subscriptions.map(({ purpose }) => purpose),
    ...(subject?.declined ?? []).map(({ purpose }) => purpose),
    ...oppositions.flatMap(({ entries }) => entries.map(({ scope }) => scope.purpose)),
  ];
  const lists = [...new Set(named)].filter((purpose) => purpose !== ALL).sort();
  return policy.purposes
    .filter((rules) => rules.class !== 'internal')
    .flatMap(({ declared }) => [
      declared,
      ...lists.filter((list) => list !== declared && policy.purpose(list)?.declared === declared),
    ]);
}

/** What is on the opposition list, with the boxes left empty at collection that have not been copied to it yet. */
export function objectionsOf(
  { subject, oppositions }: Standing,
  policy: Policy,
  at: number,
): ListedObjection[] {
  const declined: OppositionState = {
    entries: (subject?.declined ?? []).map(({ purpose, since, eventId }) => ({
      ...{ id: eventId, scope: { purpose, channel: ALL }, since, recordedAt: since, source: 'form' },
      ...{ evidence: null, origin: null, except: [] },
    })),
    undone: [],
  };
  return listed([...oppositions, declined], policy.opposition, at);
}

export interface Agreement {
  readonly purpose: string;
  readonly channel: Channel;
  readonly givenAt: number | null;
  /** `newsletter@1` */
  readonly notice: string | null;
  /** The second step, where there was one. */
  readonly confirmedAt: number | null;
  readonly expiredAt: number | null;
  readonly withdrawnAt: number | null;
}

export const agreementsOf = ({ consent }: Standing): Agreement[] =>
  consent.consents.map(({ purpose, channel, given, confirmed, withdrawn }: ConsentEntry) => ({
    purpose,
    channel,
    givenAt: given?.at ?? null,
    notice: given === null ? null : `${given.notice.id}@${given.notice.version}`,
    confirmedAt: (confirmed ?? given)?.confirmedAt ?? null,
    expiredAt: given?.expiredAt ?? null,
    withdrawnAt: withdrawn?.at ?? null,
  }));

export interface Subscription {
  readonly purpose: string;
  readonly channel: Channel;
  readonly status: 'pending' | 'confirmed' | 'ended';
}

/** What the person signed up for, and editions agreed to where the policy has them confirmed (double opt-in). */
export const subscriptionsOf = (
  choices: readonly Choice[],
  { consent, newsletter }: Standing,
  policy: Policy,
): Subscription[] =>
  choices
    .filter(({ purpose, channel }) => {
      const rules = policy.purpose(purpose);
      const edition = rules?.class === 'marketing' && !rules.prospecting && policy.confirmation.doubleOptIn;
      const signedUp = [...newsletter.requests, ...newsletter.subscriptions].some(
        (one) => one.purpose === purpose && channel === SUBSCRIBED_CHANNEL,
      );
      const agreed = consent.consents.some(
        (one) => one.purpose === purpose && one.channel === channel && one.given !== null,
      );
      return signedUp || (edition && agreed);
    })
    .map(({ purpose, channel, allowed, code }) => ({
      purpose,
      channel,
      status: allowed ? 'confirmed' : code === 'confirmation-pending' ? 'pending' : 'ended',
    }));

/** Where one address's choices have been carried to. */
export interface Carried {
  readonly integration: string;
  readonly addressKey: string;
  readonly kind: string;
  readonly state: DeliveryStateName;
  readonly allMarketing: 'allowed' | 'stopped';
  readonly verifiedAt: number | null;
  readonly refusedAtSend: Omit<RefusedAtSend, 'purposes'> | null;
}

export function carriedBy({
  integration,
  addressKey,
  desired,
  state,
  verifiedAt,
  refusedAtSend,
}: GuardedRow): Carried {
  const { kind, allMarketing } = desired;
  const carried = { integration, addressKey, kind, state, allMarketing, verifiedAt };
  if (refusedAtSend === undefined) return { ...carried, refusedAtSend: null };
  const { times, lastAt, lastCode } = refusedAtSend;
  return { ...carried, refusedAtSend: { times, lastAt, lastCode } };
}
