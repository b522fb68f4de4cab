/** Where a choice has been carried to, tool by tool, as the person may know it (GDPR art. 19, S1-37). Pure. */
import { lineage, type DesiredCell } from '@assent/contract';
import type { Integration } from '@assent/policy';
import type { DeliveryRow } from '@assent/ports';
import type { PurposeChoice } from './centre.js';
import type { Choice } from './picture.js';
import type { GuardedRow } from './refused-at-send.js';

/**
 * `seen`: read back at the tool. `told`: accepted, not yet seen. `due`: not yet told. `undone`: it was loosened there
 * and is told again. `stuck`: could not be told, tried again. `absent`: the tool does not know the address. `closed`: the
 * tool wants the person's own sign-up. `guarded`: it keeps no choices, whoever sends asks here before each message.
 * `unused`: the tool is not in use, so nothing is sent from it.
 */
export type Progress =
  'seen' | 'told' | 'due' | 'undone' | 'stuck' | 'absent' | 'closed' | 'guarded' | 'unused';

export interface Carried {
  readonly integration: string;
  /** As people know the tool; null: a system of the tenant's own. */
  readonly name: string | null;
  readonly verdict: DesiredCell['verdict'];
  readonly progress: Progress;
  /** Epoch milliseconds; null when there is no instant to tell. */
  readonly at: number | null;
  /** Messages for this purpose that were refused when the tool was about to send them; null: none. */
  readonly refused: { readonly times: number; readonly lastAt: number } | null;
}
type Reached = Pick<Carried, 'verdict' | 'progress' | 'at'>;

/** From the least to the most certain: several addresses of one person are told as the least certain of them. */
const ORDER: readonly Progress[] = [
  ...(['stuck', 'undone', 'due', 'told', 'guarded', 'closed', 'seen', 'absent', 'unused'] as const),
];

/** The tools that send for the purpose, each with how far the choice has come there. */
export function carriedTo(
  { purpose, choices }: Pick<PurposeChoice, 'purpose' | 'choices'>,
  integrations: readonly Integration[],
  rows: readonly GuardedRow[],
  isActive: (integration: Integration) => boolean,
  nameOf: (integration: string) => string | undefined,
): Carried[] {
  return integrations
    .filter((integration) => integration.role !== 'transactional' && serves(integration, purpose))
    .flatMap((integration) => {
      const own = rows.filter((row) => row.integration === integration.id);
      const told = own.flatMap((row) => progressOf(row, purpose, choices, isActive(integration)));
      const refused = refusedFor(purpose, own);
      const [least] = told.sort(
        (a, b) => ORDER.indexOf(a.progress) - ORDER.indexOf(b.progress) || (b.at ?? 0) - (a.at ?? 0),
      );
      const { id, processor } = integration;
      return least === undefined
        ? []
        : [{ integration: id, name: nameOf(id) ?? processor?.name ?? null, ...least, refused }];
    });
}

/** Without a mapping the tool is told everything. */
const serves = ({ purposes }: Integration, purpose: string): boolean =>
  Object.keys(purposes).length === 0 || lineage(purpose).some((id) => id in purposes);

function progressOf(
  row: DeliveryRow,
  purpose: string,
  choices: readonly Choice[],
  active: boolean,
): Reached[] {
  const cells = lineage(purpose)
    .map((id) => row.desired.purposes[id])
    .find((found) => found !== undefined);
  return choices.flatMap(({ channel, allowed }) => {
    const cell = cells?.[channel];
    // Where the tool is left as it is, there is nothing to tell of it.
    if (cell === undefined || (cell.tri === 'untouched' && (cell.verdict === 'allowed') === allowed))
      return [];
    const verdict = allowed ? 'allowed' : 'stopped';
    if (!active) return [{ verdict, progress: 'unused', at: null }];
    // A choice made a moment ago, which the plan does not hold yet.
    if (cell.verdict !== verdict) return [{ verdict, progress: 'due', at: null }];
    return [{ verdict, ...reached(row) }];
  });
}

/** Of the purpose and what lies under it, at all addresses. */
function refusedFor(purpose: string, rows: readonly GuardedRow[]): Carried['refused'] {
  const counted = rows
    .flatMap(({ refusedAtSend }) => Object.entries(refusedAtSend?.purposes ?? {}))
    .flatMap(([of, count]) => (lineage(of).includes(purpose) ? [count] : []));
  if (counted.length === 0) return null;
  return {
    times: counted.reduce((sum, { times }) => sum + times, 0),
    lastAt: Math.max(...counted.map(({ lastAt }) => lastAt)),
  };
}

function reached({
  state,
  verifiedAt,
  acceptedAt,
  firstDueAt,
}: DeliveryRow): Pick<Carried, 'progress' | 'at'> {
  switch (state) {
    case 'verified':
      return { progress: 'seen', at: verifiedAt };
    case 'accepted':
      return { progress: 'told', at: acceptedAt };
    case 'enforced-at-send':
      return { progress: 'guarded', at: null };
    case 'queued':
    case 'sent':
    case 'superseded':
      return { progress: 'due', at: firstDueAt };
    case 'drifted':
      return { progress: 'undone', at: null };
    case 'failed':
    case 'not-supported':
      return { progress: 'stuck', at: firstDueAt };
    case 'refused':
      return { progress: 'closed', at: null };
    case 'not-applicable':
      return { progress: 'absent', at: null };
  }
}
