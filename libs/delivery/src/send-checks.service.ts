import { Injectable, Logger, Optional } from '@nestjs/common';
import { Clock } from '@assent/kernel';
import { kindFor, type Channel, type Decision } from '@assent/contract';
import { ProblemError, resolve, type Caller } from '@assent/http';
import { Policies } from '@assent/policy';
import { EventLog, Gate, Keyring, Subjects, type ResolvedSubject } from '@assent/ports';
import { Integrations } from './integrations.service.js';
import { DeliveryMetrics } from './metrics.js';
import { Receipts } from './receipts.js';
import type { SendCheckDto } from './send-checks.dto.js';
import { UNMEASURED } from './worker.service.js';

/**
 * The guard of tools that keep no opt-outs (integrations.md §5.6): decides as eligibility does, and records what it
 * refused in the receipts of the address at that tool. It may be asked for any integration of the tenant, also one that
 * keeps contacts, is switched off or forbidden: a no is a no by whatever way the message goes.
 */
@Injectable()
export class SendChecks {
  private readonly logger = new Logger('SendChecks');
  private readonly receipts: Receipts;
  private readonly metrics: DeliveryMetrics;

  constructor(
    private readonly gate: Gate,
    private readonly subjects: Subjects,
    private readonly integrations: Integrations,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
    log: EventLog,
    policies: Policies,
    @Optional() metrics?: DeliveryMetrics,
  ) {
    this.receipts = new Receipts(log, clock, policies);
    this.metrics = metrics ?? UNMEASURED;
  }

  /** A refusal is durable when it resolves; when it cannot be recorded it rejects, which is a no as well. */
  async check(
    caller: Pick<Caller, 'tenant' | 'actor' | 'commandId'>,
    { subject, purpose, channel, integration, campaign, messageId, explain = false }: SendCheckDto,
  ): Promise<{ readonly decision: Decision; readonly eventId: string | null }> {
    const { tenant, actor } = caller;
    if (!this.integrations.all(tenant).some(({ id }) => id === integration)) {
      throw new ProblemError('integration-unknown', '/integration is no integration of this tenant.');
    }
    const at = this.clock.now();
    const who = await resolve(this.subjects, tenant, subject);
    const decision = await this.gate.decide(tenant, { subject, purpose, channel, at, explain });
    const { code, reasons } = decision;
    if (decision.allowed) return { decision, eventId: null };

    const addressKey = keyOf(who, channel);
    if (addressKey === null) {
      this.metrics.refusedAtSend(tenant, integration, code);
      return { decision, eventId: null };
    }
    const { eventId, repeated } = await this.receipts.refuse(
      { tenant, integration, addressKey, subjectId: who.subjectId },
      { type: 'SendRefused', at, code, purpose, channel, campaign: campaign ?? null },
      {
        actor,
        causedBy: reasons[0]?.eventId ?? null,
        // One message is refused once, however often its sender asks.
        commandId:
          messageId === undefined
            ? caller.commandId
            : this.keyring.digest(tenant, 'request', { integration, messageId }),
      },
    );
    if (!repeated) {
      this.metrics.refusedAtSend(tenant, integration, code);
      this.logger.log(`${tenant}/${integration}: refused at send: ${code}, recorded as ${eventId}`);
    }
    return { decision, eventId };
  }
}

/** The address that the message would go to; of a person named otherwise, the newest one of the channel. */
function keyOf({ key, address, state, keys }: ResolvedSubject, channel: Channel): string | null {
  const kind = kindFor(channel);
  if (key !== null && (kind === undefined || address?.kind === kind)) return key;
  const [newest] = (state?.addresses ?? [])
    .filter((one) => one.kind === kind)
    .sort((a, b) => Number(b.removedAt === null) - Number(a.removedAt === null) || b.addedAt - a.addedAt);
  return newest?.key ?? key ?? keys[0] ?? null;
}
