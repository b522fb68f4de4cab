import { isRefusal, type Decider, type Fact, type Recorded } from './decider.js';

/** The history as it would be recorded: ids `e1`, `e2`, …, written down when it happened. */
export const recorded = <E extends Fact>(history: readonly E[]): Recorded<E>[] =>
  history.map((fact, index) => ({ id: `e${index + 1}`, recordedAt: fact.at, ...fact }));

/** `given(decider, rules)(...events).when(command).then(...events)` or `.thenRefused(code)`: a rule, readable by a lawyer. */
export const given =
  <S, C, E extends Fact, R, Code extends string>(decider: Decider<S, C, E, R, Code>, rules: R) =>
  (...history: readonly E[]) => {
    const state = recorded(history).reduce((before, event) => decider.evolve(before, event), decider.initial);
    return {
      state,
      when(command: C) {
        const outcome = decider.decide(state, command, rules);
        return {
          outcome,
          then: (...expected: readonly E[]) => expect(outcome).toEqual(expected),
          thenNothing: () => expect(outcome).toEqual([]),
          thenRefused: (code: Code) => expect(isRefusal(outcome) && outcome.refused).toBe(code),
        };
      },
      wakesAt: (expected: number | 'never') => expect(decider.wakeAt(state, rules)).toBe(expected),
    };
  };
