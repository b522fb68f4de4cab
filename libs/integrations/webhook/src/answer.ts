import type { CallEvidence } from '@assent/contract';
import { retryAfterMs, type Desired, type Outcome, type OutgoingResponse } from '@assent/ports';

const LATER = new Set([408, 425, 429]);
const WRONG_SETTING = new Set([401, 403, 404, 410]);

/** The revision that the receiver says it has applied, if it says so. */
export function appliedRevision(body: string): number | undefined {
  try {
    const { appliedRevision: applied } = JSON.parse(body) as { appliedRevision?: unknown };
    return Number.isSafeInteger(applied) ? (applied as number) : undefined;
  } catch {
    return undefined; // no JSON, so nothing is said
  }
}

export function outcomeOf(
  answer: OutgoingResponse,
  { revision, sentAt }: Desired,
  call: CallEvidence,
): Outcome {
  const { status, headers, body } = answer;
  const calls = [call];
  const detail = status === 410 ? 'status 410: the receiver says that it is gone' : `status ${status}`;
  if (status >= 200 && status < 300) {
    const verified = (appliedRevision(body) ?? -1) >= revision;
    return { class: 'done', calls, ...(verified && { verified }) };
  }
  if (LATER.has(status) || status >= 500) {
    const wait = retryAfterMs(headers['retry-after'], sentAt);
    return { class: 'retry', calls, detail, ...(wait !== undefined && { retryAfterMs: wait }) };
  }
  // 3xx: no redirect is followed.
  if (status < 400 || WRONG_SETTING.has(status)) return { class: 'config', calls, detail };
  return { class: 'data', calls, detail };
}
