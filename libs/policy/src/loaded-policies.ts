import { forbids } from './activation.js';
import { parseInstant } from './calendar.js';
import { compile, startOf } from './compile.js';
import type { PolicyDocument } from './document.js';
import type { Texts } from './texts.js';
import { Policies, type Inactive, type Integration, type Notice, type Policy } from './rules.js';

/** Everything one tenant has written, read and checked. */
export interface Tenant {
  /** In the order of their versions. */
  readonly documents: readonly PolicyDocument[];
  /** By `id@version`. */
  readonly notices: ReadonlyMap<string, Notice>;
  /** By locale. */
  readonly texts: ReadonlyMap<string, Texts>;
  readonly integrations: readonly Integration[];
}

interface Compiled extends Tenant {
  readonly versions: readonly { readonly policy: Policy; readonly from: number }[];
}

export class LoadedPolicies extends Policies {
  private readonly loaded: ReadonlyMap<string, Compiled>;

  constructor(tenants: ReadonlyMap<string, Tenant>) {
    super();
    this.loaded = new Map(
      [...tenants].map(([name, tenant]) => [name, { ...tenant, versions: compile(tenant.documents) }]),
    );
  }

  override tenants(): readonly string[] {
    return [...this.loaded.keys()];
  }

  override has(tenant: string): boolean {
    return this.loaded.has(tenant);
  }

  override at(tenant: string, instant: number): Policy {
    const { versions } = this.tenant(tenant);
    const current = versions.findLast(({ from }) => from <= instant);
    if (current === undefined) throw new Error(`${tenant} has no policy in force`);
    return current.policy;
  }

  override notice(tenant: string, ref: string, instant: number): Notice | undefined {
    const { notices } = this.tenant(tenant);
    if (ref.includes('@')) return notices.get(ref);
    return [...notices.values()]
      .filter(({ id, effectiveFrom }) => id === ref && effectiveFrom <= instant)
      .sort((a, b) => b.version - a.version)[0];
  }

  override isCurrent(tenant: string, ref: string, instant: number): boolean {
    const named = this.notice(tenant, ref, instant);
    return named !== undefined && this.notice(tenant, named.id, instant)?.version === named.version;
  }

  override text(tenant: string, key: string, locale?: string): string | undefined {
    const { texts, versions } = this.tenant(tenant);
    const own = versions.at(-1)?.policy.locale;
    for (const name of [locale, locale?.split('-')[0], own, own?.split('-')[0], 'en']) {
      const found = name === undefined ? undefined : texts.get(name)?.get(key);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  override integrations(tenant: string): readonly Integration[] {
    return this.tenant(tenant).integrations;
  }

  override inactive(integration: Integration, instant: number): Inactive | undefined {
    const { documents } = this.tenant(integration.tenant);
    const { version } = this.at(integration.tenant, instant);
    const document = documents.find((candidate) => candidate.version === version);
    return document && forbids(document, integration, instant);
  }

  override instant(tenant: string, text: string): number | undefined {
    return typeof text === 'string' ? parseInstant(text, this.at(tenant, Infinity).timezone) : undefined;
  }

  override turningPoints(tenant: string): readonly number[] {
    const { documents, notices } = this.tenant(tenant);
    const starts = [
      ...documents.map(startOf),
      ...[...notices.values()].map(({ effectiveFrom }) => effectiveFrom),
    ];
    return [...new Set(starts.filter(Number.isFinite))].sort((a, b) => a - b);
  }

  private tenant(name: string): Compiled {
    const tenant = this.loaded.get(name);
    if (tenant === undefined) throw new Error(`${name} is not a tenant`);
    return tenant;
  }
}
