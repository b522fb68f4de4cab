import { Injectable, Logger, Optional } from '@nestjs/common';
import type { Address, CallEvidence, DriftCause } from '@assent/contract';
import { Clock } from '@assent/kernel';
import { Policies } from '@assent/policy';
import { Directory, EventLog, type DeliveryRow } from '@assent/ports';
import type { ActiveIntegration } from './connectors.js';
import { DeliveryMetrics } from './metrics.js';
import { Planner } from './planner.service.js';
import { Receipts } from './receipts.js';
import { causeOf } from './tell.js';
import { UNMEASURED } from './worker.service.js';

/** As long as the address of an unknown person who objected: so that the tool can be told. */
const HOLD_MS = 30 * 24 * 3_600_000;

/** What was seen, and how. */
export interface Sight {
  /** For the receipt: how it came to be known. */
  readonly how: 'found by audit' | 'told by the tool';
  readonly cause: DriftCause;
  readonly observed: string | null;
  readonly calls?: readonly CallEvidence[];
}

/** A tool does otherwise than it was seen to do: an incident with a receipt, and it is told again (integrations.md §1.4). */
@Injectable()
export class Drifts {
  private readonly logger = new Logger('Drift');
  private readonly receipts: Receipts;
  private readonly metrics: DeliveryMetrics;

  constructor(
    private readonly planner: Planner,
    private readonly directory: Directory,
    log: EventLog,
    private readonly clock: Clock,
    policies: Policies,
    @Optional() metrics?: DeliveryMetrics,
  ) {
    this.receipts = new Receipts(log, clock, policies);
    this.metrics = metrics ?? UNMEASURED;
  }

  /**
   * The tool would mail somebody who is out. The receipt before the telling: a crash in between leaves it to be seen again.
   * `address`: as the tool has just named it, for whoever has none here any more.
   */
  async looser(
    active: ActiveIntegration,
    row: DeliveryRow,
    address: Address | null,
    sight: Sight,
  ): Promise<void> {
    if (address !== null) await this.hold(row, address);
    await this.record(active, row, 'looser', sight);
    await this.planner.retry(active, row, 'looser');
  }

  /**
   * Somebody erased is there again (GDPR art. 17, 21): stopped first, then erased again, each proven. The address, which
   * nobody but the tool has any more, is held until then, for stopping only.
   */
  async reappeared(
    active: ActiveIntegration,
    row: DeliveryRow,
    address: Address,
    sight: Sight,
  ): Promise<void> {
    await this.hold(row, address);
    await this.record(active, row, 'reappeared', sight);
    await this.planner.retry(active, row, 'reappeared');
  }

  private async hold({ tenant, addressKey }: DeliveryRow, address: Address): Promise<void> {
    const now = this.clock.now();
    if ((await this.directory.address(tenant, addressKey, now)) !== undefined) return;
    await this.directory.hold(tenant, addressKey, { address, until: now + HOLD_MS });
  }

  private async record(
    { connector }: ActiveIntegration,
    row: DeliveryRow,
    outcome: 'looser' | 'reappeared',
    { how, cause, observed, calls = [] }: Sight,
  ): Promise<void> {
    const { tenant, integration, revision, attempts: attempt } = row;
    await this.receipts.append(
      row,
      {
        ...{ type: 'DeliveryDrifted', revision, attempt, connector: connector.version, outcome, observed },
        ...{ detail: how, cause, calls: [...calls] },
      },
      causeOf(row),
    );
    this.metrics.drifted(tenant, integration);
    const what = outcome === 'looser' ? 'somebody who is out is mailed' : 'somebody erased is there again';
    this.logger.warn(`${tenant}/${integration}: ${what} (${how}, cause ${cause}); it is told again`);
  }
}
