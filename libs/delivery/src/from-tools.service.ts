import { Injectable, Logger, Optional } from '@nestjs/common';
import { normaliseAddress, type Address } from '@assent/contract';
import { Clock } from '@assent/kernel';
import {
  Keyring,
  Outgoing,
  Records,
  Subjects,
  type Capabilities,
  type InboundFact,
  type InboundPerson,
  type ResolvedSubject,
} from '@assent/ports';
import { settingsOf, type ActiveIntegration } from './connectors.js';
import { Integrations } from './integrations.service.js';
import { DeliveryMetrics } from './metrics.js';
import { MovesAndBounces } from './moves-and-bounces.service.js';
import { Refusals, type Heard, type Saying } from './refusals.service.js';
import { UNMEASURED } from './worker.service.js';

/** What one integration posted. `at`: when, in the time of the rules, for what says no time itself. */
export interface Told {
  readonly tenant: string;
  readonly integration: string;
  readonly at: number;
  readonly body: Uint8Array;
  /** The body is a list of facts that the tool was asked for. */
  readonly polled?: Polled;
}

/** What a tool says when it is asked: what happened, or how somebody stands. */
export type Polled = NonNullable<Capabilities['delta']>;

/** So long a tool may tell the same again: Customer.io does for seven days. */
const REMEMBERED_MS = 30 * 24 * 3_600_000;

type Outcome =
  Heard | 'moved' | 'bounced' | 'soft-bounced' | 'repeated' | 'unreadable' | 'answered' | 'closed' | 'waits';

/**
 * What tools say, and what it means (integrations.md §4): who left there has objected here; who was let in there has
 * consented to nothing; a bounce is no refusal; what was our own doing is a confirmation.
 */
@Injectable()
export class FromTools {
  private readonly logger = new Logger('Hooks');
  private readonly metrics: DeliveryMetrics;

  constructor(
    private readonly integrations: Integrations,
    private readonly refusals: Refusals,
    private readonly whereabouts: MovesAndBounces,
    private readonly subjects: Subjects,
    private readonly keyring: Keyring,
    private readonly records: Records,
    private readonly outgoing: Outgoing,
    private readonly clock: Clock,
    @Optional() metrics?: DeliveryMetrics,
  ) {
    this.metrics = metrics ?? UNMEASURED;
  }

  /**
   * Works off what was posted, in its order. Answers how many facts are left for later: those that failed, and those of
   * an address in `blocked`, to which they are added. Not `due`: all of them. Rejects when the body cannot be read at all.
   */
  async hear(told: Told, blocked: Set<string>, due: boolean): Promise<number> {
    const { tenant, integration: id } = told;
    const active = this.integrations.connectedTo(tenant, id);
    const facts = active && this.factsIn(active, told);
    // What was taken out of the settings is nobody's tool any more; what is only switched off may come back.
    if (active === undefined || facts === undefined)
      return this.integrations.all(tenant).some((one) => one.id === id) ? 1 : 0;
    let left = 0;
    for (const fact of facts) {
      const places = placesOf(fact).map((place) => `${tenant} ${place}`);
      const waits = !due || places.some((place) => blocked.has(place));
      const outcome = waits ? 'waits' : await this.tried(active, fact, told);
      if (outcome === 'waits') {
        for (const place of places) blocked.add(place);
        left += 1;
      } else this.metrics.heard(tenant, id, outcome);
    }
    return left;
  }

  /** Undefined when the settings lack what reads it. */
  private factsIn(
    { integration }: ActiveIntegration,
    { body, polled }: Told,
  ): readonly InboundFact[] | undefined {
    if (polled !== undefined) return JSON.parse(Buffer.from(body).toString('utf8')) as InboundFact[];
    return this.integrations.kindOf(integration)?.inbound?.(settingsOf(integration))?.read(body);
  }

  private async tried(active: ActiveIntegration, fact: InboundFact, told: Told): Promise<Outcome> {
    const { tenant, id } = active.integration;
    try {
      const key = this.nameOf(active, fact);
      const now = this.clock.real();
      if (key !== undefined && (await this.records.get(key, now)) !== undefined) return 'repeated';
      const outcome = await this.done(active, fact, told, key ?? null);
      if (key !== undefined && outcome !== 'waits') await this.records.put(key, outcome, now + REMEMBERED_MS);
      return outcome;
    } catch (error) {
      const what = error instanceof Error ? error.name : 'unknown fault';
      this.logger.error(`${tenant}/${id}: "${fact.what}" could not be worked off: ${what}`);
      return 'waits';
    }
  }

  private async done(
    active: ActiveIntegration,
    fact: InboundFact,
    told: Told,
    commandId: string | null,
  ): Promise<Outcome> {
    if (fact.what === 'handshake') return this.answer(fact.url);
    if (fact.what === 'closed') return this.closed(active);
    if (fact.what === 'changed') return this.asked(active, fact, told, commandId);
    const { tenant } = active.integration;
    const now = this.clock.now();
    const at = Math.min(lastOf(fact.at ?? told.at), now);
    const isDated = fact.at !== null && fact.at <= now;
    const who = await this.whom(tenant, fact.who);
    if (who === undefined) return 'unreadable';
    const saying: Saying = { active, who, at, isDated, commandId };
    switch (fact.what) {
      case 'left':
      case 'complained':
        if (told.polled === 'states' && fact.what === 'left')
          return this.refusals.foundOut(saying, fact.targets);
        return this.refusals.refused(
          saying,
          fact.targets,
          fact.what === 'left' ? 'integration' : 'complaint',
        );
      case 'joined':
        return this.refusals.letIn(saying, fact.targets);
      case 'bounced':
        if (!fact.hard) return 'soft-bounced';
        return (await this.whereabouts.bounced(saying)) ? 'bounced' : 'noted';
      case 'moved': {
        const to = addressOf(fact.to);
        if (to === undefined) return 'unreadable';
        return (await this.whereabouts.moved(saying, to)) ? 'moved' : 'confirmed';
      }
    }
  }

  /** The tool's own record says what its webhook did not. */
  private async asked(
    active: ActiveIntegration,
    fact: InboundFact & { what: 'changed' },
    told: Told,
    commandId: string | null,
  ): Promise<Outcome> {
    const found = await active.connector.contact?.(fact.contact, this.clock.real());
    if (found === 'unread') return 'waits';
    if (found === undefined || found === 'absent') return 'noted';
    const targets = fact.targets ?? found.out;
    if (Array.isArray(targets) && targets.length === 0) return 'noted';
    const left = { what: 'left', who: found.who, targets, at: fact.at } as const;
    return this.done(active, left, told, commandId);
  }

  private async answer(url: string): Promise<Outcome> {
    const { status } = await this.outgoing.send({ method: 'GET', url });
    return status >= 200 && status < 300 ? 'answered' : 'waits';
  }

  private closed({ integration: { tenant, id } }: ActiveIntegration): Outcome {
    this.logger.warn(
      `${tenant}/${id}: the tool says that it will tell nothing more; who leaves there is not heard of until it is set up anew`,
    );
    return 'closed';
  }

  private async whom(tenant: string, person: InboundPerson): Promise<ResolvedSubject | undefined> {
    if ('key' in person) return this.subjects.byKey(tenant, person.key);
    const found = await this.subjects.resolve(tenant, { [person.kind]: person.value });
    return 'malformed' in found ? undefined : found;
  }

  /**
   * The tool's own id; without one, everything that it said, with the time. What has neither is told apart by nothing
   * from the same thing said again later, so it is not remembered. Keyed: whoever reads the name learns no address.
   */
  private nameOf({ integration: { tenant, id } }: ActiveIntegration, fact: InboundFact): string | undefined {
    if (fact.id === undefined && fact.at === null) return undefined;
    const said = fact.id === undefined ? fact : { id: fact.id, what: fact.what };
    return `hook-heard/${tenant}/${id}/${this.keyring.digest(tenant, 'hook', said)}`;
  }
}

/** Most tools tell whole seconds: within one, a refusal is the last word (K14). */
const lastOf = (at: number): number => (at % 1_000 === 0 ? at + 999 : at);

const placesOf = (fact: InboundFact): string[] => {
  if (fact.what === 'handshake' || fact.what === 'closed') return [];
  if (fact.what === 'changed') return [`contact ${fact.contact}`];
  return [fact.who, ...(fact.what === 'moved' ? [fact.to] : [])].map(placeOf);
};

const placeOf = (person: InboundPerson): string =>
  'key' in person ? person.key : (addressOf(person)?.value ?? person.value);

const addressOf = (person: InboundPerson): Address | undefined =>
  'key' in person ? undefined : normaliseAddress(person.kind, person.value);
