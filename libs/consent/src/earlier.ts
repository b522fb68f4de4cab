/** Recognising what was recorded before, so that a repeated request answers as the first one did. */
import type { Channel, ConsentFact, ConsentState, EvidenceMethod, NoticeRef } from '@assent/contract';
import type { ConsentEvent } from './consents.service.js';

export interface Act {
  readonly at: number;
  readonly purpose: string;
  readonly channels: readonly Channel[];
  /** Null: a withdrawal. */
  readonly notice: NoticeRef | null;
  readonly method: EvidenceMethod | null;
}

/** The events that recorded this very act, if they cover all its channels. */
export function sameAct(history: readonly ConsentEvent[], act: Act): ConsentEvent[] | undefined {
  const told = history.filter(({ fact }) => isAct(fact, act));
  const channels = told.flatMap(({ fact }) => ('channels' in fact ? fact.channels : []));
  return act.channels.every((channel) => channels.includes(channel)) ? told : undefined;
}

function isAct(fact: ConsentFact, { at, purpose, notice, method }: Act): boolean {
  if (fact.at !== at || !('channels' in fact) || fact.purpose !== purpose) return false;
  if (fact.type === 'ConsentWithdrawn') return notice === null;
  if (fact.type === 'ConsentGiven' && fact.restores !== null) return false;
  const { id, version } = fact.notice;
  return id === notice?.id && version === notice.version && fact.evidence.method === method;
}

/** The event that still stands for the act's purpose, where the act changed nothing. */
export function standing(
  history: readonly ConsentEvent[],
  state: ConsentState,
  { purpose, channels, notice }: Act,
): ConsentEvent[] {
  const entries = state.consents.filter(
    (entry) => entry.purpose === purpose && channels.includes(entry.channel),
  );
  const ids = entries.map(({ given, withdrawn }) => (notice === null ? withdrawn : given)?.eventId);
  return history.filter(({ id }) => ids.includes(id));
}
