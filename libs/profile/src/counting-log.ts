import { EventLog, type Head, type NewEvent } from '@assent/ports';
import type { StoredEvent } from '@assent/contract';

/** Counts what this process appends: whoever moves the clock of many processes asks whether anything still happens. */
export class CountingLog extends EventLog {
  appended = 0;

  constructor(private readonly log: EventLog) {
    super();
  }

  override async append(
    stream: string,
    expected: number,
    events: readonly NewEvent[],
    state: unknown,
  ): Promise<void> {
    await this.log.append(stream, expected, events, state);
    this.appended += events.length;
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
