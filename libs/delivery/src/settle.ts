/** What an answer or a read-back of a tool makes of the row (integrations.md §3.3 to §3.6). Pure. */
import type { DeliveryFact, DeliveryStateName } from '@assent/contract';
import type { Integration } from '@assent/policy';
import type { DeliveryRow, Observed, Outcome } from '@assent/ports';
import { dueIn, NOT_DUE, stepsOf, type Instants, type Step } from './row.js';
import { backoffMs, GIVE_UP_MS, NIGHTLY_MS, nextReadBack, RETRY_AFTER_MAX_MS } from './schedule.js';
import { seenInOf } from './tell.js';

export interface Circumstances {
  readonly now: Instants;
  /** In [0, 1). */
  readonly random: number;
  /** The tool is told everything at once and says itself which revision it has (a webhook). */
  readonly whole: boolean;
  readonly readBack: 'get' | 'none';
  /** Where each purpose lives at the tool. */
  readonly mapping: Integration['purposes'];
}

export interface Settled {
  readonly row: DeliveryRow;
  /** The receipt to append; none for a read-back that says nothing yet. */
  readonly receipt?: DeliveryFact['type'];
  /** The word for the receipt and the metrics. */
  readonly outcome: string;
}

export function afterOutcome(row: DeliveryRow, outcome: Outcome, on: Circumstances): Settled {
  const told = { ...row, lastOutcome: sentence(outcome) };
  switch (outcome.class) {
    case 'done':
      if (outcome.verified === true) return proven(told, on);
      return on.readBack === 'none'
        ? { row: finish(told, 'accepted', on), receipt: 'DeliveryAccepted', outcome: 'done' }
        : accepted(told, on);
    case 'not-applicable':
      return {
        row: finish(told, 'not-applicable', on),
        receipt: 'DeliveryNotApplicable',
        outcome: outcome.class,
      };
    case 'enforced-at-send':
      return {
        row: finish(told, 'enforced-at-send', on),
        receipt: 'DeliveryEnforcedAtSend',
        outcome: outcome.class,
      };
    case 'not-supported':
      return {
        row: finish(withoutOptIn(told), 'not-supported', on),
        receipt: 'DeliveryNotSupported',
        outcome: outcome.class,
      };
    case 'refused':
      // Terminal for an opt-in only: a stop is never given up.
      if (step(row) !== 'opt-in') return failed(told, 'refused', on);
      return { row: finish(told, 'refused', on), receipt: 'DeliveryRefused', outcome: outcome.class };
    case 'data':
      return failed(told, 'data', on);
    case 'config':
      return {
        row: later(told, 'queued', backoff(told, on), on),
        receipt: 'DeliveryFailed',
        outcome: 'config',
      };
    case 'retry':
      return again(told, outcome, on);
  }
}

export function afterReadBack(row: DeliveryRow, observed: Observed, on: Circumstances): Settled {
  const erasing = step(row) === 'erase' && !on.whole;
  const made = row.readBacks + 1;
  const elapsedMs = on.now.rule - (row.acceptedAt ?? on.now.rule);
  const next = nextReadBack(erasing, made, elapsedMs);
  const read = { ...row, readBacks: made, lastOutcome: `read back: ${observed.match}` };

  if (satisfied(row, observed) && (!erasing || made > 1 || next === undefined)) return proven(read, on);
  if (next !== undefined) {
    const pushAgain = observed.match === 'looser' && made > 1;
    const due = pushAgain
      ? dueIn(on.now, 0)
      : { dueAt: (row.acceptedAt ?? on.now.rule) + next.offsetMs, dueAtReal: on.now.real + next.waitMs };
    return { row: { ...read, ...due, lane: pushAgain ? step(row) : 'verify' }, outcome: observed.match };
  }
  // An opt-in that the tool holds back harms nobody, and a webhook that cannot tell ends as accepted (api.md).
  const harmless = observed.match !== 'looser' && (step(row) === 'opt-in' || on.whole);
  if (harmless) return { row: finish(read, 'accepted', on), outcome: observed.match };
  return {
    row: { ...later(read, 'drifted', 0, on), lane: step(row), attempts: 0, readBacks: 0, acceptedAt: null },
    receipt: 'DeliveryDrifted',
    outcome: observed.match,
  };
}

/** A stop is proven by whatever mails nobody: a bounce or a stricter block of the tool's own as well. */
const satisfied = (row: DeliveryRow, { match }: Observed): boolean =>
  match === 'equal' || (match === 'stricter' && step(row) !== 'opt-in');

export function proven(row: DeliveryRow, on: Circumstances): Settled {
  return { row: finish(row, 'verified', on), receipt: 'DeliveryVerified', outcome: 'verified' };
}

/** Seen accepted, not yet seen obeyed. What has drifted stays drifted until it is. */
function accepted(row: DeliveryRow, on: Circumstances): Settled {
  const first = row.acceptedAt === null;
  const acceptedAt = row.acceptedAt ?? on.now.rule;
  const erasing = step(row) === 'erase' && !on.whole;
  const next = nextReadBack(erasing, row.readBacks, first ? 0 : on.now.rule - acceptedAt);
  return {
    row: {
      ...row,
      state: row.state === 'drifted' ? 'drifted' : 'accepted',
      lane: 'verify',
      appliedRevision: row.revision,
      acceptedAt,
      dueAt: acceptedAt + (next?.offsetMs ?? 0),
      dueAtReal: on.now.real + (next?.waitMs ?? 0),
    },
    receipt: 'DeliveryAccepted',
    outcome: 'done',
  };
}

/** Ends the present step in `state`, or begins the next one. */
function finish(row: DeliveryRow, state: DeliveryStateName, { now, mapping }: Circumstances): DeliveryRow {
  const [done = 'stop', ...rest] = stepsOf(row);
  const [next] = rest;
  if (next === undefined) {
    return {
      ...row,
      ...NOT_DUE,
      todo: [],
      lane: done,
      state,
      appliedRevision: row.revision,
      acceptedAt: row.acceptedAt ?? (state === 'accepted' || state === 'verified' ? now.rule : null),
      verifiedAt: state === 'verified' ? now.rule : null,
      ...(state === 'verified' && done === 'opt-in' && { seenIn: seenInOf(row.desired, mapping) }),
    };
  }
  return {
    ...row,
    ...dueIn(now, 0),
    todo: rest,
    lane: next,
    state: 'queued',
    firstDueAt: now.rule,
    attempts: 0,
    readBacks: 0,
    acceptedAt: null,
  };
}

function again(row: DeliveryRow, outcome: Outcome, on: Circumstances): Settled {
  if (on.now.rule - row.firstDueAt > GIVE_UP_MS) return failed(row, 'given-up', on);
  const asked = outcome.retryAfterMs;
  const wait = asked === undefined ? backoff(row, on) : Math.min(Math.max(1_000, asked), RETRY_AFTER_MAX_MS);
  return { row: later(row, 'queued', wait, on), receipt: 'DeliveryFailed', outcome: 'retry' };
}

/** A dead letter, looked at again every night; but an opt-in that the tool rejects ends here. */
function failed(row: DeliveryRow, outcome: 'given-up' | 'refused' | 'data', on: Circumstances): Settled {
  const ends = outcome === 'data' && step(row) === 'opt-in';
  const ended = ends ? finish(row, 'failed', on) : later(row, 'failed', NIGHTLY_MS, on);
  return { row: ended, receipt: 'DeliveryFailed', outcome };
}

const later = (
  row: DeliveryRow,
  state: DeliveryStateName,
  waitMs: number,
  { now }: Circumstances,
): DeliveryRow => ({
  ...row,
  ...dueIn(now, waitMs),
  lane: step(row),
  state: row.state === 'drifted' && state === 'queued' ? 'drifted' : state,
});

const backoff = (row: DeliveryRow, { random }: Circumstances): number =>
  backoffMs(Math.max(0, row.attempts - 1), random);

/** No opt-in after a stop that could not be made. */
const withoutOptIn = (row: DeliveryRow): DeliveryRow =>
  step(row) === 'stop' ? { ...row, todo: stepsOf(row).filter((name) => name !== 'opt-in') } : row;

const step = (row: DeliveryRow): Step => stepsOf(row)[0] ?? 'stop';

const sentence = ({ class: kind, detail }: Outcome): string =>
  detail === undefined ? kind : `${kind}: ${detail}`;
