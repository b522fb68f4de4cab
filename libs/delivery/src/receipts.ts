/** The proof of every attempt, appended for good: what was asked, answered and read back (integrations.md §3.5). */
import {
  type DeliveryFact,
  type DeliveryState,
  type DeliveryStateName,
  type SendRefused,
  type StoredEvent,
} from '@assent/contract';
import { streamOf, type Clock, type Decider } from '@assent/kernel';
import type { Policies } from '@assent/policy';
import { handle, type DeliveryRow, type EventLog, type Handled, type Origin } from '@assent/ports';

interface Proofs extends DeliveryState {
  /** An attempt that was begun and has no outcome yet. */
  readonly open: { readonly revision: number; readonly attempt: number } | null;
  /** Read back looser, and not yet seen to obey. */
  readonly drifted: boolean;
}

type Of = Pick<DeliveryRow, 'tenant' | 'integration' | 'addressKey'>;
/** Whose the stream is; `subjectId` as far as it is known now. */
export type Owner = Of & Pick<DeliveryRow, 'subjectId'>;
type Proof = DeliveryFact | SendRefused;

/** Receipts record what happened; there is nothing to refuse. */
const proofs = ({ integration, addressKey, subjectId }: Owner): Decider<Proofs, Proof, Proof, null> => ({
  initial: {
    integration,
    addressKey,
    subjectId,
    state: 'queued',
    revision: 0,
    verifiedAt: null,
    open: null,
    drifted: false,
  },
  decide: (_, fact) => [fact],
  evolve: (before, fact) =>
    fact.type === 'SendRefused'
      ? refused({ ...before, subjectId }, fact)
      : attempted({ ...before, subjectId }, fact),
  wakeAt: () => 'never',
});

function attempted(before: Proofs, fact: DeliveryFact): Proofs {
  const drifted =
    fact.type === 'DeliveryDrifted' ||
    (before.drifted && before.revision === fact.revision && fact.type !== 'DeliveryVerified');
  const sent = fact.type === 'DeliverySent';
  const state = stateOf(fact, before.state);
  return {
    ...before,
    revision: fact.revision,
    state: drifted && UNPROVEN.has(state) ? 'drifted' : state,
    verifiedAt: fact.type === 'DeliveryVerified' ? fact.at : before.verifiedAt,
    open: sent ? { revision: fact.revision, attempt: fact.attempt } : null,
    drifted,
  };
}

/** A question at the moment of sending says nothing of what the tool was told: it is counted beside it. */
function refused(before: Proofs, { at, code, purpose }: SendRefused): Proofs {
  const { times = 0, lastAt = at, lastCode = code, purposes = {} } = before.refusedAtSend ?? {};
  const newest = at >= lastAt ? { lastAt: at, lastCode: code } : { lastAt, lastCode };
  const own = purposes[purpose] ?? { times: 0, lastAt: at };
  const counted = { times: own.times + 1, lastAt: Math.max(own.lastAt, at) };
  const declared = code !== 'purpose-unknown';
  return {
    ...before,
    // Nothing was ever told there: what holds is that whoever asks is refused.
    state: before.revision === 0 && before.open === null ? 'enforced-at-send' : before.state,
    refusedAtSend: {
      ...{ times: times + 1, ...newest },
      purposes: declared ? { ...purposes, [purpose]: counted } : purposes,
    },
  };
}

const STATES: Record<Exclude<DeliveryFact['type'], 'DeliveryExcused'>, DeliveryStateName> = {
  DeliverySent: 'sent',
  DeliveryAccepted: 'accepted',
  DeliveryVerified: 'verified',
  DeliveryDrifted: 'drifted',
  DeliveryRefused: 'refused',
  DeliveryFailed: 'failed',
  DeliverySuperseded: 'superseded',
  DeliveryEnforcedAtSend: 'enforced-at-send',
  DeliveryNotApplicable: 'not-applicable',
  DeliveryNotSupported: 'not-supported',
};
const stateOf = ({ type, outcome }: DeliveryFact, before: DeliveryStateName): DeliveryStateName => {
  if (type === 'DeliveryExcused') return before;
  return type === 'DeliveryFailed' && (outcome === 'retry' || outcome === 'config') ? 'queued' : STATES[type];
};

/** What has drifted stays so through these, until it is seen to obey. */
const UNPROVEN: ReadonlySet<DeliveryStateName> = new Set(['queued', 'sent', 'accepted', 'drifted']);

export class Receipts {
  constructor(
    private readonly log: EventLog,
    private readonly clock: Clock,
    private readonly policies: Policies,
  ) {}

  /** Durable when it resolves. `causedBy`: the act that is carried to the tool (S0-68). */
  async append(
    row: DeliveryRow,
    fact: Omit<DeliveryFact, 'at'>,
    causedBy: string | null,
    actor = `integration:${row.integration}`,
  ): Promise<void> {
    const at = this.clock.now();
    await this.record(row, { at, ...fact }, { actor, recordedAt: at, causedBy });
  }

  /** Once for each `commandId`; `repeated` tells the later ones. Durable when it resolves. */
  async refuse(
    owner: Owner,
    fact: SendRefused,
    by: Pick<Origin, 'actor' | 'causedBy' | 'commandId'>,
  ): Promise<{ readonly eventId: string; readonly repeated: boolean }> {
    const { events, repeated } = await this.record(owner, fact, { ...by, recordedAt: fact.at });
    const [event] = events;
    if (event === undefined) throw new Error('a refusal was not recorded');
    return { eventId: event.id, repeated };
  }

  private record(
    owner: Owner,
    fact: Proof,
    by: Omit<Origin, 'policy'>,
  ): Promise<Handled<Proofs, Proof, never>> {
    const policy = this.policies.at(owner.tenant, by.recordedAt).id;
    return handle(this.log, stream(owner), proofs(owner), fact, null, { ...by, policy }, publicState);
  }

  /** The attempt that a crash left without an outcome. */
  async open(row: Of): Promise<{ revision: number; attempt: number } | null> {
    return (await this.log.head<Proofs>(stream(row)))?.state.open ?? null;
  }

  async list(row: Of): Promise<StoredEvent<DeliveryFact, DeliveryState>[]> {
    const all = (await this.log.read(stream(row))) as StoredEvent<Proof, DeliveryState>[];
    return all.filter(
      (event): event is StoredEvent<DeliveryFact, DeliveryState> => event.fact.type !== 'SendRefused',
    );
  }

  /** What was refused at the moment of sending; undefined when nothing was. */
  async refusals(row: Of): Promise<DeliveryState['refusedAtSend']> {
    return (await this.log.head<Proofs>(stream(row)))?.state.refusedAtSend;
  }
}

const publicState = ({
  integration,
  addressKey,
  subjectId,
  state,
  revision,
  verifiedAt,
  refusedAtSend,
}: Proofs): DeliveryState => ({
  ...{ integration, addressKey, subjectId, state, revision, verifiedAt },
  ...(refusedAtSend && { refusedAtSend }),
});

const stream = ({ tenant, integration, addressKey }: Of): string =>
  streamOf('delivery', tenant, integration, addressKey);
