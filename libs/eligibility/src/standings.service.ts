import { Injectable } from '@nestjs/common';
import { Clock, streamOf } from '@assent/kernel';
import type { ConsentState, NewsletterState, OppositionState, StoredEvent } from '@assent/contract';
import { consent } from '@assent/consent';
import { newsletter } from '@assent/newsletter';
import { opposition, rootOf } from '@assent/opposition';
import { EventLog, type Head, type ResolvedSubject } from '@assent/ports';
import { prospect, type Prospect } from '@assent/prospect';
import { isRegistered, subject } from '@assent/subject';
import { asOf, objectionsIn, personAsOf } from './as-of.js';
import { forgets, newestIn, undoneIn, whole, type Heads, type Standing } from './standing.js';

/** The streams of one person. */
interface Streams {
  readonly lists: readonly string[];
  /** Consent, newsletter and prospect; none when nobody is registered. */
  readonly own: readonly string[];
}

/**
 * Reads standings: point reads of heads in one call, so an answer after a 2xx always reflects it. A head knows
 * everything that was ever told; when it rests on something newer than the instant asked about, whatever the reason (a
 * question about the past, a clock that was set back), the streams are folded as of that instant. Comparing instants
 * decides that, not the clock: an ordinary question is about a moment just gone, and must not cost a replay.
 */
@Injectable()
export class Standings {
  constructor(
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  async of(tenant: string, who: ResolvedSubject, at: number = this.clock.now()): Promise<Standing> {
    const [standing] = await this.ofAll(tenant, [who], at);
    return standing as Standing;
  }

  /** The standings of several persons, in their order, from heads that were read at one moment. */
  async ofAll(tenant: string, people: readonly ResolvedSubject[], at: number): Promise<Standing[]> {
    const streams = people.map((who) => streamsOf(tenant, who));
    const heads = await this.log.heads(streams.flatMap(({ lists, own }) => [...lists, ...own]));
    let read = 0;
    return Promise.all(
      people.map((who, index) => {
        const { lists, own } = streams[index] as Streams;
        const mine = heads.slice(read, (read += lists.length + own.length));
        return this.standing(tenant, who, lists, mine, at);
      }),
    );
  }

  private async standing(
    tenant: string,
    who: ResolvedSubject,
    lists: readonly string[],
    found: readonly (Head | undefined)[],
    at: number,
  ): Promise<Standing> {
    const [consents, subscriptions, prospects] = found.slice(lists.length);
    const heads: Heads = {
      subject: who.state,
      consent: (consents?.state as ConsentState | undefined) ?? consent.initial,
      newsletter: (subscriptions?.state as NewsletterState | undefined) ?? newsletter.initial,
      oppositions: lists.map((_, index) => (found[index]?.state ?? opposition.initial) as OppositionState),
      prospect: (prospects?.state as Prospect | undefined) ?? prospect.initial,
    };
    const newest = newestIn(heads);
    const past = newest > at;
    const histories = await Promise.all(
      lists.map((stream, index) =>
        past || forgets(heads.oppositions[index] as OppositionState)
          ? this.log.read(stream)
          : Promise.resolve([]),
      ),
    );
    const then = past
      ? await this.asOf(tenant, who, heads, histories, at)
      : whole({ ...heads, oppositions: withoutLater(heads.oppositions, histories, at) }, at);
    const { entries, undone } = withoutUndone(then.oppositions, at);
    return {
      tenant,
      subject: then.subject,
      key: who.key,
      consent: then.consent,
      newsletter: then.newsletter,
      oppositions: entries,
      past: histories
        .flatMap((events) => objectionsIn(events, at))
        .filter(({ eventId }) => !undone.includes(eventId)),
      undone,
      prospect: then.prospect,
      newest,
      revision: found.reduce((sum, head) => sum + (head?.version ?? 0), who.version),
    };
  }

  private async asOf(
    tenant: string,
    { subjectId }: ResolvedSubject,
    heads: Heads,
    histories: readonly StoredEvent[][],
    at: number,
  ): Promise<Heads> {
    const oppositions = histories.map((events) => asOf(opposition, events, at));
    if (subjectId === null || heads.subject === null) return { ...heads, oppositions };
    const [people, consents, subscriptions] = await Promise.all(
      (['subject', 'consent', 'newsletter'] as const).map((concept) =>
        this.log.read(streamOf(concept, tenant, subjectId)),
      ),
    );
    const then = {
      oppositions,
      subject: asOf(subject, people ?? [], at),
      consent: asOf(consent, consents ?? [], at),
      newsletter: asOf(newsletter, subscriptions ?? [], at),
      prospect: heads.prospect,
    };
    const known = isRegistered(then.subject) ? whole(then, at) : then;
    return { ...known, subject: personAsOf(heads.subject, then.subject) };
  }
}

/** A list that has lost an entry since the instant asked about, by its end, is folded as it was then. */
const withoutLater = (
  states: readonly OppositionState[],
  histories: readonly StoredEvent[][],
  at: number,
): OppositionState[] =>
  states.map((state, index) => {
    const events = histories[index] ?? [];
    return events.some(({ fact }) => fact.at > at) ? asOf(opposition, events, at) : state;
  });

const streamsOf = (tenant: string, { subjectId, keys }: ResolvedSubject): Streams => ({
  lists: keys.map((key) => streamOf('opposition', tenant, key)),
  own:
    subjectId === null
      ? []
      : (['consent', 'newsletter', 'prospect'] as const).map((concept) =>
          streamOf(concept, tenant, subjectId),
        ),
});

/** A click taken back on one address is taken back on all: its copies do not count, nor what it had ended. */
function withoutUndone(
  states: readonly OppositionState[],
  at: number,
): { entries: OppositionState[]; undone: string[] } {
  const undone = undoneIn(states, at);
  const entries = states.map((state) => ({
    ...state,
    entries: state.entries.filter((entry) => !undone.includes(entry.id) && !undone.includes(rootOf(entry))),
  }));
  return { entries, undone };
}
