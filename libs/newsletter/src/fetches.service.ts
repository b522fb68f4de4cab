import { Injectable } from '@nestjs/common';
import { Clock, ulid } from '@assent/kernel';
import type { Verdict } from '@assent/contract';
import { Keyring, Records } from '@assent/ports';
import { verdictOf, type Fetch } from './verdict.js';

/** Kept as long as the links live, and a while to look into it. */
const KEPT_MS = 60 * 24 * 3_600_000;
/** Enough to judge by; more would only let a loop fill the disk. */
const MOST = 200;

/** Who fetches a link, as it comes over HTTP. */
export interface Client {
  readonly method: string;
  readonly ip: string;
  readonly userAgent: string | null;
}

/**
 * Every fetch of a confirmation link between the mail and the confirmation: evidence of who, or what, made it. It changes
 * nothing. No clear personal data: clients are kept as keyed digests.
 */
@Injectable()
export class Fetches {
  constructor(
    private readonly records: Records,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  async note(tenant: string, request: string, client: Client): Promise<void> {
    const known = await this.of(tenant, request);
    if (known.length >= MOST) return;
    const real = this.clock.real();
    await this.records.put(
      `${prefix(tenant, request)}${ulid(real)}`,
      this.fetchOf(tenant, client),
      real + KEPT_MS,
    );
  }

  async of(tenant: string, request: string): Promise<Fetch[]> {
    const found = await this.records.list<Fetch>(prefix(tenant, request), this.clock.real());
    return found.map(({ value }) => value);
  }

  /** What the fetches before say of the one that confirms. */
  async judge(
    tenant: string,
    request: string,
    client: Client,
  ): Promise<{ verdict: Verdict; fetches: Fetch[] }> {
    const fetches = await this.of(tenant, request);
    return { verdict: verdictOf(fetches, this.fetchOf(tenant, client)), fetches };
  }

  private fetchOf(tenant: string, { method, ip, userAgent }: Client): Fetch {
    return {
      at: this.clock.real(),
      method,
      client: this.keyring.digest(tenant, 'request', [ip, userAgent]),
      program: programOf(userAgent),
    };
  }
}

const prefix = (tenant: string, request: string): string => `fetch/${tenant}/${request}/`;

/** What a program says of itself in `User-Agent`; mail scanners and link checkers that hide cannot be told by it. */
function programOf(userAgent: string | null): Fetch['program'] {
  if (userAgent === null || userAgent === '') return 'script';
  if (
    /bot\b|crawl|spider|scan|preview|prefetch|safelinks|proofpoint|mimecast|barracuda|headless/i.test(
      userAgent,
    )
  )
    return 'scanner';
  return /^mozilla\//i.test(userAgent) ? null : 'script';
}
