import { randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '@assent/kernel';
import { PublicUrl } from '@assent/pages';
import type { Integration } from '@assent/policy';
import { Keyring, Outgoing, OutgoingFailure, type InboundRequest } from '@assent/ports';
import { settingsOf } from './connectors.js';
import { hookFault, hookPath, isAmong, secretsOf, type Hook } from './hook.js';
import { Inbox } from './inbox.service.js';
import { Integrations } from './integrations.service.js';

/** Certificates kept in memory; tools have one or two. */
const MOST_NEEDED = 32;

/** `unknown`: nothing that anybody may learn anything about. `full`: not now; the tool is to come again. */
export type Received = 'taken' | 'stale' | 'forged' | 'unknown' | 'full';

/** The doors by which tools come back: who is let in, and what is believed. */
@Injectable()
export class Hooks {
  private readonly logger = new Logger('Hooks');
  private readonly needed = new Map<string, string>();
  /** Compared with where there is no door, so that a missing one takes as long as a wrong secret. */
  private readonly nobody = [randomBytes(16).toString('base64url')];

  constructor(
    private readonly integrations: Integrations,
    private readonly keyring: Keyring,
    private readonly outgoing: Outgoing,
    private readonly clock: Clock,
    private readonly publicUrl: PublicUrl,
    private readonly inbox: Inbox,
  ) {}

  /** Undefined alike for a tenant, an integration, a secret that does not exist, and for a tool without webhooks. */
  door(tenant: string, id: string, secret: string): Hook | undefined {
    const integration = this.integrations.tenants().includes(tenant)
      ? this.integrations.all(tenant).find((one) => one.id === id)
      : undefined;
    const secrets = integration && this.isOpen(integration) ? secretsOf(integration, this.keyring) : [];
    const known = isAmong(secret, secrets.length > 0 ? secrets : this.nobody);
    return known && integration ? this.hookOf(integration) : undefined;
  }

  /** Where the tool is to post to, for who sets it up; null where it cannot. */
  path(integration: Integration): string | null {
    if (!this.isOpen(integration) || this.hookOf(integration) === undefined) return null;
    return hookPath(integration, this.keyring);
  }

  /** Proves and stores, durably when it resolves; what it says is worked off afterwards. */
  async receive(
    hook: Hook,
    { path, headers, body }: { path: string; headers: InboundRequest['headers']; body: Uint8Array },
  ): Promise<Exclude<Received, 'unknown'>> {
    const url = this.publicUrl.base.replace(/\/+$/, '') + path;
    const request = { url, headers, body, receivedAt: this.clock.real() };
    const needed = await this.neededBy(hook, request);
    if (needed === 'unread') return 'full';
    const verdict = hook.inbound.verify(request, needed);
    const { tenant, id } = hook.integration;
    if (verdict === 'forged') {
      this.logger.warn(`${tenant}/${id}: something was posted that the tool did not sign`);
      this.inbox.count(hook.integration, 'forged');
      return 'forged';
    }
    if (verdict === 'stale') {
      this.inbox.count(hook.integration, 'stale');
      return 'stale';
    }
    return (await this.inbox.take(hook.integration, body)) ? 'taken' : 'full';
  }

  /** Read once per address. While it cannot be read nothing is proven: the tool is to come again. */
  private async neededBy({ inbound }: Hook, request: InboundRequest): Promise<string | undefined> {
    const url = inbound.needs?.(request);
    if (url === undefined) return undefined;
    const known = this.needed.get(url);
    if (known !== undefined) return known;
    const { status, body } = await this.outgoing.send({ method: 'GET', url }).catch((error: unknown) => {
      if (!(error instanceof OutgoingFailure)) throw error;
      return { status: null, body: '' };
    });
    if (status !== 200) return 'unread';
    if (this.needed.size >= MOST_NEEDED) this.needed.clear();
    this.needed.set(url, body);
    return body;
  }

  /** A tool that the policy no longer allows is sent nothing, and is heard all the same: a stop is a stop. */
  private isOpen(integration: Integration): boolean {
    return integration.enabled && hookFault(integration) === undefined;
  }

  private hookOf(integration: Integration): Hook | undefined {
    const inbound = this.integrations.kindOf(integration)?.inbound?.(settingsOf(integration));
    return inbound && { integration, inbound };
  }
}
