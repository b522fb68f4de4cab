import type { DeliveryFact } from '@assent/contract';
import type { DeliveryRow, Outcome } from '@assent/ports';
import { SharedLeases } from '@assent/runtime';
import { Integrations } from '../integrations.service.js';
import { Planner } from '../planner.service.js';
import { StopClock } from '../stop-clock.service.js';
import { DeliveryWorker } from '../worker.service.js';
import { Knowledge } from './people.js';
import {
  KEY,
  ManualClock,
  ManualFeed,
  MemoryDeliveries,
  MemoryDirectory,
  MemoryLog,
  MemoryRecords,
  T0,
  TENANT,
} from './stores.js';
import { FixedPolicies, integrationWith, kindOf, NO_CALLS, ScriptedTool } from './tools.js';

export const OUT = { code: 'objection-in-force' as const, since: T0, eventId: 'o1' };
export const IN = { code: 'allowed' as const, basis: 'consent' as const, since: T0, eventId: 'c1' };
export const ADA = { kind: 'email' as const, value: 'ada@example.org' };
export const WRONG: Outcome = { class: 'config', detail: 'API Key Invalid', calls: [] };
export const hung = (): Promise<Outcome> => new Promise(() => undefined);

/** Tools, stores, persons, and processes that share them. */
export function world(tools: Record<string, ScriptedTool> = { mail: new ScriptedTool() }, more = {}) {
  const named = new Map(Object.entries(tools));
  const policies = new FixedPolicies([...named.keys()].map((id) => integrationWith({ id, ...more })));
  const kinds = ['scripted', 'webhook'].map((kind) => kindOf(kind, named));
  const clock = new ManualClock();
  const log = new MemoryLog();
  const deliveries = new MemoryDeliveries();
  const directory = new MemoryDirectory();
  const people = new Knowledge();
  const counted: string[] = [];
  const metrics = {
    attempted: (_tenant: string, id: string, outcome: string) => void counted.push(`${id} ${outcome}`),
    drifted: (_tenant: string, id: string) => void counted.push(`${id} drifted!`),
    alarmed: (_tenant: string, id: string, age: string) => void counted.push(`${id} alarmed ${age}`),
    heard: (_tenant: string, id: string, outcome: string) => void counted.push(`${id} heard ${outcome}`),
    refusedAtSend: (_tenant: string, id: string, code: string) => void counted.push(`${id} refused ${code}`),
    audited: (_tenant: string, id: string) => void counted.push(`${id} audited`),
  };
  directory.addresses.set(KEY, ADA);
  /** One process: a planner and a worker of its own on the shared stores. */
  const records = new MemoryRecords();
  const process = (settings: { random?: () => number; slots?: number } = {}) => {
    const integrations = new Integrations(policies.asPort(), NO_CALLS, clock, kinds);
    const planner = new Planner(
      new ManualFeed(),
      deliveries,
      directory.asPort(),
      people,
      policies.asPort(),
      integrations,
      clock,
    );
    const worker = new DeliveryWorker(
      deliveries,
      directory.asPort(),
      log,
      clock,
      policies.asPort(),
      planner,
      integrations,
      metrics,
      { random: () => 0.5, ...settings },
      records,
    );
    const clocks = new StopClock(worker, records, new SharedLeases(records, clock), clock, metrics);
    return { integrations, planner, worker, clocks };
  };
  const row = (id = 'mail', key = KEY): DeliveryRow => {
    const found = deliveries.rows.get(`${TENANT}/${id}:${key}`);
    if (found === undefined) throw new Error(`no row ${id}:${key}`);
    return found;
  };
  const receipts = async (id = 'mail', key = KEY): Promise<string[]> =>
    (await log.read(`delivery/${TENANT}/${id}/${key}`)).map(({ fact }) => {
      const { type, outcome, revision } = fact as DeliveryFact;
      return `${type.replace('Delivery', '')} ${revision} ${outcome}`;
    });
  return {
    policies,
    clock,
    log,
    deliveries,
    directory,
    records,
    people,
    counted,
    process,
    row,
    receipts,
    ...process(),
  };
}

/** A world whose person has refused, with the row planned. */
export async function opposed(tool = new ScriptedTool(), more = {}) {
  const made = world({ mail: tool }, more);
  made.people.set(KEY, { 'offers/email': OUT });
  await made.planner.plan(TENANT, KEY);
  return { ...made, tool };
}
