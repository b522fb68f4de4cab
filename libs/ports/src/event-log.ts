import type { StoredEvent } from '@assent/contract';

/** Everything of a stored event but its place in the stream, which the log gives it. */
export type NewEvent = Omit<StoredEvent, 'stream' | 'version'>;

/** The newest version of a stream with the decider's state: one point read. */
export interface Head<S = unknown> {
  readonly version: number;
  readonly state: S;
}

/** Another writer came between: read again and decide again. Whoever could not for long enough answers 503. */
export class VersionConflict extends Error {
  readonly statusCode = 503;

  constructor(stream: string, expected: number, actual: number) {
    super(`stream ${stream} is at version ${actual}, expected ${expected}`);
    this.name = 'VersionConflict';
  }
}

/**
 * Append-only streams of facts. Called by `handle` alone to write, by anyone to read.
 * An adapter may store as it likes; it must not acknowledge before the events are durable, must not let a reader see
 * half of a commit, and must not lose or reorder the events of a stream.
 */
export abstract class EventLog {
  /**
   * Appends all events and the new head, or nothing. Rejects with `VersionConflict` unless the stream is at
   * `expected` (0 = new). Resolves when durable; then every `head` and `read` shows it.
   */
  abstract append(
    stream: string,
    expected: number,
    events: readonly NewEvent[],
    state: unknown,
  ): Promise<void>;
  /** All events of the stream, oldest first; empty for an unknown stream. */
  abstract read(stream: string): Promise<StoredEvent[]>;
  abstract head<S = unknown>(stream: string): Promise<Head<S> | undefined>;
  /** The heads of several streams in their order, read at one moment. */
  abstract heads(streams: readonly string[]): Promise<(Head | undefined)[]>;
}

/** Versions `first` to `last` of a stream, as one append wrote them or a part of one. */
export interface Appended {
  readonly stream: string;
  readonly first: number;
  readonly last: number;
}

export interface Changes {
  /** The appends of one stream in their order. */
  readonly appended: readonly Appended[];
  /** Where to go on. Only the log that made it can read it. */
  readonly next: string;
}

/** A log that can be copied elsewhere, event by event, by whoever remembers how far it came. */
export abstract class TraversableLog extends EventLog {
  /**
   * What was appended after the place that an earlier answer named as `next`, also before a crash; from the first event
   * on without one. `limit` bounds the events looked at. Whoever calls again and again with the last `next` is told of
   * every acknowledged append, of each at least once: an append may be told again, and one of a moment ago only at a
   * later call. Nothing is left to tell for now when `next` does not change or nothing is told.
   */
  abstract changes(after: string | undefined, limit: number): Promise<Changes>;
}
