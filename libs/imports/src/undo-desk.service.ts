import { Injectable } from '@nestjs/common';
import { Clock, streamOf } from '@assent/kernel';
import { isDead, type StoredEvent, type SubjectFact, type SubjectState } from '@assent/contract';
import { ImportedConsents, type ConsentEvent } from '@assent/consent';
import { EventLog } from '@assent/ports';
import { Erasures, isHeld, SubjectDirectory } from '@assent/subject';
import type { UndoneView } from './contacts.dto.js';
import { actsSince } from './acts.js';

type SubjectEvent = StoredEvent<SubjectFact, SubjectState>;

/**
 * Takes back what an import made, and nothing that anybody did since. Whom it registered, and whom nobody else has
 * touched, is erased; its consents end; addresses it added are taken away. A stop that it told stays: no undo makes
 * anybody reachable. Every step may be repeated.
 */
@Injectable()
export class UndoDesk {
  constructor(
    private readonly log: EventLog,
    private readonly subjects: SubjectDirectory,
    private readonly erasures: Erasures,
    private readonly consents: ImportedConsents,
    private readonly clock: Clock,
  ) {}

  /** With `dryRun`, what it would do. */
  async undo(
    tenant: string,
    importId: string,
    subjectId: string,
    actor: string,
    dryRun: boolean,
  ): Promise<UndoneView> {
    const nothing = { subjectId, outcome: 'nothing', consents: 0, addresses: 0 } as const;
    const own = (await this.log.read(streamOf('subject', tenant, subjectId))) as SubjectEvent[];
    const state = own.at(-1)?.state;
    if (state === undefined || state.erasedAt !== null) return nothing;
    const other = await this.others(tenant, subjectId, state);
    const acts = actsSince([...own, ...other], importId);
    const by = { actor, causedBy: importId };
    const born = own[0]?.causedBy === importId;
    if (born && acts.length === 0) {
      if (!dryRun) await this.erasures.takeBack(tenant, subjectId, by);
      return { ...nothing, outcome: 'erased' };
    }
    let consents = 0;
    for (const event of other.filter(({ causedBy }) => causedBy === importId) as ConsentEvent[])
      if (await this.consents.takeBack(tenant, event, by, dryRun)) consents += 1;
    const addresses = born ? 0 : await this.takeAway(tenant, own, state, importId, by, dryRun);
    const outcome = born ? 'kept' : consents + addresses > 0 ? 'taken-back' : 'nothing';
    return { subjectId, outcome, consents, addresses };
  }

  /** Addresses that the import gave to somebody who was known, unless more was said about the person since. */
  private async takeAway(
    tenant: string,
    own: readonly SubjectEvent[],
    state: SubjectState,
    importId: string,
    by: { readonly actor: string; readonly causedBy: string },
    dryRun: boolean,
  ): Promise<number> {
    let taken = 0;
    for (const { fact, version } of own.filter(({ causedBy }) => causedBy === importId)) {
      if (fact.type !== 'AddressAdded') continue;
      const since = own.some((event) => event.version > version && event.causedBy !== importId);
      const held = state.addresses.find(({ key }) => key === fact.key);
      if (since || held === undefined || !isHeld(held) || isDead(held)) continue;
      const { kind, key } = fact;
      const command = { type: 'removeAddress', at: this.clock.now(), kind, key } as const;
      if (!dryRun) await this.subjects.send(tenant, state.subjectId, command, by);
      taken += 1;
    }
    return taken;
  }

  /** The person's other streams. Deliveries are consequences, and no acts. */
  private async others(
    tenant: string,
    subjectId: string,
    { addresses }: SubjectState,
  ): Promise<StoredEvent[]> {
    const streams = [
      ...(['consent', 'newsletter', 'prospect'] as const).map((concept) =>
        streamOf(concept, tenant, subjectId),
      ),
      ...addresses.map(({ key }) => streamOf('opposition', tenant, key)),
    ];
    return (await Promise.all(streams.map((stream) => this.log.read(stream)))).flat();
  }
}
