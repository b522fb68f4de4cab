import { Inject, Injectable, Logger } from '@nestjs/common';
import { Consents, NO_OBJECTIONS } from '@assent/consent';
import { DeliveryWorker, Integrations, type Runner } from '@assent/delivery';
import { Clock } from '@assent/kernel';
import { Links } from '@assent/pages';
import { Policies } from '@assent/policy';
import { Deliveries, NO_END, Outgoing, OutgoingFailure, Records, type DeliveryRow } from '@assent/ports';
import { Leases } from '@assent/runtime';
import { SubjectDirectory } from '@assent/subject';
import { canaryAddress } from './canary-address.js';
import { dayOf, hasEntered, SILENCE_MS, silences, type Run, type Seen } from './run.js';

/** Injection token: the pattern of the addresses, `canary+{n}@example.org`; empty: there are none. */
export const CANARY = Symbol('canary');

export interface CanaryReport extends Seen {
  readonly tenant: string;
  readonly integration: string;
}

const LOOK_MS = 30_000;
const LEASE_MS = 60_000;
const BY = { actor: 'reaction:canary', commandId: null } as const;

/**
 * Once a day a synthetic person per tenant agrees to what its tools are for, leaves by the public link as everybody does,
 * and must become silent in each tool within a day. Everything that a click goes through is seen at work: DNS, TLS,
 * proxies, door, log, feed, planner, tools. Afterwards the person is erased.
 */
@Injectable()
export class Canaries implements Runner {
  private readonly logger = new Logger('Canaries');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<number> = Promise.resolve(0);

  constructor(
    @Inject(CANARY) private readonly pattern: string,
    private readonly integrations: Integrations,
    private readonly people: SubjectDirectory,
    private readonly consents: Consents,
    private readonly links: Links,
    private readonly policies: Policies,
    private readonly deliveries: Deliveries,
    private readonly records: Records,
    private readonly leases: Leases,
    private readonly outgoing: Outgoing,
    private readonly clock: Clock,
    worker: DeliveryWorker,
  ) {
    if (pattern !== '') worker.takeLast(this);
  }

  /** Not at once: what is just starting would be slow. */
  start(): void {
    this.timer = setInterval(() => this.ring(), LOOK_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running.catch(() => 0);
  }

  /** Each one step further, where one is due; answers how many were. */
  runDue(): Promise<number> {
    const pass = () => this.pass();
    this.running = this.running.then(pass, pass);
    return this.running;
  }

  /** What the last synthetic person of each tenant has shown. */
  async report(): Promise<readonly CanaryReport[]> {
    if (this.pattern === '') return [];
    const all = await this.records.list<Seen>(SEEN, this.clock.real());
    return all.map(({ key, value }) => {
      const [tenant = '', integration = ''] = key.slice(SEEN.length).split('/');
      return { tenant, integration, ...value };
    });
  }

  private ring(): void {
    this.runDue().catch((error: unknown) =>
      this.logger.error(`the synthetic people could not go on: ${String(error)}`),
    );
  }

  private async pass(): Promise<number> {
    if (!(await this.leases.take('canary', LEASE_MS))) return 0;
    let steps = 0;
    for (const tenant of this.integrations.tenants()) {
      const run = await this.records.get<Run>(`canary/${tenant}`, this.clock.real());
      const next = await this.goOn(tenant, run);
      if (next === undefined) continue;
      await this.records.put(`canary/${tenant}`, next, NO_END);
      steps += 1;
    }
    return steps;
  }

  /** The next step; every one can be repeated after a crash. Undefined: nothing is to be done now. */
  private async goOn(tenant: string, run: Run | undefined): Promise<Run | undefined> {
    const now = this.clock.now();
    if (run === undefined || (run.step === 'over' && run.day !== dayOf(now))) return this.enter(tenant, now);
    if (run.step === 'over') return undefined;
    const rows = await this.rowsOf(tenant, run);
    if (run.step === 'entered') return hasEntered(rows, run, now) ? this.leave(tenant, run, now) : undefined;
    const all = [...silences(rows, run, now)];
    if (all.some(([, seen]) => seen === undefined)) return undefined;
    for (const [integration, seen] of all) if (seen !== undefined) await this.keep(tenant, integration, seen);
    return this.end(tenant, run);
  }

  private async enter(tenant: string, now: number): Promise<Run | undefined> {
    const policy = this.policies.at(tenant, now);
    const mapped = this.integrations
      .active(tenant)
      .filter(
        ({ integration, connector }) =>
          integration.role !== 'transactional' && connector.capabilities.kinds.includes('email'),
      )
      .flatMap(({ integration }) => Object.keys(integration.purposes));
    const purposes = [...new Set(mapped)].filter((purpose) => {
      const rules = policy.purpose(purpose);
      return rules?.class === 'marketing' && !rules.prospecting && rules.channels.includes('email');
    });
    const day = dayOf(now);
    const address = canaryAddress(this.pattern, day, tenant);
    if (purposes.length === 0 || address === undefined) return undefined;
    const { subjectId, state } = await this.people.record(
      tenant,
      {
        addresses: [address, { kind: 'externalId', value: `canary:${day}` }],
        ...{ context: 'consumer', relationship: 'prospect', locale: null, own: true, source: 'canary' },
        ...{ collectedAt: now, dated: true, informed: true, declined: [], notice: null },
        evidence: { method: 'operator', note: 'synthetic person, to see a stop arrive' },
      },
      BY,
    );
    for (const purpose of purposes) await this.agree(tenant, subjectId, purpose, now);
    const addressKey = state.addresses.find(({ kind }) => kind === 'email')?.key ?? '';
    return { day, subjectId, addressKey, purposes, step: 'entered', enteredAt: now, leftAt: null };
  }

  private async agree(tenant: string, subjectId: string, purpose: string, at: number): Promise<void> {
    const notice = this.policies.notice(tenant, purpose, at);
    if (notice === undefined) return;
    const { id, version, digest } = notice;
    const confirmedAt = new Date(at).toISOString();
    const evidence = await this.people.seal(tenant, subjectId, {
      method: 'operator',
      note: 'canary',
      confirmedAt,
    });
    const command = {
      type: 'give',
      ...{ at, purpose, channels: ['email' as const], notice: { id, version, digest } },
      ...{ evidence: { ...evidence, confirmedAt: at }, confirmedAt: at },
      ...{ objections: NO_OBJECTIONS, toldLate: false },
    } as const;
    await this.consents.send(tenant, subjectId, command, at, BY);
  }

  /** As a mail program does it (RFC 8058): one POST to the public address for each mail's link, without anything else. */
  private async leave(tenant: string, run: Run, now: number): Promise<Run | undefined> {
    for (const purpose of run.purposes) {
      const payload = {
        tenant,
        addressKey: run.addressKey,
        kind: 'email',
        purpose,
        channel: 'email',
      } as const;
      const why = await this.click(this.links.of(payload, now).unsubscribe);
      if (why !== undefined) return this.linkFailed(tenant, run, why, now);
    }
    return { ...run, step: 'left', leftAt: now };
  }

  /** Undefined when it was accepted. */
  private async click(url: string): Promise<string | undefined> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = 'List-Unsubscribe=One-Click';
    try {
      const { status } = await this.outgoing.send({ method: 'POST', url, headers, body });
      return status === 200 ? undefined : `status ${status}`;
    } catch (error) {
      if (!(error instanceof OutgoingFailure)) throw error;
      return error.kind;
    }
  }

  /** The worst of all: nobody can leave by the link. Tried again until the next day, and told once. */
  private async linkFailed(tenant: string, run: Run, why: string, now: number): Promise<Run | undefined> {
    const told = run.linkFault === why;
    if (!told) this.logger.error(`${tenant}: the public unsubscribe link does not work: ${why}`);
    for (const { integration } of told ? [] : await this.rowsOf(tenant, run))
      await this.keep(tenant, integration, { seconds: null, failed: true, at: now });
    if (now - run.enteredAt >= SILENCE_MS) return this.end(tenant, run);
    return told ? undefined : { ...run, linkFault: why };
  }

  private async end(tenant: string, run: Run): Promise<Run> {
    const person = await this.people.resolve(tenant, {
      id: run.subjectId,
    });
    if (!('malformed' in person) && person.state !== null && person.state.erasedAt === null)
      await this.people.erase(tenant, person.state, 'no-longer-needed', null, BY);
    return { ...run, step: 'over' };
  }

  private async keep(tenant: string, integration: string, seen: Seen): Promise<void> {
    const key = `${SEEN}${tenant}/${integration}`;
    if (seen.failed)
      this.logger.error(`${tenant}/${integration}: a synthetic person was not seen silent in a day`);
    await this.records.put(key, seen, NO_END);
  }

  private async rowsOf(tenant: string, { subjectId, addressKey }: Run): Promise<readonly DeliveryRow[]> {
    const active = new Set(this.integrations.active(tenant).map(({ integration }) => integration.id));
    const { items } = await this.deliveries.list(tenant, { subjectId }, 200);
    return items.filter((row) => row.addressKey === addressKey && active.has(row.integration));
  }
}

const SEEN = 'canary-seen/';
