/**
 * A person as known by one tenant. No clear personal data: ids, address keys and what the rules need. What was collected
 * when, with which evidence, decides how long the person may be solicited (seeds K6, K17).
 */
import { refuse, type Decider, type Recorded, type Refusal } from '@assent/kernel';
import {
  isDead,
  type Declined,
  type ErasureRecipient,
  type EvidenceRef,
  type KnownAddress,
  type SubjectFact,
  type SubjectState,
} from '@assent/contract';
import { added, bounced, removed, type AddressRef } from './addresses.js';

/** What was said when the data was given. */
export interface Collection {
  readonly collectedAt: number;
  /** Whether the instant was told: a refusal with a date is a new one, a repetition without is not. */
  readonly dated?: boolean;
  /** Given by the person's own act, with evidence of it. */
  readonly own: boolean;
  /** The chance to object was offered (seeds S2-36). */
  readonly informed: boolean;
  /** Purposes refused there and then. */
  readonly declined: readonly string[];
  readonly source: string | null;
  /** `collection@1` */
  readonly notice: string | null;
  readonly evidence: EvidenceRef | null;
}

export type SubjectCommand =
  | ({
      readonly type: 'register';
      readonly subjectId: string;
      readonly context: SubjectState['context'];
      readonly relationship: SubjectState['relationship'];
      readonly addresses: readonly AddressRef[];
    } & Collection)
  | ({ readonly type: 'collect'; readonly addresses: readonly AddressRef[] } & Collection)
  | ({ readonly type: 'addAddress' | 'removeAddress' | 'bounce'; readonly at: number } & AddressRef)
  | { readonly type: 'restrict'; readonly at: number; readonly ground: string }
  | { readonly type: 'liftRestriction'; readonly at: number }
  | {
      readonly type: 'erase';
      readonly at: number;
      readonly reason: string;
      readonly reasonDigest?: string | null;
    }
  | {
      readonly type: 'completeErasure';
      readonly at: number;
      readonly recipients: readonly ErasureRecipient[];
    };

export type SubjectRefusal = 'subject-unknown' | 'erased';
type Outcome = readonly SubjectFact[] | Refusal<SubjectRefusal>;

export const subject: Decider<SubjectState, SubjectCommand, SubjectFact, unknown, SubjectRefusal> = {
  initial: {
    subjectId: '',
    registeredAt: 0,
    context: 'consumer',
    relationship: 'prospect',
    source: null,
    collectedAt: 0,
    ownCollection: false,
    informedAt: null,
    notice: null,
    addresses: [],
    declined: [],
    restrictedSince: null,
    erasedAt: null,
  },

  decide(state, command): Outcome {
    if (state.erasedAt !== null) return ofErased(state, command);
    if (command.type === 'register' && !isRegistered(state)) return [registered(command)];
    if (!isRegistered(state)) return refuse('subject-unknown', 'Nobody is registered under this id.');
    switch (command.type) {
      case 'register':
      case 'collect':
        return collectedAgain(state, command);
      case 'addAddress':
      case 'removeAddress': {
        const { type, at, kind, key } = command;
        return news(state, {
          type: type === 'addAddress' ? 'AddressAdded' : 'AddressRemoved',
          at,
          kind,
          key,
        });
      }
      case 'bounce': {
        const { at, kind, key } = command;
        const mailed = state.addresses.some((one) => one.key === key && isHeld(one) && !isDead(one));
        return mailed ? news(state, { type: 'AddressBounced', at, kind, key }) : [];
      }
      case 'restrict':
        if (state.restrictedSince !== null) return [];
        return news(state, { type: 'ProcessingRestricted', at: command.at, ground: command.ground });
      case 'liftRestriction':
        if (state.restrictedSince === null) return [];
        return news(state, { type: 'RestrictionLifted', at: command.at });
      case 'erase':
        return [{ ...command, type: 'SubjectErased' }];
      case 'completeErasure':
        return [];
    }
  },

  evolve(state, fact) {
    switch (fact.type) {
      case 'SubjectRegistered': {
        const { subjectId, context, relationship } = fact;
        const known = { ...state, subjectId, context, relationship, registeredAt: fact.at };
        const held = fact.addresses.reduce((all, address) => added(all, address, fact.at), known.addresses);
        return collected({ ...known, addresses: held }, fact, true);
      }
      case 'CollectionRecorded':
        return collected(state, fact, fact.own);
      case 'AddressAdded':
        return { ...state, addresses: added(state.addresses, fact, fact.at) };
      case 'AddressRemoved':
        return { ...state, addresses: removed(state.addresses, fact, fact.at) };
      case 'AddressBounced':
        return { ...state, addresses: bounced(state.addresses, fact, fact.at) };
      case 'ProcessingRestricted': {
        const over = state.restrictionLiftedAt ?? -Infinity;
        if (fact.at < over) return state; // at a tie the restriction wins (seeds K12)
        return { ...state, restrictedSince: Math.max(fact.at, state.restrictedSince ?? fact.at) };
      }
      case 'RestrictionLifted': {
        const restrictionLiftedAt = Math.max(fact.at, state.restrictionLiftedAt ?? fact.at);
        const since = state.restrictedSince;
        const still = since !== null && since >= restrictionLiftedAt;
        return { ...state, restrictionLiftedAt, restrictedSince: still ? since : null };
      }
      case 'SubjectErased':
        return { ...state, erasedAt: Math.min(fact.at, state.erasedAt ?? fact.at) };
      case 'ErasureCompleted':
        return { ...state, erasureCompletedAt: Math.min(fact.at, state.erasureCompletedAt ?? fact.at) };
    }
  },

  /** An erasure has work to do from its first instant until it is completed. */
  wakeAt: (state) => (isBeingErased(state) ? (state.erasedAt ?? 'never') : 'never'),
};

export const isRegistered = (state: SubjectState): boolean => state.subjectId !== '';

/** Refused everywhere already; the tools may not have forgotten the person yet. */
export const isBeingErased = ({ erasedAt, erasureCompletedAt }: SubjectState): boolean =>
  erasedAt !== null && (erasureCompletedAt ?? null) === null;

/** Nothing but the end of the erasure is recorded of somebody erased. */
function ofErased(state: SubjectState, command: SubjectCommand): Outcome {
  if (command.type === 'erase') return [];
  if (command.type !== 'completeErasure') return refuse('erased', 'The person was erased.');
  if (!isBeingErased(state)) return [];
  return [{ type: 'ErasureCompleted', at: command.at, recipients: [...command.recipients] }];
}

/** An address the person has now; one that was removed goes on counting for stops only. */
export const isHeld = ({ removedAt }: KnownAddress): boolean => removedAt === null;

type Register = Extract<SubjectCommand, { type: 'register' }>;
type Collected = Extract<SubjectFact, { type: 'SubjectRegistered' | 'CollectionRecorded' }>;

/** What a collection says, as facts carry it. */
const saying = ({ collectedAt, own, informed, declined, source, notice, evidence }: Collection) => ({
  at: collectedAt,
  collectedAt,
  own,
  informed,
  declined: [...new Set(declined)],
  source,
  notice,
  evidence,
});

const registered = (command: Register): SubjectFact => ({
  type: 'SubjectRegistered',
  subjectId: command.subjectId,
  context: command.context,
  relationship: command.relationship,
  addresses: command.addresses.map(({ kind, key }) => ({ kind, key })),
  ...saying(command),
});

/** New addresses, and what the collection says that was not known: a re-import prolongs nothing and lifts nothing. */
function collectedAgain(
  state: SubjectState,
  command: Collection & { readonly addresses: readonly AddressRef[] },
): SubjectFact[] {
  const { collectedAt: at, own } = command;
  const declined = command.declined.filter(
    (purpose) =>
      own ||
      !state.declined.some((before) => before.purpose === purpose && (!command.dated || before.since >= at)),
  );
  // A bounced address is believed to be alive again when the person gives it, not when a file does.
  const alive = own ? withoutDead(state, at) : state;
  return [
    ...command.addresses.flatMap(({ kind, key }) => news(alive, { type: 'AddressAdded', at, kind, key })),
    ...news(state, {
      type: 'CollectionRecorded',
      ...saying({ ...command, declined }),
      // It completes the record of what was collected before; it makes nobody open who was stopped since (K14).
      ...(command.informed && !own && { informedSince: Math.min(at, state.registeredAt) }),
    }),
  ];
}

const withoutDead = (state: SubjectState, at: number): SubjectState => ({
  ...state,
  addresses: state.addresses.filter((address) => !isDead(address) || at <= (address.bouncedAt ?? at)),
});

/** The fact, unless it would leave everything as it is. */
function news(state: SubjectState, fact: SubjectFact): SubjectFact[] {
  if (fact.type === 'AddressAdded' && state.addresses.some((one) => one.key === fact.key && isHeld(one)))
    return [];
  const stamped: Recorded<SubjectFact> = { ...fact, id: '', recordedAt: fact.at };
  return JSON.stringify(subject.evolve(state, stamped)) === JSON.stringify(state) ? [] : [fact];
}

/** The clocks and what belongs to them move forward only, and only by the person's own act. */
function collected(state: SubjectState, fact: Recorded<Collected>, moves: boolean): SubjectState {
  const { collectedAt, own, informed } = fact;
  const informedSince = ('informedSince' in fact ? fact.informedSince : undefined) ?? collectedAt;
  const newer = moves && collectedAt > state.collectedAt;
  const same = moves && collectedAt === state.collectedAt;
  const pick = (before: string | null, now: string | null) =>
    newer ? now : same ? earliest(before, now) : before;
  return {
    ...state,
    collectedAt: newer ? collectedAt : state.collectedAt,
    source: pick(state.source, fact.source),
    notice: pick(state.notice, fact.notice),
    ownCollection: state.ownCollection || own,
    informedAt: informed ? Math.min(informedSince, state.informedAt ?? informedSince) : state.informedAt,
    declined: fact.declined.reduce(
      (all, purpose) => refusedAlso(all, { purpose, since: fact.at, eventId: fact.id }),
      state.declined,
    ),
  };
}

/** Of two told for one instant: the one that says something, then the first in the alphabet, in any order of arrival. */
const earliest = (a: string | null, b: string | null): string | null =>
  a === null ? b : b === null || a <= b ? a : b;

/** The newest refusal of each purpose. */
function refusedAlso(all: readonly Declined[], one: Declined): Declined[] {
  const before = all.find(({ purpose }) => purpose === one.purpose);
  const newer =
    before === undefined ||
    one.since > before.since ||
    (one.since === before.since && one.eventId !== '' && one.eventId < before.eventId);
  if (!newer) return [...all];
  return [...all.filter((other) => other !== before), one].sort((a, b) => (a.purpose < b.purpose ? -1 : 1));
}
