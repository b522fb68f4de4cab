import type { StoredEvent } from '@assent/contract';
import { EventLog, type Head, type NewEvent } from '@assent/ports';
import type { Outbox } from './outbox.js';

/**
 * A log whose events go into the topics right after they are durable. An append waits for the log alone: Kafka may be
 * away, and what was acknowledged is published when it is back.
 */
export class PublishingEventLog extends EventLog {
  constructor(
    private readonly log: EventLog,
    private readonly outbox: Outbox,
  ) {
    super();
  }

  override async append(
    stream: string,
    expected: number,
    events: readonly NewEvent[],
    state: unknown,
  ): Promise<void> {
    await this.log.append(stream, expected, events, state);
    this.outbox.appended(
      stream,
      events.map((event, index) => ({ ...event, stream, version: expected + index + 1 })),
    );
  }

  override read(stream: string): Promise<StoredEvent[]> {
    return this.log.read(stream);
  }

  override head<S>(stream: string): Promise<Head<S> | undefined> {
    return this.log.head<S>(stream);
  }

  override heads(streams: readonly string[]): Promise<(Head | undefined)[]> {
    return this.log.heads(streams);
  }
}
