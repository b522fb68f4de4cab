/** Tools and their settings for the specifications of delivery. */
import type { Integration, Policies } from '@assent/policy';
import {
  Connector,
  type Capabilities,
  type ConnectorKind,
  type Desired,
  type Observed,
  type Outcome,
  type Outgoing,
} from '@assent/ports';
import { policyWith } from './people.js';
import { TENANT } from './stores.js';

export const integrationWith = (more: Partial<Integration> = {}): Integration => ({
  id: 'mail',
  tenant: TENANT,
  kind: 'scripted',
  role: 'marketing',
  enabled: true,
  purposes: { newsletter: { list: 'n1' }, offers: { list: 'o1' } },
  unknownContact: 'skip',
  processor: undefined,
  options: {},
  ...more,
});

export class FixedPolicies {
  version = 1;
  forbidden = new Set<string>();
  constructor(public list: readonly Integration[]) {}
  tenants = () => [TENANT];
  at = () => policyWith(this.version);
  integrations = () => this.list;
  instant = (_: string, text: string) => (Number.isNaN(Date.parse(text)) ? undefined : Date.parse(text));
  inactive = ({ id }: Integration) =>
    this.forbidden.has(id)
      ? { code: 'transfer-forbidden' as const, detail: 'not outside the EU' }
      : undefined;
  asPort(): Policies {
    return this as unknown as Policies;
  }
}

export const DONE: Outcome = { class: 'done', calls: [] };
const EQUAL: Observed = { presence: 'present', match: 'equal', summary: 'suppressed', calls: [] };
export const seen = (match: Observed['match']): Observed => ({ ...EQUAL, match, summary: match });

/** A tool that answers as told, in turn; `done` and `equal` when nothing more is told. */
export class ScriptedTool extends Connector {
  override readonly version = 'scripted@1';
  readonly told: Desired[] = [];
  readonly erased: Desired[] = [];
  readonly lookedAt: Desired[] = [];
  probes = 0;
  answers: (Outcome | ((desired: Desired) => Outcome | Promise<Outcome>))[] = [];
  observations: Observed[] = [];
  health: Outcome[] = [];

  constructor(override readonly capabilities: Capabilities = ALL_KINDS) {
    super();
  }
  override probe(): Promise<Outcome> {
    this.probes++;
    return Promise.resolve(this.health.shift() ?? DONE);
  }
  override apply(desired: Desired): Promise<Outcome> {
    this.told.push(desired);
    const answer = this.answers.shift() ?? DONE;
    return Promise.resolve(typeof answer === 'function' ? answer(desired) : answer);
  }
  override erase(desired: Desired): Promise<Outcome> {
    this.erased.push(desired);
    return Promise.resolve(DONE);
  }
  override lookup(desired: Desired): Promise<Observed> {
    this.lookedAt.push(desired);
    return Promise.resolve(this.observations.shift() ?? EQUAL);
  }
}
export const ALL_KINDS: Capabilities = {
  kinds: ['email', 'phone', 'post'],
  readBack: 'get',
  blocksTransactional: false,
  eraseForgetsOptOut: false,
};

export const kindOf = (kind: string, tools: ReadonlyMap<string, ScriptedTool>): ConnectorKind => ({
  kind,
  check: ({ options }) => (options['broken'] ? [{ member: 'apiKey', detail: 'is missing' }] : []),
  create: ({ id }) => {
    const tool = tools.get(id);
    if (tool === undefined) throw new Error(`no stand-in for ${id}`);
    return tool;
  },
});

export const NO_CALLS: Outgoing = { send: () => Promise.reject(new Error('nothing goes out in specs')) };
