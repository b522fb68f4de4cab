import { Injectable } from '@nestjs/common';
import { Clock, streamOf } from '@assent/kernel';
import {
  ALL,
  covers,
  lineage,
  type ConsentFact,
  type NewsletterFact,
  type Scope,
  type StoredEvent,
} from '@assent/contract';
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

type OptInFact = ConsentFact | NewsletterFact;

/**
 * The acts of a person, read from the consents and subscriptions on record, that can open an objection (seeds K15). A
 * confirmed subscription is as old as its request: what was refused between the two steps stays refused.
 */
@Injectable()
export class OptIns {
  constructor(
    private readonly log: EventLog,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  /** All of them, those that were only noted included: they too are acts of the person. */
  async of(tenant: string, subjectId: string): Promise<PurposeOptIn[]> {
    return (await this.read(tenant, subjectId)).flatMap((event) => this.from(event) ?? []);
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
    const instants = (await this.read(tenant, subjectId)).flatMap(({ fact }) => {
      const yes = yesOf(fact);
      return yes !== undefined && yes.at <= at && touches(scope, yes.purpose, yes.channels) ? yes.at : [];
    });
    return instants.length > 0 ? Math.max(...instants) : undefined;
  }

  /** The opt-in that a consent or a confirmation is, if it is one. */
  from({ id, tenant, fact, recordedAt }: StoredEvent<OptInFact>): PurposeOptIn | undefined {
    if (fact.type === 'SubscriptionConfirmed') {
      return { id, at: fact.requestedAt, purpose: fact.purpose, channels: SUBSCRIBED, recordedAt };
    }
    if (fact.type !== 'ConsentGiven' && fact.type !== 'ConsentNoted') return undefined;
    if (!isOptIn(fact, this.policies.at(tenant, fact.at))) return undefined;
    return { id, at: fact.at, purpose: fact.purpose, channels: fact.channels, recordedAt };
  }

  private async read(tenant: string, subjectId: string): Promise<StoredEvent<OptInFact>[]> {
    const streams = (['consent', 'newsletter'] as const).map((concept) =>
      this.log.read(streamOf(concept, tenant, subjectId)),
    );
    return (await Promise.all(streams)).flat() as StoredEvent<OptInFact>[];
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

/** Subscriptions are for e-mail. */
const SUBSCRIBED: readonly string[] = ['email'];

const yesOf = (fact: OptInFact) =>
  fact.type === 'ConsentGiven'
    ? { at: fact.at, purpose: fact.purpose, channels: fact.channels }
    : fact.type === 'SubscriptionConfirmed'
      ? { at: fact.requestedAt, purpose: fact.purpose, channels: SUBSCRIBED }
      : undefined;

const touches = (scope: Scope, purpose: string, channels: readonly string[]): boolean =>
  channels.some(
    (channel) =>
      covers(scope, purpose, channel) ||
      (lineage(scope.purpose).includes(purpose) && (scope.channel === ALL || scope.channel === channel)),
  );
