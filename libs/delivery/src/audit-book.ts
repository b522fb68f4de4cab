import { NO_END, type Records } from '@assent/ports';
import type { AuditSummary, Finding } from './audit.js';
import type { Instants } from './row.js';

const DAY_MS = 24 * 3_600_000;
/** Findings are for working off, summaries for whoever asks how a tool has behaved. */
const FINDINGS_KEPT_MS = 90 * DAY_MS;
const SUMMARIES_KEPT_MS = 400 * DAY_MS;
/** A tool that lost everything is one finding; nobody reads more of them than this. The counts go on. */
const MOST_FINDINGS = 10_000;

/** A run as it stands: what a process that takes it over needs. */
export interface AuditState extends AuditSummary {
  /** Of the page of rows that comes next; null at the beginning. */
  readonly cursor: string | null;
}

export interface Of {
  readonly tenant: string;
  readonly id: string;
}

/** The records of comparisons: opaque keys, counts and times. */
export class AuditBook {
  constructor(
    private readonly records: Records,
    private readonly real: () => number,
  ) {}

  /** The run that is on, or the last one. */
  current(of: Of): Promise<AuditState | undefined> {
    return this.records.get(`audit/${nameOf(of)}`, this.real());
  }

  async save(of: Of, state: AuditState): Promise<void> {
    await this.records.put(`audit/${nameOf(of)}`, state, NO_END);
    if (state.finishedAt === null) return;
    const until = this.real() + SUMMARIES_KEPT_MS;
    await this.records.put(`audit-run/${nameOf(of)}/${state.id}`, summaryOf(state), until);
  }

  /** Newest first. */
  async runs(of: Of): Promise<AuditSummary[]> {
    const all = await this.records.list<AuditSummary>(`audit-run/${nameOf(of)}/`, this.real());
    return all.map(({ value }) => value).reverse();
  }

  async found(of: Of, run: string, finding: Finding, count: number): Promise<void> {
    if (count > MOST_FINDINGS) return;
    const key = `audit-finding/${nameOf(of)}/${run}/${finding.addressKey ?? 'listing'}`;
    await this.records.put(key, finding, this.real() + FINDINGS_KEPT_MS);
  }

  async findings(of: Of, run: string): Promise<Finding[]> {
    const all = await this.records.list<Finding>(`audit-finding/${nameOf(of)}/${run}/`, this.real());
    return all.map(({ value }) => value);
  }

  /** When the next run is due, by either clock; undefined before the first was planned. */
  next(of: Of): Promise<Instants | undefined> {
    return this.records.get(`audit-next/${nameOf(of)}`, this.real());
  }

  plan(of: Of, next: Instants): Promise<void> {
    return this.records.put(`audit-next/${nameOf(of)}`, next, NO_END);
  }
}

export const nameOf = ({ tenant, id }: Of): string => `${tenant}/${id}`;

export function summaryOf({
  id,
  startedAt,
  finishedAt,
  compared,
  total,
  listed,
  complete,
  looser,
  stricter,
  reappeared,
  failed,
}: AuditState): AuditSummary {
  const counts = { looser, stricter, reappeared, failed };
  return { id, startedAt, finishedAt, compared, total, listed, complete, ...counts };
}
