/** An act recorded in a stream. `type` is past tense; `at` is when it happened, in epoch milliseconds UTC. */
export interface Fact {
  readonly type: string;
  readonly at: number;
}

/** What the log adds to a fact when it is recorded: its event id (a ULID), and when it was written down. */
export interface Stamp {
  readonly id: string;
  readonly recordedAt: number;
}
export type Recorded<F extends Fact> = F & Stamp;

/** Why a command was not carried out. A value, never an exception; `refused` is a row of the problem table. */
export interface Refusal<Code extends string = string> {
  readonly refused: Code;
  readonly detail: string;
  /** Facts that are recorded although the command is refused: history, which changes no answer. */
  readonly noted?: readonly Fact[];
}

export const refuse = <Code extends string>(
  refused: Code,
  detail: string,
  noted?: readonly Fact[],
): Refusal<Code> => ({ refused, detail, ...(noted && { noted }) });

export const isRefusal = (outcome: object): outcome is Refusal => 'refused' in outcome;

/**
 * The rules of one kind of stream, and nothing else: no clock, no storage, no framework.
 * `rules` is the part of the tenant's policy that governs the stream.
 */
export interface Decider<State, Command, Event extends Fact, Rules, Code extends string = never> {
  readonly initial: State;
  /** What happens when `command` meets `state`: new facts (none when it changes nothing) or a refusal. */
  decide(state: State, command: Command, rules: Rules): readonly Event[] | Refusal<Code>;
  /** The state after one more fact. Total, and independent of arrival: late facts are folded by `at`. */
  evolve(state: State, event: Recorded<Event>): State;
  /** When time alone will change this stream: the agenda then sends it `{ type: 'wake', at }`. */
  wakeAt(state: State, rules: Rules): number | 'never';
}
