import type { Deliveries, DeliveryRow, Directory } from '@assent/ports';
import type { Integrations } from './integrations.service.js';
import { isSettled } from './row.js';

/**
 * A clear address without a person is kept for stopping only (GDPR art. 5(1)(e)): as soon as every integration that
 * can hold it is seen to obey, it goes.
 */
export class Holds {
  private readonly listeners: ((tenant: string, subjectId: string) => Promise<void>)[] = [];

  constructor(
    private readonly deliveries: Deliveries,
    private readonly directory: Directory,
    private readonly integrations: Integrations,
  ) {}

  /** Called when every tool that could be told has forgotten one address of an erased person. */
  onForgotten(listener: (tenant: string, subjectId: string) => Promise<void>): void {
    this.listeners.push(listener);
  }

  /** Called whenever a row has nothing more to do. */
  async releaseAfter({ tenant, addressKey, subjectId, desired }: DeliveryRow): Promise<void> {
    if (subjectId !== null && !desired.erase) return;
    const holders = await this.integrations.holders(tenant, addressKey, desired.kind, this.deliveries);
    if (!holders.every(({ row }) => row !== undefined && isSettled(row, desired.erase))) return;
    await this.directory.release(tenant, addressKey);
    if (!desired.erase || subjectId === null) return;
    for (const forgotten of this.listeners) await forgotten(tenant, subjectId);
  }
}
