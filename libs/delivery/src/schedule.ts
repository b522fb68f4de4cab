/** When to try again, and when to look whether a tool obeys (integrations.md §3.3, §3.6). Milliseconds. */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const FIRST_MS = 2 * SECOND;
const CAP_MS = HOUR;

/** Full jitter: between 1 s and 2 s · 2^n, at most an hour. `random` is in [0, 1); `n` counts failures from 0. */
export const backoffMs = (n: number, random: number): number =>
  Math.max(SECOND, Math.floor(random * Math.min(CAP_MS, FIRST_MS * 2 ** Math.min(n, 20))));

/** What a tool may ask us to wait. */
export const RETRY_AFTER_MAX_MS = 24 * HOUR;
/** Failing for so long ends the retries; the row is looked at again every night, and never dropped. */
export const GIVE_UP_MS = 72 * HOUR;
export const NIGHTLY_MS = 24 * HOUR;
/** Ages at which an unproven stop is told to the operator: page, incident (Gmail and Yahoo ask for 2 days). */
export const STOP_PAGE_MS = 24 * HOUR;
export const STOP_INCIDENT_MS = 48 * HOUR;

export type Age = '1h' | '24h' | '48h';
/** Ages of a stop that are told once each, youngest first. */
export const AGES = [
  { name: '1h', ms: HOUR, level: 'warn' },
  { name: '24h', ms: STOP_PAGE_MS, level: 'page' },
  { name: '48h', ms: STOP_INCIDENT_MS, level: 'incident' },
] as const;

/** The oldest age that a stop first due then has passed; null: none. */
export const passedBy = (firstDueAt: number | null, now: number): Age | null =>
  AGES.findLast(({ ms }) => firstDueAt !== null && now - firstDueAt >= ms)?.name ?? null;

/** Read-backs after acceptance; unequal at the last one is drift. */
const READ_BACKS = [5 * SECOND, MINUTE, 15 * MINUTE, 6 * HOUR, 24 * HOUR] as const;
/** Absence is proven twice: search indexes lag (integrations.md §1.10). */
const ABSENCES = [15 * MINUTE, 6 * HOUR, 24 * HOUR] as const;

/**
 * The next read-back after `made` of them, as its offset from acceptance and its distance from the one before; those
 * whose time has passed are skipped. `undefined`: the last one has been made.
 */
export function nextReadBack(
  erasing: boolean,
  made: number,
  elapsedMs: number,
): { offsetMs: number; waitMs: number } | undefined {
  const offsets: readonly number[] = erasing ? ABSENCES : READ_BACKS;
  const offsetMs = offsets.slice(made).find((offset) => offset > elapsedMs);
  if (offsetMs === undefined) return undefined;
  const reached = Math.max(elapsedMs, offsets[made - 1] ?? 0);
  return { offsetMs, waitMs: offsetMs - reached };
}
