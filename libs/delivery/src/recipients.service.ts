import { Injectable } from '@nestjs/common';
import type { SubjectState } from '@assent/contract';
import { Deliveries, Directory, Recipients, type Recipient } from '@assent/ports';
import { takesWhole } from './connectors.js';
import { channelsOf } from './desired.js';
import { Integrations, type Holder } from './integrations.service.js';
import { Planner } from './planner.service.js';
import { isSettled, stepsOf } from './row.js';

/** What the rows of an erased person say. */
@Injectable()
export class ToldRecipients extends Recipients {
  constructor(
    private readonly integrations: Integrations,
    private readonly deliveries: Deliveries,
    private readonly directory: Directory,
    private readonly planner: Planner,
  ) {
    super();
  }

  override tell(tenant: string, { subjectId }: SubjectState): Promise<void> {
    return this.planner.planSubject(tenant, subjectId);
  }

  override async ofErasure(tenant: string, { subjectId, addresses }: SubjectState): Promise<Recipient[]> {
    const reaching = addresses.filter(({ kind }) => channelsOf(kind).length > 0);
    const owners = await this.directory.owners(
      tenant,
      reaching.map(({ key }) => key),
    );
    // What somebody else has by now is theirs, and no tool is told to forget it.
    const own = reaching.filter((_, index) => (owners[index] ?? subjectId) === subjectId);
    const all = await Promise.all(
      own.map(async ({ kind, key }) => {
        const holders = await this.integrations.holders(tenant, key, kind, this.deliveries);
        return holders.map((holder) => recipient(holder, kind));
      }),
    );
    return all.flat();
  }
}

function recipient({ integration, row }: Holder, kind: Recipient['kind']): Recipient {
  const of = { integration: integration.id, kind };
  // Not planned yet for the erasure: it waits, whatever it was told before.
  if (row?.desired.erase !== true)
    return { ...of, state: 'queued', toldAt: null, verifiedAt: null, settled: false };
  const [step] = stepsOf(row);
  const erasing = step === undefined || step === 'erase' || takesWhole(integration);
  return {
    ...of,
    state: row.state,
    toldAt: erasing ? row.acceptedAt : null,
    verifiedAt: row.verifiedAt,
    settled: isSettled(row, true),
  };
}
