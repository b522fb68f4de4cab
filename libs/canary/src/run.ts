/** One synthetic person's way through the tools of a tenant: what is remembered, and what is made of it. Pure. */
import type { DeliveryRow } from '@assent/ports';

/** Instants in epoch milliseconds, in the time of the rules. */
export interface Run {
  /** `2026-11-24`, UTC. */
  readonly day: string;
  readonly subjectId: string;
  readonly addressKey: string;
  readonly purposes: readonly string[];
  /** `entered`: agreed, the tools are being told; `left`: the links were used; `over`: erased. */
  readonly step: 'entered' | 'left' | 'over';
  readonly enteredAt: number;
  readonly leftAt: number | null;
  /** Why the link did not work when it was last used. */
  readonly linkFault?: string;
}

/** What the last synthetic person showed of one integration. */
export interface Seen {
  /** From the use of the link to the proof. */
  readonly seconds: number | null;
  readonly failed: boolean;
  readonly at: number;
}

/** So long a tool may take to hold the person at all; whoever does not is left all the same. */
export const ENTRY_MS = 3_600_000;
/** The promise to everybody (Gmail and Yahoo allow twice as much). */
export const SILENCE_MS = 24 * 3_600_000;

export const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);

/** Nothing is left to be told or proven of the row. */
const rests = ({ dueAt, dueAtReal, todo }: DeliveryRow): boolean =>
  dueAt === null && dueAtReal === null && (todo ?? []).length === 0;

export const hasEntered = (rows: readonly DeliveryRow[], { enteredAt }: Run, now: number): boolean =>
  now - enteredAt >= ENTRY_MS || (rows.length > 0 && rows.every(rests));

/**
 * By integration: how long its silence took, `undefined` where it is not yet to be seen. Only where a stop was told and can
 * be read back: tools without contacts, and those that cannot say, show nothing.
 */
export function silences(
  rows: readonly DeliveryRow[],
  { leftAt }: Run,
  now: number,
): ReadonlyMap<string, Seen | undefined> {
  const seen = new Map<string, Seen | undefined>();
  if (leftAt === null) return seen;
  for (const row of rows) {
    const stopped = Object.values(row.desired.purposes).some((cells) => cells['email']?.tri === 'out');
    const { integration, verifiedAt } = row;
    if (stopped && row.state === 'verified' && verifiedAt !== null && rests(row))
      seen.set(integration, { seconds: Math.max(0, verifiedAt - leftAt) / 1_000, failed: false, at: now });
    else if (stopped && rests(row) && row.state !== 'failed') continue;
    else if (now - leftAt >= SILENCE_MS) seen.set(integration, { seconds: null, failed: true, at: now });
    else seen.set(integration, undefined);
  }
  return seen;
}
