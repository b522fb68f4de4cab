import { Injectable } from '@nestjs/common';
import { Clock, streamOf, type Decider, type Fact, type Recorded } from '@assent/kernel';
import type { ConsentState, OppositionState, StoredEvent } from '@assent/contract';
import { consent } from '@assent/consent';
import { opposition, rootOf } from '@assent/opposition';
import { EventLog, type Head, type ResolvedSubject } from '@assent/ports';
import { completed, optInsOf, prospect, registrationOf, type Prospect } from '@assent/prospect';
import type { Standing } from './standing.js';

/**
 * Reads standings: point reads of heads, so an answer after a 2xx always reflects it. Asked about the past, the
 * streams are folded as of that instant, by when things occurred (seeds K12).
 */
@Injectable()
export class Standings {
  constructor(
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  async of(tenant: string, who: ResolvedSubject, at: number = this.clock.now()): Promise<Standing> {
    const lists = who.keys.map((key) => streamOf('opposition', tenant, key));
    const own =
      who.subjectId === null
        ? []
        : [streamOf('consent', tenant, who.subjectId), streamOf('prospect', tenant, who.subjectId)];
    const heads = await this.log.heads([...lists, ...own]);
    const past = at < this.clock.now();
    const oppositions = await Promise.all(
      lists.map((stream, index) => this.asOf(opposition, stream, heads[index], past ? at : undefined)),
    );
    const consents = await this.asOf(consent, own[0], heads[lists.length], past ? at : undefined);
    const { entries, undone } = withoutUndone(oppositions, at);
    return {
      subject: who.state,
      consent: consents,
      oppositions: entries,
      undone,
      prospect: this.prospectOf(who, consents, heads[lists.length + 1]),
      revision: [...heads.map((head) => head?.version ?? 0), who.version].reduce(
        (sum, version) => sum + version,
        0,
      ),
    };
  }

  private async asOf<S, E extends Fact>(
    decider: Decider<S, never, E, never, string>,
    stream: string | undefined,
    head: Head | undefined,
    at: number | undefined,
  ): Promise<S> {
    if (stream === undefined || head === undefined) return decider.initial;
    if (at === undefined) return head.state as S;
    const events = (await this.log.read(stream)) as StoredEvent<E>[];
    return events
      .map(({ fact, id, recordedAt }): Recorded<E> => ({ ...fact, id, recordedAt }))
      .filter((fact) => fact.at <= at)
      .sort((a, b) => a.at - b.at)
      .reduce((state, fact) => decider.evolve(state, fact), decider.initial);
  }

  /** What the person's other streams say counts at once; the computation by an instant is the concept's own. */
  private prospectOf({ state }: ResolvedSubject, consents: ConsentState, head: Head | undefined): Prospect {
    const known = (head?.state as Prospect | undefined) ?? prospect.initial;
    return state === null ? known : completed(known, registrationOf(state, optInsOf(consents)));
  }
}

/** A click taken back on one address is taken back on all: its copies do not count, nor what it had ended. */
function withoutUndone(
  states: readonly OppositionState[],
  at: number,
): { entries: OppositionState[]; undone: string[] } {
  const undone = new Set(
    states.flatMap((state) =>
      state.undone.filter((one) => one.at <= at).flatMap((one) => [one.id, rootOf(one)]),
    ),
  );
  const entries = states.map((state) => ({
    ...state,
    entries: state.entries.filter((entry) => !undone.has(entry.id) && !undone.has(rootOf(entry))),
  }));
  return { entries, undone: [...undone] };
}
