import type { CallEvidence } from '@assent/contract';
import { classOf } from '@assent/integration-kit';
import { retryAfterMs, type Desired, type Outcome, type OutgoingResponse } from '@assent/ports';

/** A receiver has one address: gone or not found is the address. */
const WRONG_ADDRESS = new Set([404, 410]);

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
  const kind = WRONG_ADDRESS.has(status) ? 'config' : (classOf(status) ?? 'data');
  if (kind === 'retry') {
    const wait = retryAfterMs(headers['retry-after'], sentAt);
    return { class: kind, calls, detail, ...(wait !== undefined && { retryAfterMs: wait }) };
  }
  return { class: kind, calls, detail };
}
