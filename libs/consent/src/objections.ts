/**
 * What a person refused, read from the opposition streams of all addresses: the whole history, since an objection that
 * has left the list still ends what is older (seeds K14).
 */
import { streamOf } from '@assent/kernel';
import {
  ALL,
  lineage,
  type Exception,
  type ObjectionEntry,
  type OppositionFact,
  type OppositionState,
  type Scope,
  type StoredEvent,
  type SubjectState,
} from '@assent/contract';
import type { Policy } from '@assent/policy';
import type { EventLog } from '@assent/ports';

export interface KnownObjection {
  readonly scope: Scope;
  readonly since: number;
  /** Event id of the objection; copies on a person's other addresses have the one they were made from. */
  readonly cause: string;
  /** Whether it is on the list at the instant asked about. */
  readonly inForce: boolean;
  /** What opt-ins of the person have opened. */
  readonly except: readonly Exception[];
}

export interface Objections {
  readonly list: readonly KnownObjection[];
  /** Taken back by the person: they never count. */
  readonly undone: readonly string[];
}

export const NO_OBJECTIONS: Objections = { list: [], undone: [] };

/** Whether the policy lets the scope be opposed: every marketing purpose, or one, or a tree with one in it (K10, K13). */
export const coversMarketing = (scope: Scope, policy: Policy): boolean =>
  scope.purpose === ALL ||
  policy.purpose(scope.purpose)?.class === 'marketing' ||
  policy.purposes.some(
    (rules) => rules.class === 'marketing' && lineage(rules.declared).includes(scope.purpose),
  );

type OppositionEvent = StoredEvent<OppositionFact, OppositionState>;

export async function objectionsOf(
  log: EventLog,
  tenant: string,
  keys: readonly string[],
  { opposition }: Policy,
  at: number,
): Promise<Objections> {
  const streams = keys.map((key) => log.read(streamOf('opposition', tenant, key)));
  const histories = (await Promise.all(streams)) as OppositionEvent[][];
  const states = histories.flatMap((history) => history.at(-1)?.state ?? []);
  const undone = states.flatMap((state) => state.undone.flatMap(({ id, origin }) => [id, origin ?? id]));

  const entries = new Map(states.flatMap((state) => state.entries.map((entry) => [entry.id, entry])));
  const isOn = (entry: ObjectionEntry | undefined): boolean =>
    entry !== undefined && entry.since <= at && at < opposition.keptUntil(entry.since);
  const list = histories.flat().flatMap(({ id, fact }): KnownObjection[] => {
    if (fact.type !== 'ObjectionRecorded') return [];
    const cause = fact.origin ?? id;
    if (undone.includes(cause)) return [];
    const entry = entries.get(id);
    return [{ scope: fact.scope, since: fact.at, cause, inForce: isOn(entry), except: entry?.except ?? [] }];
  });
  return { list, undone };
}

/** A box left empty at collection counts at once, before it has been copied to the opposition list. */
export function withDeclined({ list, undone }: Objections, { declined }: SubjectState): Objections {
  const fresh = declined.filter(
    ({ purpose, since }) => !list.some((known) => known.scope.purpose === purpose && known.since === since),
  );
  const own = fresh.map(({ purpose, since, eventId }): KnownObjection => ({
    scope: { purpose, channel: ALL },
    since,
    cause: eventId,
    inForce: true,
    except: [],
  }));
  return { list: [...list, ...own], undone };
}

/** Whether an opt-in has opened exactly this purpose and channel, at or before `at` (seeds K15). */
export const isOpen = (
  { except, since }: KnownObjection,
  purpose: string,
  channel: string,
  at: number,
): boolean =>
  except.some(
    (opened) =>
      opened.purpose === purpose &&
      (opened.channel === ALL || opened.channel === channel) &&
      opened.since > since &&
      opened.since <= at,
  );
