import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '@assent/kernel';
import { Policies, type Integration } from '@assent/policy';
import type { AddressKind } from '@assent/contract';
import { Outgoing, type ConnectorKind, type Deliveries, type DeliveryRow } from '@assent/ports';
import {
  CONNECTOR_KINDS,
  faultsOf,
  settingsOf,
  type ActiveIntegration,
  type WhyInactive,
} from './connectors.js';
import { rowId } from './row.js';

export interface Holder {
  readonly integration: Integration;
  readonly row: DeliveryRow | undefined;
}

/**
 * Which integrations may be sent to *now*. What the policy in force forbids (transfer, sharing, unlisted recipient),
 * what is disabled and what cannot work is never handed out: nothing can be sent to it.
 */
@Injectable()
export class Integrations {
  private readonly made = new Map<string, ActiveIntegration>();

  constructor(
    private readonly policies: Policies,
    private readonly outgoing: Outgoing,
    private readonly clock: Clock,
    @Inject(CONNECTOR_KINDS) private readonly kinds: readonly ConnectorKind[],
  ) {}

  tenants(): readonly string[] {
    return this.policies.tenants();
  }

  all(tenant: string): readonly Integration[] {
    return this.policies.integrations(tenant);
  }

  /** `null` when it may be sent to. */
  inactive(integration: Integration): WhyInactive | null {
    if (!integration.enabled) return { code: 'disabled', detail: 'enabled is false in integrations.yaml' };
    const forbidden = this.policies.inactive(integration, this.clock.now());
    if (forbidden !== undefined) return forbidden;
    const [fault] = faultsOf(integration, this.kinds);
    return fault === undefined ? null : { code: 'settings-invalid', detail: fault };
  }

  active(tenant: string): ActiveIntegration[] {
    return this.all(tenant)
      .filter((integration) => this.inactive(integration) === null)
      .map((integration) => this.connected(integration));
  }

  /**
   * Who may hold an address of this kind: every active integration, and one that is not but has been told of it, for it
   * may be told again when it is.
   */
  async holders(tenant: string, key: string, kind: AddressKind, deliveries: Deliveries): Promise<Holder[]> {
    const serving = new Set(
      this.active(tenant)
        .filter(({ connector }) => connector.capabilities.kinds.includes(kind))
        .map(({ integration }) => integration.id),
    );
    const all = await Promise.all(
      this.all(tenant).map(async (integration) => ({
        integration,
        row: await deliveries.get(tenant, rowId(integration.id, key)),
      })),
    );
    return all.filter(({ integration, row }) => serving.has(integration.id) || row !== undefined);
  }

  find(tenant: string, id: string): ActiveIntegration | undefined {
    return this.active(tenant).find(({ integration }) => integration.id === id);
  }

  /** Also one that nothing may be sent to now: what it says counts all the same. Undefined when its settings cannot work. */
  connectedTo(tenant: string, id: string): ActiveIntegration | undefined {
    const integration = this.all(tenant).find((one) => one.id === id);
    const works = integration?.enabled === true && faultsOf(integration, this.kinds).length === 0;
    return works ? this.connected(integration) : undefined;
  }

  kindOf({ kind }: Pick<Integration, 'kind'>): ConnectorKind | undefined {
    return this.kinds.find((one) => one.kind === kind);
  }

  private connected(integration: Integration): ActiveIntegration {
    const name = `${integration.tenant}/${integration.id}`;
    const known = this.made.get(name);
    if (known !== undefined) return known;
    const kind = this.kinds.find((candidate) => candidate.kind === integration.kind);
    if (kind === undefined) throw new Error(`no connector of kind ${integration.kind}`);
    const made = { integration, connector: kind.create(settingsOf(integration), this.outgoing) };
    this.made.set(name, made);
    return made;
  }
}
