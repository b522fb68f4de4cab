import { Injectable, Logger, Optional } from '@nestjs/common';
import { Clock } from '@assent/kernel';
import { kindFor, type Channel, type Decision } from '@assent/contract';
import { ProblemError, resolve, type Caller } from '@assent/http';
import { Policies } from '@assent/policy';
import { EventLog, Gate, Keyring, Subjects, type ResolvedSubject } from '@assent/ports';
import { Permits, type PermitFault } from '@assent/prospect';
import { Integrations } from './integrations.service.js';
import { DeliveryMetrics } from './metrics.js';
import { Receipts } from './receipts.js';
import type { SendCheckDto } from './send-checks.dto.js';
import { UNMEASURED } from './worker.service.js';

/** The decision; `fault` is what makes it a no although it says yes. */
interface Verdict {
  readonly decision: Decision;
  readonly fault?: PermitFault | 'permit-of-another-message' | 'undeliverable';
}

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
    private readonly permits: Permits,
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
    body: SendCheckDto,
  ): Promise<Verdict & { readonly eventId: string | null }> {
    const { tenant, actor } = caller;
    const { subject, purpose, channel, integration, campaign, messageId } = body;
    if (!this.integrations.all(tenant).some(({ id }) => id === integration)) {
      throw new ProblemError('integration-unknown', '/integration is no integration of this tenant.');
    }
    const at = this.clock.now();
    const who = await resolve(this.subjects, tenant, subject);
    const verdict = await this.decided(tenant, who, body, at);
    const { decision, fault } = verdict;
    if (decision.allowed && fault === undefined) return { ...verdict, eventId: null };

    const code = decision.allowed ? (fault ?? decision.code) : decision.code;
    const addressKey = keyOf(who, channel);
    if (addressKey === null) {
      this.metrics.refusedAtSend(tenant, integration, code);
      return { ...verdict, eventId: null };
    }
    const { eventId, repeated } = await this.receipts.refuse(
      { tenant, integration, addressKey, subjectId: who.subjectId },
      { type: 'SendRefused', at, code, purpose, channel, campaign: campaign ?? null },
      {
        actor,
        causedBy: decision.allowed ? null : (decision.reasons[0]?.eventId ?? null),
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
    return { ...verdict, eventId };
  }

  /** With a permit its own reservation does not count; it must be for this very message, and hold now. */
  private async decided(
    tenant: string,
    who: ResolvedSubject,
    { subject, purpose, channel, permit, explain = false }: SendCheckDto,
    at: number,
  ): Promise<Verdict> {
    const question = { subject, purpose, channel, at, explain };
    if (permit === undefined) return { decision: await this.gate.decide(tenant, question) };
    const { code, permit: said } = await this.permits.check(tenant, permit);
    const fits = said?.subjectId === who.subjectId && said?.purpose === purpose && said.channel === channel;
    const except = fits ? said.solicitationId : undefined;
    const decision = await this.gate.decide(tenant, { ...question, ...(except !== undefined && { except }) });
    if (!decision.allowed || (fits && code === 'allowed')) return { decision };
    return {
      decision,
      fault: said === undefined || fits ? (code as PermitFault) : 'permit-of-another-message',
    };
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
