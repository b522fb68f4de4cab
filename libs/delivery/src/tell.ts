/** What a connector is told of a row, and what is remembered of it. Pure. */
import { ALL, lineage, type DesiredState } from '@assent/contract';
import type { Integration } from '@assent/policy';
import type { DeliveryRow } from '@assent/ports';
import { cellsOf, stepsOf, type PlacedCell } from './row.js';

type Mapping = Integration['purposes'];

/**
 * The part of the desired state that the present step brings about: a stop is told, and proven, without the opt-ins
 * and the erasure that wait behind it (integrations.md §1.1, §1.7). An opt-in that the tool once obeyed is not told again:
 * where leaving leaves no trace, it would bring back whoever has left there since.
 */
export function stateToTell(row: DeliveryRow, whole: boolean, mapping: Mapping): DesiredState {
  const { desired } = row;
  if (whole) return desired;
  const stopping = stepsOf(row)[0] === 'stop';
  const told = without(desired, (placed) => stopping || wasSeenIn(row, placed, mapping));
  return stopping ? { ...told, erase: false } : told;
}

/** The same, with nothing of the opt-ins that `leave` names: they are neither asked for nor closed. */
function without(desired: DesiredState, leave: (placed: PlacedCell) => boolean): DesiredState {
  const purposes = Object.entries(desired.purposes).map(([purpose, cells]) => [
    purpose,
    Object.fromEntries(
      Object.entries(cells).map(([channel, cell]) => [
        channel,
        cell.tri === 'in' && leave({ purpose, channel, cell })
          ? { ...cell, tri: 'untouched' as const }
          : cell,
      ]),
    ),
  ]);
  return { ...desired, purposes: Object.fromEntries(purposes) as DesiredState['purposes'] };
}

/** Which opt-ins a tool has obeyed that was seen to stand as desired: the act of each, and the targets it holds for. */
export const seenInOf = (desired: DesiredState, mapping: Mapping): Readonly<Record<string, string>> =>
  Object.fromEntries(
    cellsOf(desired)
      .filter(({ cell }) => cell.tri === 'in')
      .map((placed) => [`${placed.purpose}/${placed.channel}`, actOf(placed, mapping)]),
  );

export function wasSeenIn(row: DeliveryRow, placed: PlacedCell, mapping: Mapping): boolean {
  const { seenIn, verifiedAt } = row;
  if (seenIn !== undefined) return seenIn[`${placed.purpose}/${placed.channel}`] === actOf(placed, mapping);
  // Of before this was kept: what is proven now was seen.
  return stepsOf(row).length === 0 && verifiedAt !== null && (placed.cell.since ?? Infinity) <= verifiedAt;
}

/** The opt-ins of the present step are all such that the tool has once obeyed: there is nothing to tell. */
export function wasToldBefore(row: DeliveryRow, whole: boolean, mapping: Mapping): boolean {
  if (whole || stepsOf(row)[0] !== 'opt-in') return false;
  const optIns = cellsOf(row.desired).filter(({ purpose, cell }) => cell.tri === 'in' && purpose in mapping);
  return optIns.length > 0 && optIns.every((placed) => wasSeenIn(row, placed, mapping));
}

const actOf = ({ purpose, cell }: PlacedCell, mapping: Mapping): string =>
  [String(cell.since), ...Object.values(mapping[purpose] ?? {})].join(' ');

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
