import type { CallEvidence } from '@assent/contract';
import type { Desired, Outcome, OutgoingResponse } from '@assent/ports';

const LONGEST_WAIT_MS = 24 * 3_600_000;
const LATER = new Set([408, 425, 429]);
const WRONG_SETTING = new Set([401, 403, 404, 410]);

/** The revision that the receiver says it has applied, if it says so. */
export function appliedRevision(body: string): number | undefined {
  try {
    const { appliedRevision: applied } = JSON.parse(body) as { appliedRevision?: unknown };
    return Number.isSafeInteger(applied) ? (applied as number) : undefined;
  } catch {
    return undefined;
  }
}

export function outcomeOf(
  answer: OutgoingResponse,
  { revision, sentAt }: Desired,
  call: CallEvidence,
): Outcome {
  const { status, headers, body } = answer;
  const calls = [call];
  const detail = `status ${status}`;
  if (status >= 200 && status < 300) {
    const verified = (appliedRevision(body) ?? -1) >= revision;
    return { class: 'done', calls, ...(verified && { verified }) };
  }
  if (LATER.has(status) || status >= 500) {
    const wait = waitMs(headers['retry-after'], sentAt);
    return { class: 'retry', calls, detail, ...(wait !== undefined && { retryAfterMs: wait }) };
  }
  // 3xx: no redirect is followed. 410: the receiver is gone for good, says the receiver.
  if (status < 400 || WRONG_SETTING.has(status)) return { class: 'config', calls, detail };
  return { class: 'data', calls, detail };
}

/** `Retry-After` in seconds or as an HTTP date (RFC 9110 §10.2.3), a day at most. */
export function waitMs(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(wait) ? Math.min(Math.max(0, wait), LONGEST_WAIT_MS) : undefined;
}
