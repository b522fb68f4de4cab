import type { Deliveries, DeliveryRow, Directory } from '@assent/ports';
import type { Integrations } from './integrations.service.js';
import { rowId, stepsOf } from './row.js';

/**
 * A clear address without a person is kept for stopping only (GDPR art. 5(1)(e)): as soon as every integration that
 * can hold it is seen to obey, it goes.
 */
export class Holds {
  constructor(
    private readonly deliveries: Deliveries,
    private readonly directory: Directory,
    private readonly integrations: Integrations,
  ) {}

  /** Called whenever a row has nothing more to do. */
  async releaseAfter({ tenant, addressKey, subjectId, desired }: DeliveryRow): Promise<void> {
    if (subjectId !== null && !desired.erase) return;
    const serving = this.integrations
      .active(tenant)
      .filter(({ connector }) => connector.capabilities.kinds.includes(desired.kind));
    const rows = await Promise.all(
      serving.map(({ integration }) => this.deliveries.get(tenant, rowId(integration.id, addressKey))),
    );
    const settled = rows.every(
      (row) => row !== undefined && stepsOf(row).length === 0 && row.state !== 'failed',
    );
    if (settled) await this.directory.release(tenant, addressKey);
  }
}
