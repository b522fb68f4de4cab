/** What a desired state means to a tool, which knows targets (lists, groups, topics), not purposes. Pure. */
import { lineage, type DesiredCell, type DesiredState } from '@assent/contract';
import type { Desired, IntegrationSettings } from '@assent/ports';

/** The name of all marketing of an account, in `closed` and `outSince`. */
export const EVERYTHING = '*';

export interface Owed {
  /** All marketing of the account must stop. */
  readonly everything: boolean;
  /** The person refused everything, but has opened some target again since (seeds K15). */
  readonly allBut: boolean;
  readonly out: readonly string[];
  /** Own opt-ins, newer than what was last closed there (seeds K14). */
  readonly in: readonly string[];
  /** May be mailed, on whatever ground: never closed with the rest. */
  readonly spared: readonly string[];
  /** Every target that some purpose of the settings has. */
  readonly mapped: readonly string[];
}

/** `open`: may be mailed on another ground than an opt-in; `shut`: may not, but nobody refused. */
export type Stand = 'out' | 'shut' | 'open' | 'in';

const CHANNELS: Readonly<Record<string, string>> = { email: 'email', phone: 'sms' };

/** `nameOf`: the target of one entry of the settings; undefined when that entry has none. */
export function owedBy(
  desired: Desired,
  { purposes }: Pick<IntegrationSettings, 'purposes'>,
  nameOf: (target: Readonly<Record<string, string>>) => string | undefined,
): Owed {
  const { state } = desired;
  const stands = new Map<string, Stand[]>();
  for (const [purpose, target] of Object.entries(purposes)) {
    const name = nameOf(target);
    if (name === undefined) continue;
    stands.set(name, [...(stands.get(name) ?? []), standOf(desired, purpose, name)]);
  }
  const mapped = [...stands.keys()];
  const stand = (name: string): Stand => summed(stands.get(name) ?? []);
  const spared = mapped.filter((name) => ['open', 'in'].includes(stand(name)));
  const refused = state.objectedToAll;
  return {
    everything: refused && spared.length === 0,
    allBut: refused && spared.length > 0,
    out: mapped.filter((name) => stand(name) === 'out' || (refused && !spared.includes(name))),
    in: mapped.filter((name) => stand(name) === 'in'),
    ...{ spared, mapped },
  };
}

/** A target that several purposes share closes when one of them closes: the tool cannot tell them apart there. */
function summed(stands: readonly Stand[]): Stand {
  if (stands.includes('out')) return 'out';
  if (stands.includes('shut')) return 'shut';
  return stands.includes('in') ? 'in' : 'open';
}

/** A purpose without a cell of its own is stopped with the nearest one above it, never opened with it. */
function standOf({ state, outSince }: Desired, purpose: string, name: string): Stand {
  const [own, ...above] = lineage(purpose).map((id) => cellOf(state, id));
  const cell = own ?? above.find((one) => one !== undefined);
  if (cell === undefined) return 'shut';
  if (cell.tri === 'out') return 'out';
  if (cell.verdict === 'stopped') return 'shut';
  if (cell.tri === 'untouched' || own === undefined) return 'open';
  const closedAt = Math.max(outSince[name] ?? -Infinity, outSince[EVERYTHING] ?? -Infinity);
  return closedAt === -Infinity || (cell.since ?? -Infinity) > closedAt ? 'in' : 'shut';
}

const cellOf = ({ kind, purposes }: DesiredState, purpose: string): DesiredCell | undefined =>
  purposes[purpose]?.[CHANNELS[kind] ?? ''];
