import { Injectable } from '@nestjs/common';
import { Clock, ulid } from '@assent/kernel';
import { Policies, type Integration } from '@assent/policy';
import { Directory, EventLog } from '@assent/ports';
import { LISTING, nameOfDelivery, type Progress } from './backfill.js';
import { Backfills } from './backfills.service.js';
import type { ActiveIntegration } from './connectors.js';
import { Receipts } from './receipts.js';
import { causeOf } from './tell.js';

/** By whom, and why. */
export interface Accepted {
  readonly id: string;
  readonly at: number;
  readonly operator: string;
  readonly reason: string;
  readonly count: number;
}

/** What a named operator takes upon themselves, so that a tool that cannot take every stop may be used for the rest. */
@Injectable()
export class Acceptances {
  private readonly receipts: Receipts;

  constructor(
    private readonly backfills: Backfills,
    private readonly directory: Directory,
    private readonly clock: Clock,
    log: EventLog,
    policies: Policies,
  ) {
    this.receipts = new Receipts(log, clock, policies);
  }

  /** How far a tool is that is connecting; undefined for one that is active. */
  async report(integration: Integration): Promise<(Progress & { accepted: Accepted | null }) | undefined> {
    if ((await this.backfills.stageOf(integration)) === 'active') return undefined;
    const given = (await this.backfills.connecting(integration))?.accepted ?? null;
    const sealed = given && (await this.directory.openEvidence(integration.tenant, given.id));
    return {
      ...(await this.backfills.count(integration)),
      accepted: given && {
        ...{ id: given.id, at: given.at, count: given.deliveries.length },
        ...{ operator: String(sealed?.['operator'] ?? ''), reason: String(sealed?.['reason'] ?? '') },
      },
    };
  }

  /**
   * The exceptions of now; later ones are not among them. A receipt in each of those deliveries names the acceptance; who
   * and why is personal data and sealed under its id. Answers how many.
   */
  async accept(
    { integration, connector }: ActiveIntegration,
    { operator, reason, actor }: { operator: string; reason: string; actor: string },
  ): Promise<number> {
    const state = await this.backfills.connecting(integration);
    const { exceptions, nameless } = await this.backfills.count(integration);
    const listing = nameless > 0 && connector.listIn !== undefined ? [LISTING] : [];
    const deliveries = [...exceptions.map(nameOfDelivery), ...listing];
    if (state === undefined || deliveries.length === 0) return 0;
    const [id, at] = [`acc_${ulid(this.clock.real())}`, this.clock.now()];
    await this.directory.sealEvidence(integration.tenant, id, id, { operator, reason, by: actor });
    for (const row of exceptions) {
      const { revision, attempts: attempt } = row;
      const fact = { outcome: 'accepted-by-operator', detail: id, observed: null, calls: [] };
      await this.receipts.append(
        row,
        { type: 'DeliveryExcused', revision, attempt, connector: connector.version, ...fact },
        causeOf(row),
        actor,
      );
    }
    await this.backfills.accepted(integration, { ...state, accepted: { id, at, deliveries } });
    return deliveries.length;
  }
}
