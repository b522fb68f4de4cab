/** Civil time of a tenant (seeds K1, K2, K5): instants in and out are epoch milliseconds, never chained. */
import { Temporal } from 'temporal-polyfill';
import { zoneOf } from './zone.js';

const DAY = 24 * 3_600_000;
const PATTERN =
  /^P(?=\d|T\d)(?:(\d{1,5})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,8})H)?(?:(\d{1,8})M)?(?:(\d{1,8})S)?)?$/;

/** Whole ISO 8601 durations of more than nothing, without fractions. */
export const isDuration = (text: string): boolean => PATTERN.test(text) && /[1-9]/.test(text);

interface Period {
  readonly months: number;
  readonly days: number;
  readonly elapsedMs: number;
}

const periods = new Map<string, Period>();

function periodOf(text: string): Period {
  const known = periods.get(text);
  if (known !== undefined) return known;
  const parts = PATTERN.exec(text);
  if (parts === null) throw new Error(`"${text}" is not an ISO 8601 duration`);
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  const period = {
    months: years * 12 + months,
    days: weeks * 7 + days,
    elapsedMs: ((hours * 60 + minutes) * 60 + seconds) * 1000,
  };
  periods.set(text, period);
  return period;
}

/**
 * E(T, P): the end of period P started at T. Years and months in one step, clamped to the last day of the month;
 * weeks and days as calendar days with the clock time kept; hours, minutes and seconds as elapsed time. A local time
 * that does not exist moves forward by the gap; one that occurs twice is its first occurrence. Throws when `period`
 * is no duration.
 */
export function endOf(since: number, period: string, timezone: string): number {
  const { months, days, elapsedMs } = periodOf(period);
  // Elapsed time alone leaves the calendar: the second pass through a repeated hour stays the second.
  if (months === 0 && days === 0) return since + elapsedMs;
  const zone = zoneOf(timezone);
  const local = zone.localOf(since);
  const midnight = Math.floor(local / DAY) * DAY;
  const date = new Date(midnight);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth() + months;
  const day = Math.min(date.getUTCDate(), new Date(Date.UTC(year, month + 1, 0)).getUTCDate());
  return zone.instantOf(Date.UTC(year, month, day + days) + (local - midnight)) + elapsedMs;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT =
  /^\d{4}-\d{2}-\d{2}[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const LAST = Date.UTC(10_000, 0, 1);

/** RFC 3339 with offset, or a date: 00:00 local (seeds K5). From 1970 to 9999; `undefined` for anything else. */
export function parseInstant(text: string, timezone: string): number | undefined {
  if (!DATE.test(text) && !INSTANT.test(text)) return undefined;
  const at = DATE.test(text) ? startOfDay(text, timezone) : instantFrom(text);
  return at !== undefined && at >= 0 && at < LAST ? at : undefined;
}

function startOfDay(date: string, timezone: string): number | undefined {
  const midnight = instantFrom(`${date}T00:00:00Z`);
  return midnight === undefined ? undefined : zoneOf(timezone).instantOf(midnight);
}

/** `undefined` for a day that the month does not have. */
function instantFrom(text: string): number | undefined {
  try {
    return Temporal.Instant.from(text.toUpperCase()).epochMilliseconds;
  } catch {
    return undefined;
  }
}
