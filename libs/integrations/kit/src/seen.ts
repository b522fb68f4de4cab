import type { InboundTargets, Observed } from '@assent/ports';
import type { Owed } from './owed.js';
import type { Stand, Standing, Tool } from './tool.js';

type Match = Observed['match'];
export interface Seen {
  readonly match: Match;
  /** One word for the receipt. */
  readonly word: string;
}

export const UNREAD: Seen = { match: 'unknown', word: 'unread' };
const WORST: readonly Match[] = ['equal', 'stricter', 'unknown', 'looser'];
const WORDS = ['subscribed', 'suppressed', 'absent'];

export const standOf = ({ targets }: Standing, target: string, { unnamed }: Pick<Tool, 'unnamed'>): Stand =>
  targets[target] ?? unnamed ?? 'none';

/** What is owed, each against what was read. An absent address is mailed by nobody: never looser than a stop. */
export function seenOf(owed: Owed, standing: Standing, tool: Pick<Tool, 'closeAll' | 'unnamed'>): Seen[] {
  const { presence, all, blocked } = standing;
  const stopped = (target: string): Seen => {
    const stand = standOf(standing, target, tool);
    if (stand === 'out' || all === 'out') return { match: 'equal', word: 'suppressed' };
    if (stand === 'none') return { match: 'equal', word: 'absent' };
    // A bounce or a complaint stops as well, and is not ours.
    return blocked === undefined
      ? { match: 'looser', word: 'subscribed' }
      : { match: 'stricter', word: blocked };
  };
  const opened = (target: string): Seen => {
    const open = all === 'in' && standOf(standing, target, tool) === 'in' && blocked === undefined;
    return open
      ? { match: 'equal', word: 'subscribed' }
      : { match: 'stricter', word: blocked ?? 'suppressed' };
  };
  if (presence === 'absent') {
    return [
      ...(owed.everything || owed.out.length > 0 ? [{ match: 'equal', word: 'absent' } as const] : []),
      ...owed.in.map((): Seen => ({ match: 'stricter', word: 'absent' })),
    ];
  }
  return [
    ...(owed.everything && tool.closeAll !== undefined
      ? [switched(standing)]
      : stopsOf(owed, standing).map(stopped)),
    ...owed.in.map(opened),
  ];
}

const switched = ({ all, blocked }: Standing): Seen =>
  all === 'out'
    ? { match: 'equal', word: 'suppressed' }
    : blocked === undefined
      ? { match: 'looser', word: 'subscribed' }
      : { match: 'stricter', word: blocked };

/** What must be closed one by one: what is owed, and all else that the tool would mail when everything was refused. */
export function stopsOf({ everything, allBut, out, spared }: Owed, { targets }: Standing): string[] {
  const others = everything || allBut ? Object.keys(targets).filter((name) => !spared.includes(name)) : [];
  return [...new Set([...out, ...others])];
}

/** What was stopped there by anybody: a bounce or a complaint of the tool's own is no refusal. */
export function outOf({ presence, all, targets, blocked }: Standing): InboundTargets {
  if (presence === 'absent' || blocked !== undefined) return [];
  return all === 'out' ? '*' : Object.keys(targets).filter((name) => targets[name] === 'out');
}

/** The worst of all. */
export function summed(all: readonly Seen[]): Pick<Observed, 'match' | 'summary'> {
  const match = WORST[Math.max(0, ...all.map((one) => WORST.indexOf(one.match)))] ?? 'unknown';
  const words = all.filter((one) => one.match === match).map(({ word }) => word);
  return { match, summary: WORDS.find((word) => words.includes(word)) ?? words[0] ?? 'untouched' };
}
