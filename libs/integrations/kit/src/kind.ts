import type { Capabilities, ConnectorKind, Inbound, IntegrationSettings, Outgoing } from '@assent/ports';
import { VendorApi, type Dialect } from './api.js';
import { versionOf, type Contract } from './contract-file.js';
import { settingFaults, type SettingRules } from './settings.js';
import { ToolConnector } from './tool-connector.js';
import type { Tool } from './tool.js';

export interface ToolKind {
  readonly kind: string;
  readonly contract: Contract;
  readonly settings: SettingRules;
  readonly capabilities: Capabilities | ((settings: IntegrationSettings) => Capabilities);
  readonly dialect: (settings: IntegrationSettings) => Dialect;
  readonly tool: (settings: IntegrationSettings) => Tool;
  /** The name of one target in `closed` and `outSince`; its id unless told. */
  readonly nameOf?: (target: Readonly<Record<string, string>>) => string | undefined;
  /** How its webhooks are proven and read; absent where it has none. */
  readonly inbound?: (settings: IntegrationSettings) => Inbound | undefined;
}

/** A kind of tool from its parts: what a folder under `libs/integrations` exports. */
export function toolKind({
  kind,
  contract,
  settings: rules,
  capabilities,
  dialect,
  tool,
  nameOf,
  inbound,
}: ToolKind): ConnectorKind {
  return {
    kind,
    check: (settings) => settingFaults(settings, rules),
    ...(inbound && { inbound }),
    create: (settings, outgoing: Outgoing) =>
      new ToolConnector(settings, {
        version: versionOf(kind, contract),
        capabilities: typeof capabilities === 'function' ? capabilities(settings) : capabilities,
        api: new VendorApi(dialect(settings), outgoing),
        tool: tool(settings),
        nameOf: nameOf ?? ((target) => Object.values(target)[0]),
      }),
  };
}
