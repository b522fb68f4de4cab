import type { StoredEvent } from '@assent/contract';
import { EventLog, type Head, type NewEvent } from '@assent/ports';
import type { VerdictIndex } from './verdict-index.service.js';

/** The log of a process with an index of verdicts: no write is acknowledged before the index knows of it. */
export class IndexedLog extends EventLog {
  private index: Pick<VerdictIndex, 'during'> | undefined;

  constructor(private readonly log: EventLog) {
    super();
  }

  /** From now on; what was written before is read when the index is built. */
  uses(index: Pick<VerdictIndex, 'during'>): void {
    this.index = index;
  }

  override append(
    stream: string,
    expected: number,
    events: readonly NewEvent[],
    state: unknown,
  ): Promise<void> {
    const write = (): Promise<void> => this.log.append(stream, expected, events, state);
    return this.index === undefined ? write() : this.index.during(stream, write);
  }
  override read = (stream: string): Promise<StoredEvent[]> => this.log.read(stream);
  override head = <S>(stream: string): Promise<Head<S> | undefined> => this.log.head<S>(stream);
  override heads = (streams: readonly string[]): Promise<(Head | undefined)[]> => this.log.heads(streams);
}
