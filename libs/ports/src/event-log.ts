import type { StoredEvent } from '@assent/contract';

/** Everything of a stored event but its place in the stream, which the log gives it. */
export type NewEvent = Omit<StoredEvent, 'stream' | 'version'>;

/** The newest version of a stream with the decider's state: one point read. */
export interface Head<S = unknown> {
  readonly version: number;
  readonly state: S;
}

/** Another writer came between: read again and decide again. */
export class VersionConflict extends Error {
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
