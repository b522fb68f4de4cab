/**
 * A permit on paper: what was decided about one message, for whom, and until when it may be shown. Everybody who holds it
 * can read it, so it names ids and keys alone; nobody can alter it. It opens nothing by itself: whoever checks it has
 * everything decided again.
 */
import { CHANNELS, type Channel, type Decision } from '@assent/contract';

export interface Permit {
  readonly tenant: string;
  readonly subjectId: string;
  /** Of the address that was asked about; null when the person was named otherwise. */
  readonly addressKey: string | null;
  readonly solicitationId: string;
  readonly campaign: string;
  readonly purpose: string;
  readonly channel: Channel;
  /** The reservation, or the delivery that was told before. */
  readonly eventId: string;
  /** The decision it rests on: its lawful ground, the event that gave it, the policy, the versions that were read. */
  readonly basis: Decision['basis'] | null;
  readonly groundEventId: string | null;
  readonly policy: string;
  readonly revision: number;
  /** Epoch milliseconds. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Long enough to hand a message over, short enough that nobody keeps one for tomorrow. */
export const PERMIT_LIFE_MS = 15 * 60_000;
/** A request repeated within it gets the very same permit, which then has ten minutes left at least. */
export const PERMIT_STEP_MS = 5 * 60_000;

/**
 * When a permit asked for at `now` begins and ends: in steps from its reservation, and never longer than the ground holds
 * (`validUntil`).
 */
export function lifeOf(
  reservedAt: number,
  now: number,
  validUntil: number | undefined,
): Pick<Permit, 'issuedAt' | 'expiresAt'> {
  const issuedAt = now < reservedAt ? now : now - ((now - reservedAt) % PERMIT_STEP_MS);
  return { issuedAt, expiresAt: Math.min(issuedAt + PERMIT_LIFE_MS, validUntil ?? Infinity) };
}

const FORMAT = 1;

export const permitText = (permit: Permit): string =>
  JSON.stringify([
    FORMAT,
    permit.tenant,
    permit.subjectId,
    permit.addressKey,
    permit.solicitationId,
    permit.campaign,
    permit.purpose,
    permit.channel,
    permit.eventId,
    permit.basis,
    permit.groundEventId,
    permit.policy,
    permit.revision,
    permit.issuedAt,
    permit.expiresAt,
  ]);

/** Of a text that we have attested; `undefined` for a format of another time. */
export function permitOf(text: string): Permit | undefined {
  const [format, ...said] = JSON.parse(text) as [number, ...unknown[]];
  if (format !== FORMAT) return undefined;
  const [tenant, subjectId, addressKey, solicitationId, campaign, purpose, channel, eventId, ...rest] =
    said as string[];
  const [basis, groundEventId, policy, revision, issuedAt, expiresAt] = rest as unknown[];
  if (!CHANNELS.some((known) => known === channel)) return undefined;
  return {
    ...{ tenant, subjectId, addressKey, solicitationId, campaign, purpose, channel, eventId },
    ...{ basis, groundEventId, policy, revision, issuedAt, expiresAt },
  } as Permit;
}
