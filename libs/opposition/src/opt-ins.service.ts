import { Injectable } from '@nestjs/common';
import { Clock, streamOf } from '@assent/kernel';
import { ALL, covers, lineage, type ConsentFact, type Scope, type StoredEvent } from '@assent/contract';
import { Policies } from '@assent/policy';
import { EventLog } from '@assent/ports';
import { isOptIn, speaksFor } from './opt-in.js';
import type { OptIn } from './opposition.js';

/** An opt-in with the one purpose and the channels that it is for. */
export interface PurposeOptIn extends OptIn {
  readonly purpose: string;
  readonly channels: readonly string[];
  readonly recordedAt: number;
}

/** The acts of a person, read from the consents on record, that can open an objection (seeds K15). */
@Injectable()
export class OptIns {
  constructor(
    private readonly log: EventLog,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  /** All of them, those that were only noted included: they too are acts of the person. */
  async of(tenant: string, subjectId: string): Promise<PurposeOptIn[]> {
    const events = await this.log.read(streamOf('consent', tenant, subjectId));
    return (events as StoredEvent<ConsentFact>[]).flatMap((event) => this.from(event) ?? []);
  }

  /**
   * When the person last consented, up to `at`, to something that the scope refuses: a refusal after it repeats none
   * from before it.
   */
  async lastConsent(
    tenant: string,
    subjectId: string,
    scope: Scope,
    at: number,
  ): Promise<number | undefined> {
    const events = await this.log.read(streamOf('consent', tenant, subjectId));
    const instants = (events as StoredEvent<ConsentFact>[]).flatMap(({ fact }) =>
      fact.type === 'ConsentGiven' && fact.at <= at && touches(scope, fact.purpose, fact.channels)
        ? fact.at
        : [],
    );
    return instants.length > 0 ? Math.max(...instants) : undefined;
  }

  /** The opt-in that a consent is, if it is one. */
  from({ id, tenant, fact, recordedAt }: StoredEvent<ConsentFact>): PurposeOptIn | undefined {
    if (!isOptIn(fact, this.policies.at(tenant, fact.at))) return undefined;
    return { id, at: fact.at, purpose: fact.purpose, channels: fact.channels, recordedAt };
  }

  /** The one with this event id, cut to the purpose and channel asked for; `undefined` when it does not speak for them. */
  async named(
    tenant: string,
    subjectId: string | null,
    { purpose, channel, proof }: { purpose: string; channel: string; proof: string },
  ): Promise<PurposeOptIn | undefined> {
    if (subjectId === null) return undefined;
    const policy = this.policies.at(tenant, this.clock.now());
    const optIn = (await this.of(tenant, subjectId)).find(({ id }) => id === proof);
    if (optIn === undefined || !speaksFor(optIn.purpose, purpose, policy)) return undefined;
    const channels = optIn.channels.filter((one) => channel === ALL || channel === one);
    return channels.length > 0 ? { ...optIn, purpose, channels } : undefined;
  }
}

const touches = (scope: Scope, purpose: string, channels: readonly string[]): boolean =>
  channels.some(
    (channel) =>
      covers(scope, purpose, channel) ||
      (lineage(scope.purpose).includes(purpose) && (scope.channel === ALL || scope.channel === channel)),
  );
