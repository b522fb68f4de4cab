/** The parts of a store, in the order in which they move. What a feed knows is no part: it follows from the log. */
export const PARTS = [
  'streams',
  'agenda',
  'claims',
  'addresses',
  'holds',
  'profiles',
  'evidence',
  'deliveries',
  'records',
] as const;
export type Part = (typeof PARTS)[number];

/**
 * One thing of a part, in the form in which every store gives and takes it: JSON, in which what is sealed is base64,
 * and so is the share without which it does not open; what nobody can open any more is no thing. A stream is one thing, with all its events (as `NewEvent`) and the state of its head.
 */
export interface Thing {
  /** Unique in its part. */
  readonly key: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** A store that lists all it holds: to be copied, or to be compared with its copy. */
export abstract class Movable {
  abstract count(part: Part): Promise<number>;
  /**
   * The things behind `after` (a key; from the first on without one), each once, in an order that stays the same as
   * long as nothing is written.
   */
  abstract things(part: Part, after?: string): AsyncIterable<Thing>;
}

/** How far a move has come: all parts before `part`, and of that one everything up to the key `after`. */
export interface Place {
  readonly part: Part;
  readonly after: string;
}

/** A store that is filled from another. Until `finish` it opens for nothing else. */
export abstract class MovingIn extends Movable {
  /**
   * Begins, or goes on at the place that is answered when a move from `source` was interrupted. What an interrupted
   * move from something else, or from an older state of it, left behind is removed first. Rejects when the store
   * holds anything that did not come by moving.
   */
  abstract begin(source: string): Promise<Place | 'start' | 'finished'>;
  /** Stores the things and then the place; may be done again. Durable when it resolves. */
  abstract take(things: readonly Thing[], place: Place): Promise<void>;
  abstract finish(): Promise<void>;
}
