/** What a comparison with a tool looks for (integrations.md §3.6). Pure. */
import { createHash } from 'node:crypto';
import { lineage, type DesiredCell, type DesiredState, type DriftCause } from '@assent/contract';
import type { Integration } from '@assent/policy';
import type { DeliveryRow, InboundTargets, ListedContact } from '@assent/ports';
import { cellsOf, stepsOf, stops } from './row.js';

export const FINDINGS = ['looser', 'stricter', 'reappeared', 'failed'] as const;
/**
 * `looser`: the tool would mail somebody who is out. `stricter`: somebody left there that we did not know of. `reappeared`:
 * somebody erased is there again. `failed`: it could not be read.
 */
export type FindingKind = (typeof FINDINGS)[number];

export interface Finding {
  /** Null: of the listing as a whole. */
  readonly addressKey: string | null;
  readonly kind: FindingKind;
  /** In the time of the rules. */
  readonly at: number;
  /** What was read back, in the receipt's word. */
  readonly observed: string | null;
  readonly cause: DriftCause | null;
}

/** Of one run. Instants in the time of the rules, epoch milliseconds. */
export interface AuditSummary extends Readonly<Record<FindingKind, number>> {
  readonly id: string;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  /** Persons compared with the tool, of `total`: everybody who is out, and a sample of the rest. */
  readonly compared: number;
  readonly total: number;
  /** Contacts that the tool has listed. */
  readonly listed: number;
  /** Nobody was left out: the tool could be read to the end. */
  readonly complete: boolean;
}

type Mapping = Integration['purposes'];

/** Whether what the tool lists of a contact may be at odds with what it owes: then, and only then, it is read back. */
export function isSuspect(
  { desired }: Pick<DeliveryRow, 'desired'>,
  { targets }: Pick<ListedContact, 'targets'>,
  mapping: Mapping,
): boolean {
  if (desired.erase) return true;
  const cells = cellsOf(desired).map(({ cell }) => cell);
  if (targets === null) return desired.objectedToAll || cells.some(({ tri }) => tri === 'out');
  const allowed = cells.some(({ verdict }) => verdict === 'allowed');
  return targets.some((target) => {
    const purposes = purposesOf(mapping, target);
    if (purposes.length === 0) return desired.objectedToAll && !allowed;
    return purposes.some((purpose) => nearest(desired, purpose).some(({ tri }) => tri === 'out'));
  });
}

/**
 * Which of the stops found there are refusals that we did not know of: of what may be mailed, was seen open since, or was
 * never closed by us. Undefined: none.
 */
export function unknownRefusals(
  row: Pick<DeliveryRow, 'desired' | 'state' | 'outSince'>,
  out: InboundTargets | undefined,
  mapping: Mapping,
): InboundTargets | undefined {
  if (out === undefined || !Array.isArray(out)) {
    return out === '*' && isOpen(row, cellsOf(row.desired), ['*']) ? '*' : undefined;
  }
  const names = out.filter((target: string) =>
    purposesOf(mapping, target).some((purpose) =>
      isOpen(
        row,
        nearest(row.desired, purpose).map((cell) => ({ cell })),
        ['*', target],
      ),
    ),
  );
  return names.length > 0 ? names : undefined;
}

function isOpen(
  { state, outSince }: Pick<DeliveryRow, 'state' | 'outSince'>,
  cells: readonly { readonly cell: DesiredCell }[],
  names: readonly string[],
): boolean {
  const closedByUs = names.some((name) => outSince[name] !== undefined);
  return cells.some(
    ({ cell: { verdict, tri } }) =>
      verdict === 'allowed' && (tri === 'in' ? state === 'verified' : !closedByUs),
  );
}

/** Everything that may be mailed as if the person had opted in: so that a connector reads it. For reading only. */
export function asOpen(desired: DesiredState): DesiredState {
  const opened = (cell: DesiredCell): DesiredCell =>
    cell.verdict === 'allowed' ? { ...cell, tri: 'in', since: cell.since ?? 0 } : cell;
  const purposes = Object.entries(desired.purposes).map(([purpose, cells]) => [
    purpose,
    Object.fromEntries(Object.entries(cells).map(([channel, cell]) => [channel, opened(cell)])),
  ]);
  return { ...desired, purposes: Object.fromEntries(purposes) as DesiredState['purposes'] };
}

/** Being told already: what is seen meanwhile is no finding. */
export const isUnderWay = (row: DeliveryRow): boolean =>
  stepsOf(row).some((step) => step === 'stop' || step === 'erase');

/** Out for something, or to be forgotten. */
export const isStopped = ({ desired }: DeliveryRow): boolean => desired.erase || stops(desired);

export const mayBeMailed = ({ desired }: DeliveryRow): boolean =>
  !desired.erase && cellsOf(desired).some(({ cell }) => cell.verdict === 'allowed');

/** Draws `size` keys of any number: the same ones for the same seed, others for another. */
export class Sample {
  private drawn: { readonly rank: string; readonly key: string }[] = [];

  constructor(
    private readonly seed: string,
    private readonly size: number,
  ) {}

  offer(key: string): void {
    const rank = createHash('sha256').update(`${this.seed} ${key}`).digest('hex');
    this.drawn.push({ rank, key });
    if (this.drawn.length > 4 * this.size) this.cut();
  }

  get keys(): string[] {
    this.cut();
    return this.drawn.map(({ key }) => key);
  }

  private cut(): void {
    this.drawn.sort((a, b) => (a.rank < b.rank ? -1 : 1));
    this.drawn = this.drawn.slice(0, this.size);
  }
}

const purposesOf = (mapping: Mapping, target: string): string[] =>
  Object.keys(mapping).filter((purpose) => Object.values(mapping[purpose] ?? {}).includes(target));

/** The cells of the purpose, or of the nearest one above it: lists are children. */
const nearest = ({ purposes }: DesiredState, purpose: string): DesiredCell[] => {
  const own = lineage(purpose)
    .map((id) => purposes[id])
    .find((cells) => cells !== undefined);
  return Object.values(own ?? {});
};
