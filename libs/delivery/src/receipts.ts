/** The proof of every attempt, appended for good: what was asked, answered and read back (integrations.md §3.5). */
import {
  type DeliveryFact,
  type DeliveryState,
  type DeliveryStateName,
  type StoredEvent,
} from '@assent/contract';
import { streamOf, type Clock, type Decider } from '@assent/kernel';
import type { Policies } from '@assent/policy';
import { handle, type DeliveryRow, type EventLog } from '@assent/ports';

interface Proofs extends DeliveryState {
  /** An attempt that was begun and has no outcome yet. */
  readonly open: { readonly revision: number; readonly attempt: number } | null;
  /** Read back looser, and not yet seen to obey. */
  readonly drifted: boolean;
}

type Of = Pick<DeliveryRow, 'tenant' | 'integration' | 'addressKey'>;

/** Receipts record what happened; there is nothing to refuse. */
const proofs = ({
  integration,
  addressKey,
  subjectId,
}: DeliveryRow): Decider<Proofs, DeliveryFact, DeliveryFact, null> => ({
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
  evolve: (before, fact) => {
    const drifted =
      fact.type === 'DeliveryDrifted' ||
      (before.drifted && before.revision === fact.revision && fact.type !== 'DeliveryVerified');
    const sent = fact.type === 'DeliverySent';
    return {
      ...before,
      subjectId,
      revision: fact.revision,
      state: drifted && UNPROVEN.has(stateOf(fact)) ? 'drifted' : stateOf(fact),
      verifiedAt: fact.type === 'DeliveryVerified' ? fact.at : before.verifiedAt,
      open: sent ? { revision: fact.revision, attempt: fact.attempt } : null,
      drifted,
    };
  },
  wakeAt: () => 'never',
});

const STATES: Record<DeliveryFact['type'], DeliveryStateName> = {
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
const stateOf = ({ type, outcome }: DeliveryFact): DeliveryStateName =>
  type === 'DeliveryFailed' && (outcome === 'retry' || outcome === 'config') ? 'queued' : STATES[type];

/** What has drifted stays so through these, until it is seen to obey. */
const UNPROVEN: ReadonlySet<DeliveryStateName> = new Set(['queued', 'sent', 'accepted', 'drifted']);

export class Receipts {
  constructor(
    private readonly log: EventLog,
    private readonly clock: Clock,
    private readonly policies: Policies,
  ) {}

  /** Durable when it resolves. `causedBy`: the act that is carried to the tool (S0-68). */
  async append(row: DeliveryRow, fact: Omit<DeliveryFact, 'at'>, causedBy: string | null): Promise<void> {
    const at = this.clock.now();
    await handle(
      this.log,
      stream(row),
      proofs(row),
      { at, ...fact },
      null,
      {
        actor: `integration:${row.integration}`,
        policy: this.policies.at(row.tenant, at).id,
        recordedAt: at,
        causedBy,
      },
      ({ integration, addressKey, subjectId, state, revision, verifiedAt }): DeliveryState => ({
        integration,
        addressKey,
        subjectId,
        state,
        revision,
        verifiedAt,
      }),
    );
  }

  /** The attempt that a crash left without an outcome. */
  async open(row: Of): Promise<{ revision: number; attempt: number } | null> {
    return (await this.log.head<Proofs>(stream(row)))?.state.open ?? null;
  }

  async list(row: Of): Promise<StoredEvent<DeliveryFact, DeliveryState>[]> {
    return (await this.log.read(stream(row))) as StoredEvent<DeliveryFact, DeliveryState>[];
  }
}

const stream = ({ tenant, integration, addressKey }: Of): string =>
  streamOf('delivery', tenant, integration, addressKey);
