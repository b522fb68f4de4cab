import { Injectable } from '@nestjs/common';
import { Clock } from '@assent/kernel';
import { isDead, type AnswerCode, type Decision } from '@assent/contract';
import { EventLog, Gate, Keyring, Subjects } from '@assent/ports';
import { sendings, type Prospect, type Sending } from './facts.js';
import { lifeOf, permitOf, permitText, type Permit } from './permit.js';
import type { Solicitation } from './prospect.js';
import { prospectStream, type Person } from './prospects.service.js';

/** Why a permit is no permit, where the decision is not what forbids it. */
export const PERMIT_FAULTS = [
  'permit-forged',
  'permit-of-another-tenant',
  'permit-expired',
  'permit-used',
  'permit-given-back',
] as const;
export type PermitFault = (typeof PERMIT_FAULTS)[number];

export interface Checked {
  readonly code: 'allowed' | Exclude<AnswerCode, 'allowed'> | PermitFault;
  /** What it says; undefined when it is none of this tenant's. */
  readonly permit: Permit | undefined;
  /** What is decided now; undefined when nothing was asked. */
  readonly decision: Decision | undefined;
}

/** Permits as senders carry them. What was right when one was given is asked again when it is shown. */
@Injectable()
export class Permits {
  constructor(
    private readonly keyring: Keyring,
    private readonly gate: Gate,
    private readonly subjects: Subjects,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  /** `decision`: the newest of those that allowed it, with what was recorded of it since counted in. */
  issue(
    { tenant, subjectId, key }: Person,
    { solicitationId, campaign, purpose, channel }: Solicitation,
    { by }: Sending,
    { basis, policy, revision, reasons, validUntil }: Decision,
  ): string {
    const permit: Permit = {
      ...{ tenant, subjectId, addressKey: key, solicitationId, campaign, purpose, channel },
      ...{ eventId: by.id, basis: basis ?? null, groundEventId: reasons[0]?.eventId ?? null },
      ...{ policy, revision, ...lifeOf(by.recordedAt, this.clock.now(), validUntil) },
    };
    return this.keyring.attest('permit', permitText(permit));
  }

  /** Fails closed: whatever cannot be read, decided or found is no permit. */
  async check(tenant: string, token: string): Promise<Checked> {
    const said = this.keyring.attested('permit', token);
    const permit = said === undefined ? undefined : permitOf(said);
    const no = (code: PermitFault, of?: Permit) => ({ code, permit: of, decision: undefined });
    if (permit === undefined) return no('permit-forged');
    if (permit.tenant !== tenant) return no('permit-of-another-tenant');
    if (this.clock.now() >= permit.expiresAt) return no('permit-expired', permit);

    const { subjectId, purpose, channel, solicitationId } = permit;
    const at = this.clock.now();
    const question = { subject: { id: subjectId }, purpose, channel, at, except: solicitationId };
    const decision = await this.gate.decide(tenant, question);
    if (!decision.allowed) return { code: decision.code, permit, decision };
    const fault = (await this.reservationFault(permit)) ?? (await this.addressFault(permit));
    return { code: fault ?? 'allowed', permit, decision };
  }

  /** One permit is for one message: sent, taken back or run out, there is nothing left to send. */
  private async reservationFault({
    tenant,
    subjectId,
    solicitationId,
  }: Permit): Promise<PermitFault | undefined> {
    const head = await this.log.head<Prospect>(prospectStream(tenant, subjectId));
    const sending = head && sendings(head.state).get(solicitationId);
    if (sending?.state === 'delivered') return 'permit-used';
    const holds = sending?.state === 'reserved' && this.clock.now() < (sending.expiresAt ?? -Infinity);
    return holds ? undefined : 'permit-given-back';
  }

  /** The very address that was asked about: still the person's, and not found dead since. */
  private async addressFault({
    tenant,
    subjectId,
    addressKey,
  }: Permit): Promise<'undeliverable' | undefined> {
    if (addressKey === null) return undefined;
    const owner = await this.subjects.byKey(tenant, addressKey);
    const held = owner.state?.addresses.find(({ key }) => key === addressKey);
    const lives = held !== undefined && held.removedAt === null && !isDead(held);
    return owner.subjectId === subjectId && lives ? undefined : 'undeliverable';
  }
}
