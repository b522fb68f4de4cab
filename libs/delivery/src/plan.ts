/** The next row for a new desired state. Level-triggered: what is stored, what is wanted, and nothing about events. */
import type { DesiredCell, DesiredState } from '@assent/contract';
import type { DeliveryRow } from '@assent/ports';
import {
  cellsOf,
  dueIn,
  NOT_DUE,
  opens,
  rowId,
  sameDesired,
  stepsOf,
  stops,
  type Instants,
  type Step,
} from './row.js';

export interface Owed {
  readonly tenant: string;
  readonly integration: string;
  readonly addressKey: string;
  readonly subjectId: string | null;
}

/**
 * The row to store when `desired` is owed, or `undefined` when the stored one says so already. `whole`: the tool is
 * told everything at once (a webhook). The revision grows by one with each desired state that differs.
 */
export function planned(
  before: DeliveryRow | undefined,
  desired: DesiredState,
  owed: Owed,
  whole: boolean,
  now: Instants,
): DeliveryRow | undefined {
  if (before === undefined) {
    const todo = whole ? wholeStep(undefined, desired) : newSteps(undefined, desired);
    return todo.length > 0 ? queued(fresh(desired, owed, now), todo, now) : fresh(desired, owed, now);
  }
  if (sameDesired(before.desired, desired)) {
    return before.subjectId === owed.subjectId ? undefined : { ...before, subjectId: owed.subjectId };
  }
  const next: DeliveryRow = {
    ...before,
    subjectId: owed.subjectId,
    desired,
    revision: before.revision + 1,
  };
  const todo = whole ? wholeStep(before, desired) : newSteps(before, desired);
  const silent = !whole && !matters(before.desired, desired);
  if (silent || (todo.length === 0 && stepsOf(before).length === 0)) {
    const carried = before.appliedRevision === before.revision;
    return { ...next, appliedRevision: carried ? next.revision : before.appliedRevision };
  }
  if (todo.length === 0) return { ...next, ...NOT_DUE, todo, state: 'superseded' };
  const waiting = stepsOf(before).includes('stop') && todo.includes('stop');
  return { ...queued(next, todo, now), firstDueAt: waiting ? before.firstDueAt : now.rule };
}

/**
 * Everything of the desired state to be told and proven anew: an operator asks for it, or the tool was seen to do otherwise.
 * `undefined`: nothing to tell. `reappeared`: somebody erased is there again.
 */
export function requeued(
  row: DeliveryRow,
  whole: boolean,
  now: Instants,
  reappeared = false,
): DeliveryRow | undefined {
  const { desired } = row;
  // Seen to have forgotten the person; there is no address any more by which it could be told again.
  if (desired.erase && row.state === 'verified' && stepsOf(row).length === 0 && !reappeared) return undefined;
  const todo: Step[] = whole ? wholeStep(undefined, desired) : newSteps(undefined, desired);
  if (todo.length === 0) return undefined;
  // Asking again does not make a stop any younger.
  const waits = stepsOf(row).includes('stop') && todo.includes('stop');
  return { ...queued(row, todo, now), ...(waits && { firstDueAt: row.firstDueAt }) };
}

/**
 * What a person has just refused comes before what time has brought about, however much of that there is: a hundred
 * thousand drop-outs of one night keep nobody waiting who clicks in the morning.
 */
export const HEAD_START_MS = 7 * 24 * 3_600_000;
const OF_TIME = ['dropped-out', 'solicitation-limit-reached', 'consent-expired'];

const isAct = (desired: DesiredState): boolean =>
  desired.objectedToAll ||
  cellsOf(desired).some(({ cell }) => cell.tri === 'out' && !OF_TIME.includes(cell.code));

function queued(row: DeliveryRow, todo: readonly Step[], now: Instants): DeliveryRow {
  return {
    ...row,
    todo,
    lane: todo[0] ?? row.lane,
    state: 'queued',
    ...dueIn(now, todo[0] === 'stop' && isAct(row.desired) ? -HEAD_START_MS : 0),
    firstDueAt: now.rule,
    attempts: 0,
    readBacks: 0,
    acceptedAt: null,
    verifiedAt: null,
  };
}

const fresh = (desired: DesiredState, owed: Owed, now: Instants): DeliveryRow => ({
  id: rowId(owed.integration, owed.addressKey),
  ...owed,
  desired,
  revision: 1,
  appliedRevision: 0,
  state: 'not-applicable',
  lane: 'opt-in',
  todo: [],
  ...NOT_DUE,
  attempts: 0,
  firstDueAt: now.rule,
  acceptedAt: null,
  verifiedAt: null,
  readBacks: 0,
  lastOutcome: null,
  outSince: {},
  leaseUntil: 0,
  rowVersion: 0,
});

/** A webhook hears of every difference, in the lane of the most urgent one. */
function wholeStep(before: DeliveryRow | undefined, after: DesiredState): Step[] {
  const empty = ({ purposes, erase }: DesiredState) => Object.keys(purposes).length === 0 && !erase;
  if (empty(after) && (before === undefined || empty(before.desired))) return [];
  const unproven = before !== undefined && stepsOf(before).includes('stop') && stops(after);
  const closes =
    before !== undefined &&
    pairs(before.desired, after).some(([was, is]) => was?.verdict === 'allowed' && is.verdict === 'stopped');
  if (unproven || closes || stopsNewly(before?.desired, after)) return ['stop'];
  return [after.erase ? 'erase' : 'opt-in'];
}

/** Stops first; erasure after the stop is proven; an opt-in after both. What was proven before is not told again. */
function newSteps(before: DeliveryRow | undefined, after: DesiredState): Step[] {
  const open = before === undefined ? [] : stepsOf(before);
  const steps: Step[] = [];
  if (stopsNewly(before?.desired, after) || (open.includes('stop') && stops(after))) steps.push('stop');
  if (after.erase && (before?.desired.erase !== true || open.includes('erase'))) steps.push('erase');
  if (opens(after) && (opensNewly(before?.desired, after) || open.includes('opt-in'))) steps.push('opt-in');
  return steps;
}

/** Anything closed that was open, or refused again by a newer act. */
const stopsNewly = (before: DesiredState | undefined, after: DesiredState): boolean =>
  (after.objectedToAll && before?.objectedToAll !== true) ||
  pairs(before, after).some(([was, is]) => is.tri === 'out' && (was?.tri !== 'out' || newer(was, is)));

const opensNewly = (before: DesiredState | undefined, after: DesiredState): boolean =>
  pairs(before, after).some(([was, is]) => is.tri === 'in' && (was?.tri !== 'in' || newer(was, is)));

/** Whether a tool that knows only in and out would have to act. */
const matters = (before: DesiredState, after: DesiredState): boolean =>
  before.erase !== after.erase ||
  before.objectedToAll !== after.objectedToAll ||
  stopsNewly(before, after) ||
  opensNewly(before, after) ||
  pairs(before, after).some(([was, is]) => (was?.tri ?? 'untouched') !== is.tri) ||
  pairs(after, before).some(([is, was]) => is === undefined && was.tri !== 'untouched');

const newer = (was: DesiredCell, is: DesiredCell): boolean => (is.since ?? 0) > (was.since ?? 0);

const pairs = (
  before: DesiredState | undefined,
  after: DesiredState,
): [was: DesiredCell | undefined, is: DesiredCell][] =>
  cellsOf(after).map(({ purpose, channel, cell }) => [before?.purposes[purpose]?.[channel], cell]);
