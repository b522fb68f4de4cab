/**
 * Objections of one address. GDPR art. 21(2)-(3): at any time, free, without a reason, absolute for direct marketing.
 * A stream lives under the address key, so it outlives the erasure of the person.
 */
import { refuse, type Decider, type Recorded } from '@assent/kernel';
import {
  covers,
  sameScope,
  type EvidenceRef,
  type ObjectionEntry,
  type ObjectionSource,
  type OppositionFact,
  type OppositionState,
  type Scope,
} from '@assent/contract';
import type { OppositionRules } from '@assent/policy';
import { isOpened, newest, rootOf, settled, takenUp } from './entries.js';

/** The same refusal again within this time is one act: a double click, a second letter in the same envelope. */
export const REPEATED_MS = 24 * 3_600_000;
/** How long the person who clicked may take that click back. */
export const UNDO_MS = 15 * 60_000;

/** An opt-in of the person, with evidence. */
export interface OptIn {
  /** Event id of the consent. */
  readonly id: string;
  readonly at: number;
}

export type OppositionCommand =
  | {
      readonly type: 'object';
      readonly at: number;
      readonly scope: Scope;
      readonly source: ObjectionSource;
      readonly evidence: EvidenceRef | null;
      /** When the person last consented to what is refused here: what was refused before is not repeated by this. */
      readonly consentedAt?: number | undefined;
    }
  /** Asked for by a tool: refused unless an opt-in is newer than every objection to this one purpose and channel. */
  | { readonly type: 'lift'; readonly scope: Scope; readonly proof: OptIn | undefined }
  /** Follows from an opt-in: opens what is older, leaves what is newer. */
  | { readonly type: 'open'; readonly scope: Scope; readonly proof: OptIn }
  | { readonly type: 'undo'; readonly at: number; readonly scope: Scope }
  /** Brings this address level with what the same person's other addresses hold. */
  | { readonly type: 'merge'; readonly at: number; readonly from: OppositionState }
  | { readonly type: 'wake'; readonly at: number };

export type OppositionRefusal = 'proof-missing' | 'proof-older-than-objection' | 'undo-expired';
export type ListRules = Pick<OppositionRules, 'keptUntil'>;
type Lifted = Extract<OppositionFact, { type: 'ObjectionLifted' }>;

export const opposition: Decider<
  OppositionState,
  OppositionCommand,
  OppositionFact,
  ListRules,
  OppositionRefusal
> = {
  initial: { entries: [], undone: [] },

  decide(state, command, rules) {
    switch (command.type) {
      case 'object': {
        const { at, scope, source, evidence } = command;
        if (repeats(state, command)) return [];
        return [{ type: 'ObjectionRecorded', at, scope, source, evidence, origin: null }];
      }
      case 'lift': {
        const standing = closing(state, command.scope);
        if (standing.length === 0) return [];
        const { proof } = command;
        if (proof === undefined)
          return refuse('proof-missing', 'Only an opt-in of the person lifts an objection.');
        if (standing.some(({ since }) => since >= proof.at)) {
          return refuse('proof-older-than-objection', 'The person objected after this act.');
        }
        return openedBy(standing, command.scope, proof);
      }
      case 'open':
        return openedBy(closing(state, command.scope), command.scope, command.proof);
      case 'undo':
        return undo(state, command);
      case 'merge':
        return merge(state, command, rules);
      case 'wake':
        return state.entries
          .map(({ id, scope, since }) => ({ entry: id, scope, at: rules.keptUntil(since) }))
          .filter(({ at }) => at <= command.at)
          .map((end) => ({ type: 'ObjectionExpired', ...end }));
    }
  },

  evolve: (state, fact) => settled(after(state, fact)),

  wakeAt: (state, rules) =>
    state.entries.length === 0
      ? 'never'
      : Math.min(...state.entries.map(({ since }) => rules.keptUntil(since))),
};

/** The entry that an objection repeats, if it changes nothing: same scope, within a day, and no opt-in in between. */
export function repeats(
  state: OppositionState,
  {
    scope,
    at,
    consentedAt = -Infinity,
  }: { readonly scope: Scope; readonly at: number; readonly consentedAt?: number | undefined },
): ObjectionEntry | undefined {
  return newest(
    state.entries.filter(
      (entry) =>
        sameScope(entry.scope, scope) &&
        Math.abs(at - entry.since) < REPEATED_MS &&
        entry.since >= consentedAt &&
        !entry.except.some((opened) => opened.since <= at),
    ),
  );
}

/** The click that may still be taken back at `at`: the newest entry of its scope, while the quarter of an hour runs. */
export function undoable(state: OppositionState, scope: Scope, at: number): ObjectionEntry | undefined {
  const last = newest(state.entries.filter((entry) => sameScope(entry.scope, scope)));
  return last?.source === 'click' && at - last.recordedAt <= UNDO_MS ? last : undefined;
}

/** Entries that stand between the person and one purpose on one channel, whatever their end. */
const closing = (state: OppositionState, { purpose, channel }: Scope): ObjectionEntry[] =>
  state.entries.filter(
    (entry) => covers(entry.scope, purpose, channel) && !isOpened(entry, purpose, channel, Infinity),
  );

/** A general objection keeps all other purposes closed; an entry of exactly this scope is over (seeds K15). */
const openedBy = (entries: readonly ObjectionEntry[], scope: Scope, proof: OptIn): Lifted[] =>
  entries.filter(({ since }) => since < proof.at).map((entry) => lifted(entry.id, entry.scope, scope, proof));

const lifted = (entry: string, scope: Scope, opened: Scope, proof: OptIn): Lifted => ({
  type: 'ObjectionLifted',
  at: proof.at,
  entry,
  scope,
  opens: sameScope(scope, opened) ? null : opened,
  proof: proof.id,
  undo: false,
});

const takeBack = ({ id, scope, origin }: ObjectionEntry, at: number): Lifted => ({
  type: 'ObjectionLifted',
  at,
  entry: id,
  scope,
  opens: null,
  proof: null,
  undo: true,
  origin,
});

function undo(state: OppositionState, { at, scope }: Extract<OppositionCommand, { type: 'undo' }>) {
  const click = undoable(state, scope, at);
  if (click !== undefined) return [takeBack(click, at)];
  const done = state.undone.some(
    (undone) => undone.scope && sameScope(undone.scope, scope) && at - undone.at <= UNDO_MS,
  );
  return done ? [] : refuse('undo-expired', 'A click can be taken back within 15 minutes.');
}

function merge(
  state: OppositionState,
  { at, from }: Extract<OppositionCommand, { type: 'merge' }>,
  rules: ListRules,
): OppositionFact[] {
  const known = new Set([...state.entries, ...state.undone].map(rootOf));
  const takenBack = new Map(from.undone.map((undone) => [rootOf(undone), undone.at]));
  const openings = from.openings ?? [];
  const copies = from.entries.filter((entry) => {
    const root = rootOf(entry);
    // One that begins later than now by a clock that was set back is copied too: it keeps its own instant.
    if (known.has(root) || takenBack.has(root) || at >= rules.keptUntil(entry.since)) return false;
    known.add(root); // once, though several addresses hold it
    return !takenUp(entry, openings) && !takenUp(entry, state.openings ?? []);
  });
  const fresh = openings.filter(
    (opening) => !state.openings?.some((own) => own.proof === opening.proof && sameScope(own, opening)),
  );
  const held = [...state.entries, ...copies.map((entry) => ({ ...entry, id: rootOf(entry) }))];
  return [
    ...copies.map((entry): OppositionFact => ({
      type: 'ObjectionRecorded',
      at: entry.since,
      scope: entry.scope,
      source: entry.source,
      evidence: entry.evidence,
      origin: rootOf(entry),
    })),
    ...fresh.flatMap(({ purpose, channel, since, proof }) => {
      const affected = held.filter(({ scope }) => covers(scope, purpose, channel));
      return openedBy(affected, { purpose, channel }, { id: proof, at: since });
    }),
    ...state.entries.flatMap((entry) => {
      const undoneAt = takenBack.get(rootOf(entry));
      return undoneAt === undefined ? [] : [takeBack(entry, undoneAt)];
    }),
  ];
}

/** On the list from the instant of the act; off it at the end itself (seeds K3). */
export const inForce = ({ since }: ObjectionEntry, rules: ListRules, at: number): boolean =>
  since <= at && at < rules.keptUntil(since);

function after(state: OppositionState, fact: Recorded<OppositionFact>): OppositionState {
  switch (fact.type) {
    case 'ObjectionRecorded': {
      const { id, at: since, recordedAt, scope, source, evidence, origin } = fact;
      const entry = { id, scope, since, recordedAt, source, evidence, origin, except: [] };
      return { ...state, entries: [...state.entries.filter((other) => other.id !== id), entry] };
    }
    case 'ObjectionLifted': {
      const { entry: id, at, scope, opens, proof, undo: isUndo, origin = null } = fact;
      if (isUndo) return { ...state, undone: [...state.undone, { id, at, scope, origin }] };
      const opening = { ...(opens ?? scope), since: at, proof: proof ?? '' };
      return { ...state, openings: [...(state.openings ?? []), opening] };
    }
    case 'ObjectionExpired':
      return { ...state, expired: [...(state.expired ?? []), fact.entry] };
  }
}
