import type { Address, Lane } from '@assent/contract';
import type { Clock } from '@assent/kernel';
import type { DeliveryRow, Desired, Directory, Observed, Outcome } from '@assent/ports';
import { needsAddress, takesWhole, type ActiveIntegration } from './connectors.js';
import { stepsOf } from './row.js';
import { stateToTell } from './tell.js';

/** A connector with what it needs of a row. Answers always: what a connector throws becomes an outcome. */
export class Tool {
  private listener: ((lane: Lane, answer: Pick<Outcome, 'calls' | 'remaining'>) => void) | undefined;
  /** It is told everything at once. */
  readonly whole: boolean;

  constructor(
    readonly active: ActiveIntegration,
    private readonly directory: Directory,
    private readonly clock: Clock,
    private readonly warn: (message: string) => void,
  ) {
    this.whole = takesWhole(active.integration);
  }

  /** Told of every call that was made, and for which lane. */
  onCalls(listener: (lane: Lane, answer: Pick<Outcome, 'calls' | 'remaining'>) => void): void {
    this.listener = listener;
  }

  get readBack(): 'get' | 'none' {
    return this.active.connector.capabilities.readBack;
  }
  get version(): string {
    return this.active.connector.version;
  }

  /** The clear address, opened at the moment of acting and never before; empty for a tool that wants none. */
  async address({ tenant, addressKey, desired }: DeliveryRow): Promise<Address | undefined> {
    if (!needsAddress(this.active.integration)) return { kind: desired.kind, value: '' };
    return this.directory.address(tenant, addressKey, this.clock.now());
  }

  /** Brings about the present step of the row. */
  async tell(row: DeliveryRow, address: Address): Promise<Outcome> {
    const { connector } = this.active;
    const desired = this.desired(row, address);
    const erasing = !this.whole && stepsOf(row)[0] === 'erase';
    try {
      const outcome = await (erasing ? connector.erase(desired) : connector.apply(desired));
      this.listener?.(row.lane, outcome);
      return outcome;
    } catch (error) {
      return { class: 'retry', detail: this.fault(error), calls: [] };
    }
  }

  /** How the tool stands to what the present step brings about. */
  look(row: DeliveryRow, address: Address): Promise<Observed> {
    return this.observe(row, this.desired(row, address));
  }

  /** The same to everything that is desired. */
  lookWhole(row: DeliveryRow, address: Address): Promise<Observed> {
    return this.observe(row, { ...this.desired(row, address), state: row.desired });
  }

  private async observe(row: DeliveryRow, desired: Desired): Promise<Observed> {
    try {
      const observed = await this.active.connector.lookup(desired);
      this.listener?.(row.lane, observed);
      return observed;
    } catch (error) {
      return { presence: 'absent', match: 'unknown', summary: this.fault(error), calls: [] };
    }
  }

  async probe(): Promise<Outcome> {
    try {
      return await this.active.connector.probe();
    } catch (error) {
      return { class: 'retry', detail: this.fault(error), calls: [] };
    }
  }

  private desired(row: DeliveryRow, address: Address): Desired {
    return {
      address,
      addressKey: row.addressKey,
      subjectId: row.subjectId,
      state: stateToTell(row, this.whole, this.active.integration.purposes),
      revision: row.revision,
      unknown: this.active.integration.unknownContact,
      outSince: row.outSince,
      deliveryId: `${row.integration}-${row.addressKey}-${row.revision}`,
      sentAt: this.clock.real(),
    };
  }

  /** The name only: a message may hold what the call held. */
  private fault(error: unknown): string {
    const name = error instanceof Error ? error.name : 'unknown fault';
    this.warn(`${this.active.integration.tenant}/${this.active.integration.id}: the connector threw ${name}`);
    return `fault in the connector: ${name}`;
  }
}
