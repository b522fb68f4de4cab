/** Civil time of a tenant (seeds K1, K2, K5): instants in and out are epoch milliseconds, never chained. */
import { Temporal } from 'temporal-polyfill';

const PATTERN = /^P(?=\d|T\d)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?$/;

/** Whole, positive ISO 8601 durations, without fractions. */
export const isDuration = (text: string): boolean => PATTERN.test(text) && !/^P(?:0+[YMWDHS]|T)*$/.test(text);

export const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

/**
 * E(T, P): the end of period P started at T. Years and months in one step, clamped to the last day of the month;
 * weeks and days as calendar days with the clock time kept; hours, minutes and seconds as elapsed time. A local time
 * that does not exist moves forward by the gap; one that occurs twice is its first occurrence.
 */
export function endOf(since: number, period: string, timezone: string): number {
  const { years, months, weeks, days, hours, minutes, seconds } = Temporal.Duration.from(period);
  const local = Temporal.Instant.fromEpochMilliseconds(since).toZonedDateTimeISO(timezone).toPlainDateTime();
  const day = local.add({ years, months }, { overflow: 'constrain' }).add({ weeks, days });
  const end = instantOf(day, timezone);
  return end + ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

/** `compatible` is exactly K2: forward by the length of the gap, first of two. */
const instantOf = (local: Temporal.PlainDateTime, timezone: string): number =>
  local.toZonedDateTime(timezone, { disambiguation: 'compatible' }).epochMilliseconds;

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT =
  /^\d{4}-\d{2}-\d{2}[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const LAST = Date.UTC(10_000, 0, 1);

/** RFC 3339 with offset, or a date: 00:00 local. `undefined` for anything else. */
export function parseInstant(text: string, timezone: string): number | undefined {
  if (!DATE.test(text) && !INSTANT.test(text)) return undefined;
  try {
    const at = DATE.test(text)
      ? instantOf(Temporal.PlainDate.from(text, { overflow: 'reject' }).toPlainDateTime(), timezone)
      : Temporal.Instant.from(text.toUpperCase()).epochMilliseconds;
    return at >= 0 && at < LAST ? at : undefined;
  } catch {
    return undefined;
  }
}
