import { lineage, type DesiredCell } from '@assent/contract';
import type { Desired, IntegrationSettings } from '@assent/ports';

export type Tri = DesiredCell['tri'];

/** One place at Mailchimp: an audience, or a group (interest) inside it. */
export interface Target {
  readonly list: string;
  readonly interest: string | undefined;
  /** The name for `closed` and `outSince`: the list id, or the interest's. */
  readonly name: string;
  readonly tri: Tri;
}

/**
 * What each mapped target owes. A target that several purposes share closes when one of them closes: Mailchimp cannot
 * tell them apart there. A purpose without a cell of its own has that of the nearest one above it.
 */
export function targetsOf({ state, outSince }: Desired, { purposes }: IntegrationSettings): Target[] {
  const targets = new Map<string, Target>();
  for (const [purpose, { list, interest }] of Object.entries(purposes)) {
    if (list === undefined) continue;
    const name = interest ?? list;
    const cell = lineage(purpose)
      .map((id) => state.purposes[id]?.['email'])
      .find((found) => found !== undefined);
    const closedAt = outSince[name];
    const stale = cell?.tri === 'in' && closedAt !== undefined && (cell.since ?? 0) <= closedAt;
    const tri = cell === undefined || stale ? 'untouched' : cell.tri;
    const before = targets.get(name);
    targets.set(name, { list, interest, name, tri: before === undefined ? tri : stricter(before.tri, tri) });
  }
  return [...targets.values()];
}

const STRICTNESS: readonly Tri[] = ['in', 'untouched', 'out'];
const stricter = (a: Tri, b: Tri): Tri => (STRICTNESS.indexOf(a) > STRICTNESS.indexOf(b) ? a : b);
