/**
 * What the consents, withdrawals and ends of a person say together: the newest of each, whatever the order in which
 * they were told. At one instant the stronger proof is kept, then the one that was written down first.
 */
import type { Recorded } from '@assent/kernel';
import {
  isOwnAct,
  type Channel,
  type ConsentEntry,
  type ConsentFact,
  type ConsentState,
  type GivenConsent,
} from '@assent/contract';

type Of<T extends ConsentFact['type']> = Recorded<Extract<ConsentFact, { type: T }>>;

const NEVER_A_GROUND: readonly string[] = ['cannot-lift', 'withdrawal-stands'];

export function evolve(state: ConsentState, event: Recorded<ConsentFact>): ConsentState {
  switch (event.type) {
    case 'ConsentGiven':
      return without(give(state, event), event.restores);
    case 'ConsentNoted':
      // An import or a machine never opens what the person closed, also not when the objection has left the list.
      return NEVER_A_GROUND.includes(event.because) ? state : give(state, event);
    case 'ConsentWithdrawn':
      return onChannels(state, event, (entry) => {
        const older =
          entry.withdrawn !== null && newerStop(entry.withdrawn, { at: event.at, eventId: event.id });
        return older ? entry : { ...entry, withdrawn: { at: event.at, eventId: event.id } };
      });
    case 'ConsentEnded':
      return end(state, event);
    case 'ConsentExpired':
      return onChannels(state, { purpose: event.purpose, channels: [event.channel] }, (entry) => ({
        ...entry,
        given: expired(entry.given, event),
        ...(entry.confirmed && { confirmed: expired(entry.confirmed, event) }),
      }));
  }
}

function give(state: ConsentState, event: Of<'ConsentGiven'> | Of<'ConsentNoted'>): ConsentState {
  const { at, id, notice, evidence, confirmedAt, recordedAt } = event;
  const restored = event.type === 'ConsentGiven' && event.restores !== null;
  const told: GivenConsent = { at, eventId: id, notice, evidence, confirmedAt, expiredAt: null };
  return onChannels(state, event, ({ given, confirmed, restores: before = [], ...entry }) => {
    const restores = restored ? latest(before, { at, restoredAt: recordedAt }) : before;
    const all = [given, confirmed, told].filter((one) => one !== null && one !== undefined);
    const newest = all.reduce(better);
    const proven = all.filter((one) => one.confirmedAt !== null);
    const kept = proven.length > 0 ? proven.reduce(better) : newest;
    return {
      ...entry,
      given: marked(newest, restores),
      ...(kept.eventId !== newest.eventId && { confirmed: marked(kept, restores) }),
      ...(restores.length > 0 && { restores }),
    };
  });
}

function better(a: GivenConsent, b: GivenConsent): GivenConsent {
  if (a.at !== b.at) return a.at > b.at ? a : b;
  const strength = ({ confirmedAt, evidence }: GivenConsent) =>
    (confirmedAt === null ? 0 : 2) + (isOwnAct(evidence.method) ? 1 : 0);
  const first = strength(a) - strength(b) || (a.eventId < b.eventId ? 1 : -1);
  return first > 0 ? a : b;
}

type Restore = NonNullable<ConsentEntry['restores']>[number];

/** One per consent, the latest: a set, so that the order of telling does not matter. */
function latest(restores: readonly Restore[], one: Restore): Restore[] {
  const known = restores.find(({ at }) => at === one.at);
  const restoredAt = Math.max(known?.restoredAt ?? -Infinity, one.restoredAt);
  const others = restores.filter(({ at }) => at !== one.at);
  return [...others, { at: one.at, restoredAt }].sort((a, b) => a.at - b.at);
}

/** An undo renews nothing: the consent keeps its own instant, and says when it was given back. */
function marked(consent: GivenConsent, restores: readonly Restore[]): GivenConsent {
  const { restoredAt } = restores.find(({ at }) => at === consent.at) ?? {};
  return { ...consent, ...(restoredAt !== undefined && { restoredAt }) };
}

function end(state: ConsentState, { id, at, scope, cause }: Of<'ConsentEnded'>): ConsentState {
  const known = state.ends.some((one) => one.cause === cause && one.eventId <= id);
  if (known || state.restored?.includes(cause)) return state;
  const others = state.ends.filter((one) => one.cause !== cause);
  const ends = [...others, { scope, at, cause, eventId: id }].sort(
    (a, b) => a.at - b.at || (a.cause < b.cause ? -1 : 1),
  );
  return { ...state, ends };
}

function without(state: ConsentState, cause: string | null): ConsentState {
  if (cause === null || state.restored?.includes(cause)) return state;
  const restored = [...(state.restored ?? []), cause].sort();
  return { ...state, ends: state.ends.filter((one) => one.cause !== cause), restored };
}

const newerStop = (a: { at: number; eventId: string }, b: { at: number; eventId: string }): boolean =>
  a.at > b.at || (a.at === b.at && a.eventId <= b.eventId);

const expired = <G extends GivenConsent | null>(given: G, event: Of<'ConsentExpired'>): G =>
  given?.eventId === event.given ? { ...given, expiredAt: event.at } : given;

function onChannels(
  state: ConsentState,
  { purpose, channels }: { readonly purpose: string; readonly channels: readonly Channel[] },
  change: (entry: ConsentEntry) => ConsentEntry,
): ConsentState {
  const changed = channels.map((channel) => {
    const known = state.consents.find((entry) => entry.purpose === purpose && entry.channel === channel);
    return change(known ?? { purpose, channel, given: null, withdrawn: null });
  });
  const others = state.consents.filter(
    (entry) => entry.purpose !== purpose || !channels.includes(entry.channel),
  );
  const place = ({ purpose: name, channel }: ConsentEntry) => `${name} ${channel}`;
  const consents = [...others, ...changed].sort((a, b) => (place(a) < place(b) ? -1 : 1));
  return { ...state, consents };
}
