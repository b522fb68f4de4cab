import type { Contact, Desired, ListedContact, Outcome } from '@assent/ports';
import type { Reply } from './api.js';
import type { Attempt } from './attempt.js';
import type { Delta } from './delta.js';

/** What the tool believes about one target: it would mail there, was told to stop, or has nothing. */
export type Stand = 'in' | 'out' | 'none';

/** What the tool believes about one address. */
export interface Standing {
  readonly presence: 'present' | 'absent';
  /** Whether all marketing is stopped by the tool's one switch, where there is one. */
  readonly all: 'in' | 'out';
  /** Every target that the tool names for the address, mapped or not. */
  readonly targets: Readonly<Record<string, Stand>>;
  /** The tool's own block, in its word: a bounce, a complaint. It stops as well, and is never lifted. */
  readonly blocked?: string;
  /** Every record that matches: all are treated. */
  readonly ids: readonly string[];
  /** For the tool alone: what it has to send back unchanged, for instance. */
  readonly seen?: unknown;
}

/** One page of a tool's own listing; `next` names the page behind it. */
export interface ListPage {
  readonly contacts: readonly ListedContact[];
  readonly next?: string;
}

export const ABSENT: Standing = { presence: 'absent', all: 'in', targets: {}, ids: [] };

/** One address, at the moment of acting. */
export interface Who extends Pick<Desired, 'unknown' | 'outSince' | 'addressKey'> {
  readonly kind: 'email' | 'phone';
  readonly value: string;
  readonly erase: boolean;
}

/**
 * One vendor: what the kit needs to know to bring it to a desired state. Each function makes calls and answers the last
 * reply, or the first that was not done; the kit decides what is to be done, in which order, and what it comes to.
 */
export interface Tool {
  /** The cheapest call that shows whether the credential is accepted. */
  account(attempt: Attempt): Promise<Reply>;
  /** Whether a target of the settings is there: `not-found` when it is not. */
  exists(attempt: Attempt, target: string): Promise<Reply>;
  /** Undefined when it could not be read, which `attempt.failed` has been told. */
  read(attempt: Attempt, who: Who): Promise<Standing | undefined>;
  /** Closes these targets and nothing else. */
  close(attempt: Attempt, who: Who, targets: readonly string[], standing: Standing): Promise<Reply>;
  /** Closes all marketing at once and nothing that is no marketing; absent where the tool has no such switch. */
  closeAll?(attempt: Attempt, who: Who, standing: Standing): Promise<Reply>;
  /** Enters an address that the tool does not hold, as stopped. `targets`: what it owes. */
  tombstone?(attempt: Attempt, who: Who, targets: readonly string[]): Promise<Reply>;
  /** An own opt-in with proof. `lift`: the switch for all marketing, which is ours, goes back as well. */
  open(
    attempt: Attempt,
    who: Who,
    targets: readonly string[],
    standing: Standing,
    lift: boolean,
  ): Promise<Reply>;
  /** Deletes what the tool holds of the person. A reply, or why there is nothing to delete. */
  remove(attempt: Attempt, who: Who, standing: Standing): Promise<Reply | Pick<Outcome, 'class' | 'detail'>>;
  /** One record by the tool's own id, for webhooks that name nothing else. Undefined when it could not be read. */
  record?(attempt: Attempt, id: string): Promise<Contact | 'absent' | undefined>;
  /** Where it can be asked what has changed. */
  readonly delta?: Delta;
  /**
   * One page of everybody whom it mails, the first when `page` is undefined; absent where the vendor lists nobody. Undefined
   * when it could not be read, which `attempt.failed` has been told.
   */
  listing?(attempt: Attempt, page: string | undefined): Promise<ListPage | undefined>;
  /** A stop is an entry of its own here, kept for an address that the tool has no contact for. */
  readonly keepsStops?: boolean;
  /** A target can remember the stop of somebody who is not in it: under `tombstone` it is told of them as well. */
  readonly remembersAbsent?: boolean;
  /** What a target means that the tool does not name for an address: `none`, or `in` where silence means mail. */
  readonly unnamed?: 'none' | 'in';
}

/** For `exists`, where the account's targets come as a list: a reply that says that one is not among them. */
export const missing = (reply: Reply): Reply => ({ ...reply, class: 'not-found' });
