import type { DeliveryStateName, DesiredState, Lane } from '@assent/contract';

/** The mutable record of what one integration owes one address. `id` is `<integration>:<address key>`. */
export interface DeliveryRow {
  readonly id: string;
  readonly tenant: string;
  readonly integration: string;
  readonly addressKey: string;
  readonly subjectId: string | null;
  readonly desired: DesiredState;
  /** Grows each time the desired state changes; what connectors call `seq`. */
  readonly revision: number;
  /** The revision last accepted by the tool. */
  readonly appliedRevision: number;
  readonly state: DeliveryStateName;
  readonly lane: Lane;
  /**
   * What is still to be told or proven of this revision, in order: the next waits until the one before is proven.
   * Absent in rows of before there were steps. While a read-back is due, `lane` is `verify` and the step stays.
   */
  readonly todo?: readonly Exclude<Lane, 'verify'>[];
  /** When there is work to do next, in the time of the rules and in real time; null = nothing to do. */
  readonly dueAt: number | null;
  readonly dueAtReal: number | null;
  readonly attempts: number;
  /** When the desired state of this revision was first due: the clock of the 24 h and 48 h promises. */
  readonly firstDueAt: number;
  readonly acceptedAt: number | null;
  readonly verifiedAt: number | null;
  /**
   * The opt-ins with which the tool was seen to have let the person in, in whatever revision: by `<purpose>/<channel>`, which
   * act and where. Whoever is out there now has left since; they are not told again.
   */
  readonly seenIn?: Readonly<Record<string, string>>;
  /** Read-backs already made for this revision. */
  readonly readBacks: number;
  /** Answer class and detail of the last attempt, without personal data. */
  readonly lastOutcome: string | null;
  /** What the tool is known to have been told to stop, by target: an opt-in must be newer. */
  readonly outSince: Readonly<Record<string, number>>;
  readonly leaseUntil: number;
  /** Counts writes: the token of compare-and-set. 0 = never stored. */
  readonly rowVersion: number;
}

export interface DeliveryFilter {
  readonly subjectId?: string;
  readonly integration?: string;
  readonly state?: DeliveryStateName;
  readonly addressKey?: string;
}

export interface Page<T> {
  readonly items: T[];
  readonly next: string | null;
}

/** Work that is due, one row per (tenant, integration, address key), every change by compare-and-set. */
export abstract class Deliveries {
  abstract get(tenant: string, id: string): Promise<DeliveryRow | undefined>;
  /**
   * Stores the row if the stored one still has `row.rowVersion` (0 = must not exist); answers the stored row, with
   * its new version, or `undefined` when another writer came first. Durable when it resolves.
   */
  abstract save(row: DeliveryRow): Promise<DeliveryRow | undefined>;
  /**
   * Leases up to `limit` rows of the integration that are due (by either clock) and not leased, lanes in order of
   * `LANES`, of which `lanes` may name some, then earliest first. A leased row is not handed out again before `leaseUntil` (real time).
   */
  abstract lease(
    tenant: string,
    integration: string,
    now: { rule: number; real: number },
    leaseUntil: number,
    limit: number,
    lanes?: readonly Lane[],
  ): Promise<DeliveryRow[]>;
  abstract list(
    tenant: string,
    filter: DeliveryFilter,
    limit: number,
    cursor?: string,
  ): Promise<Page<DeliveryRow>>;
  /**
   * Rows with work to do, by lane, and the earliest `firstDueAt` among the stops that are not proven: rows whose first
   * step of `todo` is a stop, also while its read-back is due in the lane `verify`.
   */
  abstract pending(
    tenant: string,
    integration: string,
  ): Promise<{ byLane: Record<Lane, number>; oldestStop: number | null }>;
  /** The earliest due instants of an integration, by either clock: when the worker should look again. */
  abstract nextDue(
    tenant: string,
    integration: string,
  ): Promise<{ rule: number | null; real: number | null }>;
}
