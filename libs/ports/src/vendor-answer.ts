/** What every connector reads in an answer the same way, whatever the tool. */

const LONGEST_WAIT_MS = 24 * 3_600_000;
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*, [\w :-]+ GMT$/;

/**
 * `Retry-After` in seconds or as an HTTP date (RFC 9110 §10.2.3): milliseconds from `now`, a day at most.
 * `undefined` when there is none, or it is neither.
 */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? '';
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : HTTP_DATE.test(text) ? Date.parse(text) - now : NaN;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(0, wait), LONGEST_WAIT_MS);
}

const REQUEST_IDS = ['x-request-id', 'request-id', 'x-amzn-requestid', 'x-hubspot-correlation-id'];

/** The tool's own id of the call, for its support; null when it is nothing that looks like an id. */
export function vendorRequestId(headers: Readonly<Record<string, string>>): string | null {
  const found = REQUEST_IDS.map((name) => headers[name]).find((value) => value !== undefined);
  return found !== undefined && /^[\w.:-]{1,100}$/.test(found) ? found : null;
}

/** A word from the tool as operators may see it: short and plain, so that it cannot carry what the call held. */
export const plainTitle = (title: unknown): string | undefined =>
  typeof title === 'string' && /^[A-Za-z][A-Za-z ]{0,59}$/.test(title) ? title : undefined;
