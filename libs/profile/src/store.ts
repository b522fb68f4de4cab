import type {
  Agenda,
  Deliveries,
  Directory,
  EventFeed,
  EventLog,
  ParkedEvent,
  Records,
  TraversableLog,
  VerdictTopic,
} from '@assent/ports';
import type { Leases } from '@assent/runtime';

/** Where a profile keeps everything, and how its processes follow it. */
export interface Store {
  readonly log: EventLog;
  /** The log in which the index of verdicts reads how it came about. */
  readonly traversable: TraversableLog;
  readonly feed: EventFeed;
  readonly agenda: Agenda;
  readonly directory: Directory;
  readonly deliveries: Deliveries;
  readonly records: Records;
  /** Where verdicts are published for other systems; none in one process on files. */
  readonly verdicts?: VerdictTopic;
  /** What several processes of one service do not do at the same time. */
  readonly leases: Leases;
  /** Whether only this process can open it. Otherwise keys, indexes and topics are made by the deploy step. */
  readonly isAlone: boolean;
  /** Resolves when the store answers. */
  ping(): Promise<void>;
  /** After the work and the doors: what is owed to the topics goes out, then everything is let go. */
  close(): Promise<void>;
}

/** What a store tells while it works. None of it may throw. */
export interface StoreEvents {
  readonly parked: (parked: ParkedEvent) => void;
  readonly warn: (message: string, error?: unknown) => void;
}
