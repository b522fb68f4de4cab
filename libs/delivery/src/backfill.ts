/** When a tool that was added, or whose targets were changed, may be told opt-ins (integrations.md §3.6). Pure. */
import { createHash } from 'node:crypto';
import type { Integration } from '@assent/policy';
import type { DeliveryRow } from '@assent/ports';
import { stepsOf, stops } from './row.js';

export type Stage = 'connecting' | 'active';

/** What a named operator has let pass, with who and why sealed in the directory under `id`. */
export interface Acceptance {
  readonly id: string;
  /** In the time of the rules. */
  readonly at: number;
  /** Each delivery with the revision that it was accepted in: a newer stop is another one. */
  readonly deliveries: readonly string[];
}

/** How far one tool is. Instants in the time of the rules, but for `changedAt`. */
export interface BackfillState {
  /** Digest of what the tool's targets are. */
  readonly mapping: string;
  /** The one before: of a process that has not heard of the change. */
  readonly previous: string | null;
  /** In real time. */
  readonly changedAt: number;
  readonly since: number;
  /** Stops that were told to other targets have been made due again. */
  readonly toldAgain: boolean;
  readonly activeAt: number | null;
  readonly accepted: Acceptance | null;
}

export interface Progress {
  /** Persons who are out, and are seen to be, or as good as the tool can say. */
  readonly done: number;
  readonly pending: number;
  /** Stops that the tool cannot or does not take: a person has to look. */
  readonly exceptions: readonly DeliveryRow[];
  /** Persons who are out and known here by their keys alone: only the tool's own listing can name them. */
  readonly nameless: number;
}

/** Detail of a delivery that nobody could be told of. */
export const ADDRESS_UNKNOWN = 'address-unknown';

/** So long after a change another process may still believe in the settings of before. */
const CHANGING_MS = 10 * 60_000;

/** The same for the same targets, whatever else is set: a new key is no new tool. */
export const mappingOf = ({ kind, role, purposes }: Integration): string =>
  createHash('sha256')
    .update(JSON.stringify(sorted({ kind, role, purposes })))
    .digest('hex')
    .slice(0, 32);

/** What holds from now on; the state itself when nothing has changed. */
export function mapped(
  state: BackfillState | undefined,
  mapping: string,
  now: { readonly rule: number; readonly real: number },
): BackfillState {
  const fresh = {
    ...{ mapping, previous: state?.mapping ?? null, changedAt: now.real, since: now.rule },
    ...{ toldAgain: state === undefined, activeAt: null, accepted: null },
  };
  if (state === undefined) return fresh;
  const isOfBefore = mapping === state.previous && now.real - state.changedAt < CHANGING_MS;
  return mapping === state.mapping || isOfBefore ? state : fresh;
}

export const nameOfDelivery = ({ id, revision }: DeliveryRow): string => `${id}@${revision}`;

/** Where one stop stands: nothing to stop is nothing to wait for. */
export function standOf(row: DeliveryRow): 'none' | 'done' | 'pending' | 'exception' {
  if (!stops(row.desired)) return 'none';
  if (row.state === 'not-supported') return 'exception';
  if (stepsOf(row)[0] !== 'stop') return 'done';
  return row.state === 'failed' ? 'exception' : 'pending';
}

/** Whoever is behind it has no address here any more, or never had. */
export const isNameless = (row: DeliveryRow): boolean =>
  (row.desired.erase || stops(row.desired)) &&
  row.state === 'not-applicable' &&
  row.lastOutcome?.endsWith(ADDRESS_UNKNOWN) === true;

/** Stands for the listing of a tool that could not be read to its end, where it is needed. */
export const LISTING = 'listing';

/** Whether every stop is through, but for those that were accepted. */
export const isThrough = (
  { pending, exceptions }: Pick<Progress, 'pending' | 'exceptions'>,
  accepted: Acceptance | null,
): boolean =>
  pending === 0 && exceptions.every((row) => accepted?.deliveries.includes(nameOfDelivery(row)) === true);

const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, inner]) => [name, sorted(inner)]),
      )
    : value;
