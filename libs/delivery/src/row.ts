import type { DesiredCell, DesiredState, Lane } from '@assent/contract';
import type { DeliveryRow } from '@assent/ports';

/** The two times: of the rules, which a test clock may move, and of sockets and timers. Epoch milliseconds. */
export interface Instants {
  readonly rule: number;
  readonly real: number;
}

/** One thing to bring about at a tool and to see there, before the next is begun (integrations.md §1.7). */
export type Step = Exclude<Lane, 'verify'>;

export const rowId = (integration: string, addressKey: string): string => `${integration}:${addressKey}`;

/** What is still to do for the row's revision, first things first. */
export const stepsOf = ({ todo, dueAt, lane }: DeliveryRow): readonly Step[] =>
  todo ?? (dueAt === null ? [] : [lane === 'verify' ? 'stop' : lane]);

/** Nothing more can be brought about there; when somebody is erased, only by the erasure. */
export const isSettled = (row: DeliveryRow, erasing: boolean): boolean =>
  stepsOf(row).length === 0 && row.state !== 'failed' && (!erasing || row.desired.erase);

/** Due by either clock after the delay. */
export const dueIn = (now: Instants, delayMs: number): Pick<DeliveryRow, 'dueAt' | 'dueAtReal'> => ({
  dueAt: now.rule + delayMs,
  dueAtReal: now.real + delayMs,
});
export const NOT_DUE = { dueAt: null, dueAtReal: null } as const;

export interface PlacedCell {
  readonly purpose: string;
  readonly channel: string;
  readonly cell: DesiredCell;
}
export const cellsOf = ({ purposes }: DesiredState): PlacedCell[] =>
  Object.entries(purposes).flatMap(([purpose, channels]) =>
    Object.entries(channels).map(([channel, cell]) => ({ purpose, channel, cell })),
  );

/** Whether the state closes anything at a tool. */
export const stops = (desired: DesiredState): boolean =>
  desired.objectedToAll || cellsOf(desired).some(({ cell }) => cell.tri === 'out');

export const opens = (desired: DesiredState): boolean =>
  !desired.erase && cellsOf(desired).some(({ cell }) => cell.tri === 'in');

/** Equal but for the event ids: an entry and its copy on another address tell a tool the same. */
export const sameDesired = (a: DesiredState, b: DesiredState): boolean => text(a) === text(b);

const text = (desired: DesiredState): string =>
  JSON.stringify([
    desired.kind,
    desired.allMarketing,
    desired.objectedToAll,
    desired.erase,
    cellsOf(desired)
      .map(({ purpose, channel, cell }) => [purpose, channel, cell.verdict, cell.code, cell.tri, cell.since])
      .sort(([a, b], [c, d]) => (`${a} ${b}` < `${c} ${d}` ? -1 : 1)),
  ]);
