/** What a connector is told of a row, and what is remembered of it. Pure. */
import { ALL, lineage, type DesiredState } from '@assent/contract';
import type { Integration } from '@assent/policy';
import type { DeliveryRow } from '@assent/ports';
import { cellsOf, stepsOf } from './row.js';

/**
 * The part of the desired state that the present step brings about: a stop is told, and proven, without the opt-ins
 * and the erasure that wait behind it (integrations.md §1.1, §1.7).
 */
export function stateToTell({ desired, ...row }: DeliveryRow, whole: boolean): DesiredState {
  if (whole || stepsOf({ desired, ...row })[0] !== 'stop') return desired;
  const purposes = Object.fromEntries(
    Object.entries(desired.purposes).map(([purpose, cells]) => [
      purpose,
      Object.fromEntries(
        Object.entries(cells).map(([channel, cell]) => [
          channel,
          cell.tri === 'in' ? { ...cell, tri: 'untouched' as const } : cell,
        ]),
      ),
    ]),
  );
  return { ...desired, purposes, erase: false };
}

/** S0-68: each push names the act it carries. The newest one, as the others were carried before. */
export function causeOf({ desired }: DeliveryRow): string | null {
  const acts = cellsOf(desired)
    .map(({ cell }) => cell)
    .filter(({ eventId }) => eventId !== null)
    .sort((a, b) => (b.since ?? 0) - (a.since ?? 0));
  return acts[0]?.eventId ?? null;
}

/**
 * Since when each target is closed: the instant of the newest act that closed it, not of the call, so that an opt-in
 * made between the two still counts (K14). `now` when no act has an instant.
 */
export function outSinceAfter(
  row: DeliveryRow,
  closed: readonly string[],
  mapping: Integration['purposes'],
  now: number,
): Readonly<Record<string, number>> {
  const outs = cellsOf(row.desired).filter(({ cell }) => cell.tri === 'out');
  const since = (target: string): number => {
    const mapped = Object.keys(mapping).filter((purpose) =>
      Object.values(mapping[purpose] ?? {}).includes(target),
    );
    const own = outs.filter(({ purpose }) => lineage(purpose).some((ancestor) => mapped.includes(ancestor)));
    const acts = (own.length > 0 ? own : outs).map(({ cell }) => cell.since ?? now);
    if (acts.length === 0) return now;
    // Of all marketing: the oldest. The others were newer acts about something else, which another may have come before.
    return target === ALL ? Math.min(...acts) : Math.max(...acts);
  };
  const known: Record<string, number> = { ...row.outSince };
  for (const target of closed) known[target] = Math.max(known[target] ?? 0, since(target));
  return known;
}
