import type { StoredEvent } from '@assent/contract';

export interface Consumer {
  /** Name of the checkpoint, for ever: `consent.end-on-objection`. */
  readonly name: string;
  /** Topics it reads: `assent.opposition`. */
  readonly topics: readonly string[];
  /** Resolves when the effect is durable. May see an event twice, and again after later ones of its stream. */
  handle(event: StoredEvent): Promise<void>;
}

export interface ConsumerStatus {
  readonly consumer: string;
  /** Events recorded and not yet dealt with. */
  readonly lag: number;
  /** Events given up for now, see `parked`. */
  readonly parked: number;
}

export interface ParkedEvent {
  readonly consumer: string;
  readonly event: StoredEvent;
  readonly error: string;
  /** Epoch milliseconds, real time. */
  readonly parkedAt: number;
}

/**
 * Follows the log: at least once, in order per stream, one checkpoint per consumer. A handler that rejects is tried
 * again with backoff; meanwhile nothing behind that event *in its stream* is handed over, and other streams go on.
 * After the last try the event is parked, durably and loudly, and its stream goes on. Parked events are tried again
 * when the consumer starts and by `retryParked`.
 */
export abstract class EventFeed {
  /** Starts a consumer where its checkpoint stands; a new one starts with the first event of the log. */
  abstract follow(consumer: Consumer): Promise<void>;
  /** Resolves when every consumer has dealt with (handled or parked) all events appended before the call. */
  abstract idle(): Promise<void>;
  abstract status(): ConsumerStatus[];
  abstract parked(): Promise<ParkedEvent[]>;
  /** Hands every parked event once more to its consumer; those that succeed are parked no longer. */
  abstract retryParked(): Promise<void>;
  /** Finishes the events in hand, records how far each consumer came, and takes no more. */
  abstract stop(): Promise<void>;
}
