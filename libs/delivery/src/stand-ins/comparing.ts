/** A world whose tool can be compared: what it lists, what the list of refusals was told. For specifications. */
import type { Address, OppositionState } from '@assent/contract';
import type { OppositionList } from '@assent/opposition';
import type { Keyring, ListedContact, Listing, Subjects } from '@assent/ports';
import { SharedLeases } from '@assent/runtime';
import { Acceptances } from '../acceptances.service.js';
import { AuditBook } from '../audit-book.js';
import type { AuditBench } from '../audit-compare.js';
import { Audits } from '../audits.service.js';
import { Backfills } from '../backfills.service.js';
import { Drifts } from '../drifts.service.js';
import { Refusals } from '../refusals.service.js';
import { KEY, SECOND, TENANT } from './stores.js';
import { ScriptedTool } from './tools.js';
import { ADA, OUT, world } from './world.js';

/** Lists what it is told to, in pages of two; `failures` come first. */
export class ListingTool extends ScriptedTool {
  override readonly listIn = (): AsyncIterable<Listing> => this.pages();
  contacts: ListedContact[] = [];
  failures: NonNullable<Listing['failed']>[] = [];
  asked = 0;

  private async *pages(): AsyncGenerator<Listing> {
    await Promise.resolve();
    for (let start = 0; ;) {
      this.asked++;
      const failed = this.failures.shift();
      if (failed !== undefined) {
        yield { contacts: [], calls: [], failed };
        if (failed.class !== 'retry') return;
        continue;
      }
      yield { contacts: this.contacts.slice(start, start + 2), calls: [] };
      start += 2;
      if (start >= this.contacts.length) return;
    }
  }
}

export const OF = { tenant: TENANT, id: 'mail' };

export const listed = (value: string, targets: readonly string[] | null = ['o1']): ListedContact => ({
  who: { kind: 'email', value },
  targets,
});

export function comparing(tool: ScriptedTool = new ListingTool(), more = {}) {
  const made = world({ mail: tool }, more);
  const { log, clock, directory, records, deliveries } = made;
  const keys = new Map<string, string>([[ADA.value, KEY]]);
  const refused: { purpose: string; key: string | null }[] = [];
  const entries = new Map<string, OppositionState>();
  const keyring = {
    addressKey: (_: string, { value }: Address) => keys.get(value) ?? 'e'.repeat(32),
    digest: () => 'digest',
  } as unknown as Keyring;
  const subjects = {
    byKey: (_: string, key: string) =>
      Promise.resolve({ subjectId: 'sub_1', state: null, version: 1, key, address: null, keys: [key] }),
  } as unknown as Subjects;
  const list = {
    states: (_: string, asked: readonly string[]) =>
      Promise.resolve(asked.map((key) => entries.get(key) ?? { entries: [], undone: [] })),
    standsSince: () => Promise.resolve(undefined),
    object: (_: string, { key }: { key: string | null }, { scope }: { scope: { purpose: string } }) => {
      refused.push({ purpose: scope.purpose, key });
      return Promise.resolve({ events: [{}] });
    },
  } as unknown as OppositionList;
  const policies = made.policies.asPort();
  /** One process with comparisons and the gate. */
  const comparingProcess = () => {
    const { planner, worker, integrations } = made.process();
    const leases = new SharedLeases(records, clock);
    const port = directory.asPort();
    const drifts = new Drifts(planner, port, log, clock, policies);
    const refusals = new Refusals(list, deliveries, planner, policies, clock, drifts);
    const audits = new Audits(
      ...([integrations, clock, port, leases, records, deliveries, keyring, subjects] as const),
      ...([planner, list, refusals, drifts, worker] as const),
    );
    const backfills = new Backfills(
      ...([integrations, deliveries, records, clock, planner, audits, leases, worker] as const),
    );
    const acceptances = new Acceptances(backfills, port, clock, log, policies);
    const active = integrations.find(TENANT, 'mail');
    if (active === undefined) throw new Error('no integration');
    const bench: AuditBench = {
      ...{ deliveries, directory: port, planner, keyring, subjects, list, refusals, drifts, clock, worker },
      book: new AuditBook(records, () => clock.real()),
    };
    return { planner, worker, audits, backfills, acceptances, active, integrations, bench };
  };
  const own = comparingProcess();
  /** Until nothing is left to do, as the test clock has it. */
  const settle = async ({ worker } = own): Promise<void> => {
    while ((await worker.runDue()) > 0);
  };
  const pass = async (ms: number): Promise<void> => {
    clock.pass(ms);
    await settle();
  };
  return { ...made, ...own, comparingProcess, keys, refused, entries, tool, settle, pass };
}

/** Ada is out and was seen to be; nothing is left to do. */
export async function stopped<T extends ScriptedTool>(tool: T) {
  const made = comparing(tool);
  made.people.set(KEY, { 'offers/email': OUT });
  await made.planner.plan(TENANT, KEY);
  await made.settle();
  await made.pass(5 * SECOND);
  const latest = async () => {
    const audit = await made.audits.latest(OF);
    if (audit === undefined) throw new Error('it was never compared');
    return audit;
  };
  tool.lookedAt.length = 0;
  return { ...made, tool, latest };
}
