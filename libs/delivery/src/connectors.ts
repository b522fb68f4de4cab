import { PolicyFaults, type Integration, type Policies } from '@assent/policy';
import type { Connector, ConnectorKind, IntegrationSettings } from '@assent/ports';
import { hookFault } from './hook.js';

/** Injection token of the list of all kinds of tool that the app knows. */
export const CONNECTOR_KINDS = Symbol('connector kinds');

/** An integration that may be sent to, with the connector made for it. */
export interface ActiveIntegration {
  readonly integration: Integration;
  readonly connector: Connector;
}

/** Why nothing is sent to an integration, with a sentence for the operator. */
export interface WhyInactive {
  /** `disabled`, `settings-invalid`, or why the policy forbids it. */
  readonly code: string;
  readonly detail: string;
}

/**
 * A webhook is told the whole desired state whenever anything of it changes; every other tool only what it must do
 * (api.md, Deliveries).
 */
export const takesWhole = ({ kind }: Integration): boolean => kind === 'webhook';

/** Data minimisation (GDPR art. 5(1)(c)): a webhook that did not ask for clear addresses never causes one to be opened. */
export const needsAddress = (integration: Integration): boolean =>
  !takesWhole(integration) || integration.options['includeAddresses'] === true;

export const settingsOf = (integration: Integration): IntegrationSettings => ({
  id: integration.id,
  tenant: integration.tenant,
  kind: integration.kind,
  role: integration.role,
  purposes: integration.purposes,
  unknownContact: integration.unknownContact,
  options: integration.options,
});

/** What is wrong with one entry of `integrations.yaml`, a sentence each. */
export function faultsOf(integration: Integration, kinds: readonly ConnectorKind[]): string[] {
  const where = `${integration.tenant}/integrations.yaml: ${integration.id}`;
  const kind = kinds.find((candidate) => candidate.kind === integration.kind);
  if (kind === undefined) {
    const known = kinds.map((candidate) => candidate.kind).join(', ');
    return [`${where}.kind "${integration.kind}" is not known (known: ${known})`];
  }
  const hook = hookFault(integration);
  return [
    ...kind.check(settingsOf(integration)),
    ...(hook === undefined ? [] : [{ member: 'hookSecret', detail: hook }]),
  ].map(({ member, detail }) => `${where}${member && `.${member}`} ${detail}`);
}

/** Called before the start: throws one error that lists every fault of every enabled integration. */
export function checkIntegrations(policies: Policies, kinds: readonly ConnectorKind[]): void {
  const faults = policies
    .tenants()
    .flatMap((tenant) => policies.integrations(tenant))
    .filter(({ enabled }) => enabled)
    .flatMap((integration) => faultsOf(integration, kinds));
  if (faults.length > 0) throw new PolicyFaults(faults);
}
