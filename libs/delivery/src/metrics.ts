import type { AuditSummary } from './audit.js';
import type { Lane } from '@assent/contract';
import type { WhyInactive } from './connectors.js';
import type { BreakerState } from './breaker.js';
import type { Age } from './schedule.js';

/** Counters of the engine; the app binds them to its registry. Labels hold no personal data. */
export abstract class DeliveryMetrics {
  /** `outcome`: `done`, `verified`, `retry`, `config`, `data`, `refused`, `given-up`, `superseded`, … */
  abstract attempted(tenant: string, integration: string, outcome: string): void;
  /** A tool was seen to mail, or about to mail, somebody it was told to stop. */
  abstract drifted(tenant: string, integration: string): void;
  /**
   * What a tool told. `outcome`: `forged`, `stale`, `objected`, `confirmed`, `bounced`, `soft-bounced`, `moved`, `drifted`,
   * `noted`, `repeated`, `unreadable`, `answered`, `closed`.
   */
  abstract heard(tenant: string, integration: string, outcome: string): void;
  /** Whoever was about to send by this tool asked, and was told no. `code`: of the decision. */
  abstract refusedAtSend(tenant: string, integration: string, code: string): void;
  /** A stop passed that age without proof: `1h`, `24h`, `48h`. */
  alarmed?(tenant: string, integration: string, age: string): void;
  /** A comparison of everybody with a tool has ended. */
  audited?(tenant: string, integration: string, summary: AuditSummary): void;
  /** Whether the tool still waits for the stops of before it was added. */
  connecting?(tenant: string, integration: string, waits: boolean): void;
}

/** How one integration stands now: for gauges, for `GET /v1/integrations`. Instants in epoch milliseconds. */
export interface IntegrationReport {
  readonly tenant: string;
  readonly id: string;
  readonly kind: string;
  readonly role: 'marketing' | 'transactional' | 'mixed';
  /** Null: it is sent to. */
  readonly inactive: WhyInactive | null;
  readonly pending: Readonly<Record<Lane, number>>;
  /** When the oldest stop that is not proven was first due: to be read against 24 h and 48 h. */
  readonly oldestStop: number | null;
  /** What it has passed of 1 h (warning), 24 h (page) and 48 h (incident). */
  readonly overdue: Age | null;
  readonly breaker: BreakerState;
  readonly breakerReason: string | null;
  readonly lastSuccess: number | null;
  readonly lastError: { readonly at: number; readonly outcome: string } | null;
}
