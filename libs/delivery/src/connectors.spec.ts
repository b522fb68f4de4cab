import { checkIntegrations, needsAddress } from './connectors.js';
import { Integrations } from './integrations.service.js';
import { ManualClock, TENANT } from './stand-ins/stores.js';
import { FixedPolicies, NO_CALLS, ScriptedTool, integrationWith, kindOf } from './stand-ins/tools.js';

describe('The integrations of a tenant', () => {
  const tools = new Map([['mail', new ScriptedTool()]]);
  const kinds = [kindOf('scripted', tools)];
  const registry = (policies: FixedPolicies) =>
    new Integrations(policies.asPort(), NO_CALLS, new ManualClock(), kinds);

  it('are checked before the start, all faults at once', () => {
    const policies = new FixedPolicies([
      integrationWith({ options: { broken: true } }),
      integrationWith({ id: 'crm', kind: 'pigeon' }),
      integrationWith({ id: 'off', kind: 'pigeon', enabled: false }),
    ]);
    expect(() => checkIntegrations(policies.asPort(), kinds)).toThrow(
      [
        '2 faults in the policies:',
        `- ${TENANT}/integrations.yaml: mail.apiKey is missing`,
        `- ${TENANT}/integrations.yaml: crm.kind "pigeon" is not known (known: scripted)`,
      ].join('\n'),
    );
    expect(() => checkIntegrations(new FixedPolicies([integrationWith()]).asPort(), kinds)).not.toThrow();
  });

  it('S0-39 are not active when the policy forbids them, and say why', () => {
    const policies = new FixedPolicies([integrationWith()]);
    const integrations = registry(policies);
    expect(integrations.active(TENANT)).toHaveLength(1);
    policies.forbidden.add('mail');
    expect(integrations.active(TENANT)).toEqual([]);
    expect(integrations.find(TENANT, 'mail')).toBeUndefined();
    expect(integrations.inactive(integrationWith())).toEqual({
      code: 'transfer-forbidden',
      detail: 'not outside the EU',
    });
  });

  it('are not active when disabled, or when nothing could work', () => {
    const integrations = registry(new FixedPolicies([]));
    expect(integrations.inactive(integrationWith({ enabled: false }))?.code).toBe('disabled');
    expect(integrations.inactive(integrationWith({ options: { broken: true } }))?.code).toBe(
      'settings-invalid',
    );
  });

  it('are given one connector each, however often they are asked for', () => {
    const integrations = registry(new FixedPolicies([integrationWith()]));
    expect(integrations.active(TENANT)[0]?.connector).toBe(integrations.active(TENANT)[0]?.connector);
  });

  it('of kind webhook cause no address to be opened unless they ask for it', () => {
    expect(needsAddress(integrationWith())).toBe(true);
    expect(needsAddress(integrationWith({ kind: 'webhook' }))).toBe(false);
    expect(needsAddress(integrationWith({ kind: 'webhook', options: { includeAddresses: true } }))).toBe(
      true,
    );
  });
});
