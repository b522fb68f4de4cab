import { isRefusal, ulid, type Decider, type Fact, type Recorded, type Refusal } from '@assent/kernel';
import { parseStream } from '@assent/kernel';
import type { StoredEvent } from '@assent/contract';
import { VersionConflict, type EventLog, type NewEvent } from './event-log.js';

/** What a command needs beside its rules. */
export interface Origin {
  /** Who acts: `key:<id>`, `person`, `reaction:<name>`, `agenda`, `integration:<id>`. */
  readonly actor: string;
  /** The policy version that decides, e.g. `presentinfini@1`. */
  readonly policy: string;
  readonly recordedAt: number;
  readonly causedBy?: string | null;
  readonly commandId?: string | null;
}

/** What came of a command. `events` is empty when it changed nothing (or was done before under its `commandId`). */
export interface Handled<S, E extends Fact, Code extends string> {
  readonly state: S;
  readonly version: number;
  readonly events: readonly StoredEvent<E>[];
  /** True when `events` were recorded by an earlier try of the same request. */
  readonly repeated: boolean;
  readonly refusal?: Refusal<Code>;
}

const DEADLINE_MS = 5_000;
const queues = new WeakMap<EventLog, Map<string, Promise<unknown>>>();

/**
 * Reads a stream's head, decides, appends; decides again when another writer came between. Writers of one stream
 * queue in this process; conflicts with other processes are retried until 5 s have passed, then thrown.
 * `publish` turns the decider's state into the public one that the events carry.
 */
export function handle<S, C, E extends Fact, R, Code extends string>(
  log: EventLog,
  stream: string,
  decider: Decider<S, C, E, R, Code>,
  command: C,
  rules: R,
  origin: Origin,
  publish: (state: S, event: Recorded<E>) => unknown = (state) => state,
): Promise<Handled<S, E, Code>> {
  return inTurn(log, stream, async () => {
    const started = performance.now();
    for (;;) {
      try {
        return await attempt(log, stream, decider, command, rules, origin, publish);
      } catch (error) {
        if (!(error instanceof VersionConflict) || performance.now() - started > DEADLINE_MS) throw error;
      }
    }
  });
}

async function attempt<S, C, E extends Fact, R, Code extends string>(
  log: EventLog,
  stream: string,
  decider: Decider<S, C, E, R, Code>,
  command: C,
  rules: R,
  origin: Origin,
  publish: (state: S, event: Recorded<E>) => unknown,
): Promise<Handled<S, E, Code>> {
  const head = await log.head<S>(stream);
  const version = head?.version ?? 0;
  let state = head?.state ?? decider.initial;
  const before = await doneBefore<E>(log, stream, version, origin.commandId);
  if (before.length > 0) return { state, version, events: before, repeated: true };

  const outcome = decider.decide(state, command, rules);
  const refusal = isRefusal(outcome) ? outcome : undefined;
  const facts = (refusal ? (refusal.noted ?? []) : outcome) as readonly E[];
  const appended = facts.map((fact): NewEvent & { fact: E } => {
    const id = ulid(origin.recordedAt);
    const event: Recorded<E> = { ...fact, id, recordedAt: origin.recordedAt };
    state = decider.evolve(state, event);
    return {
      id,
      tenant: parseStream(stream).tenant,
      at: fact.at,
      recordedAt: origin.recordedAt,
      policy: origin.policy,
      actor: origin.actor,
      causedBy: origin.causedBy ?? null,
      commandId: origin.commandId ?? null,
      fact,
      state: publish(state, event),
    };
  });
  if (appended.length > 0) await log.append(stream, version, appended, state);
  const events = appended.map((event, index) => ({ ...event, stream, version: version + index + 1 }));
  return { state, version: version + events.length, events, repeated: false, ...(refusal && { refusal }) };
}

/** A request repeated after a crash between its append and its answer finds its own events. */
async function doneBefore<E extends Fact>(
  log: EventLog,
  stream: string,
  version: number,
  commandId: string | null | undefined,
): Promise<StoredEvent<E>[]> {
  if (!commandId || version === 0) return [];
  return (await log.read(stream)).filter((event) => event.commandId === commandId) as StoredEvent<E>[];
}

function inTurn<T>(log: EventLog, stream: string, work: () => Promise<T>): Promise<T> {
  const queue = queues.get(log) ?? new Map<string, Promise<unknown>>();
  queues.set(log, queue);
  const turn = (queue.get(stream) ?? Promise.resolve()).then(work, work);
  queue.set(stream, turn);
  const leave = () => {
    if (queue.get(stream) === turn) queue.delete(stream);
  };
  turn.then(leave, leave);
  return turn;
}
