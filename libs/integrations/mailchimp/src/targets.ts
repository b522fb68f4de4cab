/** What a desired state means at Mailchimp, which knows audiences and groups, not purposes. Pure. */
import { lineage, type DesiredCell, type DesiredState } from '@assent/contract';
import type { Desired, IntegrationSettings } from '@assent/ports';
import type { Group } from './member.js';
import { placesOf, type Place } from './settings.js';

export type Tri = DesiredCell['tri'];

export interface Target extends Place {
  readonly tri: Tri;
}

/** Everything that one audience owes one address. */
export interface Audience {
  readonly list: string;
  /** Some purpose of the settings lives here. */
  readonly mapped: boolean;
  /** The membership itself. When it is `out`, groups are out with it. */
  readonly whole: Target;
  readonly groups: readonly Target[];
  /** Groups that may not be mailed. Whoever is brought back into the audience is not brought back into them. */
  readonly barred: readonly Group[];
}

/** `open`: may be mailed on another ground than an opt-in; `shut`: may not, but nobody refused. */
type Stand = 'out' | 'shut' | 'open' | 'in';

/**
 * The audiences in which something is to be done, or to be seen. `all`: every audience of the account, when the person
 * refused everything (GDPR art. 21(2)) or is to be erased; each is then closed, but for those of a purpose that the
 * person has opened again since (seeds K15).
 */
export function audiencesOf(
  desired: Desired,
  settings: IntegrationSettings,
  all: readonly string[] = [],
): Audience[] {
  const { state } = desired;
  const stands = placesOf(settings).map((place) => ({ ...place, stand: standOf(desired, place) }));
  const lists = [...new Set([...stands.map(({ list }) => list), ...all])];
  const audiences = lists.map((list): Audience => {
    const here = stands.filter((place) => place.list === list);
    const spared = here.some(({ stand }) => stand === 'open' || stand === 'in');
    const closed = state.objectedToAll && !spared;
    const plain = here.filter(({ group }) => group === undefined).map(({ stand }) => stand);
    const byName = new Map(
      here.filter(({ group }) => group !== undefined).map((place) => [place.name, place]),
    );
    const groups = [...byName.values()].map((place): Target => {
      const same = here.filter(({ name }) => name === place.name).map(({ stand }) => stand);
      const shut = state.objectedToAll && same.every((stand) => stand === 'shut');
      return { list, group: place.group, name: place.name, tri: closed || shut ? 'out' : triOf(same) };
    });
    const whole: Target = { list, group: undefined, name: list, tri: closed ? 'out' : triOf(plain) };
    const barred = here.flatMap(({ group, stand }) =>
      group !== undefined && (stand === 'out' || stand === 'shut') ? [group] : [],
    );
    return { list, mapped: here.length > 0, whole, groups, barred };
  });
  return audiences.filter(
    ({ whole, groups }) => state.erase || [whole, ...groups].some(({ tri }) => tri !== 'untouched'),
  );
}

/** A place that several purposes share closes when one of them closes: Mailchimp cannot tell them apart there. */
function triOf(stands: readonly Stand[]): Tri {
  if (stands.includes('out')) return 'out';
  return stands.includes('in') && !stands.includes('shut') ? 'in' : 'untouched';
}

/**
 * A purpose without a cell of its own is stopped with the nearest one above it, never opened with it: lists are
 * children. An opt-in counts only when it is newer than what was last closed here (seeds K14).
 */
function standOf({ state, outSince }: Desired, { purpose, list, name }: Place & { purpose: string }): Stand {
  const own = cellOf(state, purpose);
  const above = lineage(purpose)
    .slice(1)
    .map((id) => cellOf(state, id))
    .find((cell) => cell !== undefined);
  const cell = own ?? above;
  if (cell === undefined) return 'shut';
  if (cell.tri === 'out') return 'out';
  if (cell.verdict === 'stopped') return 'shut';
  if (cell.tri === 'untouched' || own === undefined) return 'open';
  const closedAt = Math.max(outSince[name] ?? -Infinity, outSince[list] ?? -Infinity);
  return closedAt === -Infinity || (cell.since ?? -Infinity) > closedAt ? 'in' : 'shut';
}

const cellOf = ({ purposes }: DesiredState, purpose: string): DesiredCell | undefined =>
  purposes[purpose]?.['email'];
