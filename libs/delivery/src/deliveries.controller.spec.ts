import { Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Caller } from '@assent/http';
import { DeliveriesController } from './deliveries.controller.js';
import type { Hooks } from './hooks.service.js';
import { Integrations } from './integrations.service.js';
import type { Poller } from './poller.service.js';
import { Planner } from './planner.service.js';
import { Knowledge } from './stand-ins/people.js';
import {
  HOUR,
  KEY,
  ManualClock,
  ManualFeed,
  MemoryDeliveries,
  MemoryDirectory,
  MemoryLog,
  SECOND,
  T0,
  TENANT,
} from './stand-ins/stores.js';
import { FixedPolicies, NO_CALLS, ScriptedTool, integrationWith, kindOf } from './stand-ins/tools.js';
import { OUT } from './stand-ins/world.js';
import type { Stands } from './stands.service.js';
import { DeliveryWorker } from './worker.service.js';

Logger.overrideLogger(false);
const CALLER = { tenant: TENANT } as Caller;
const STRANGER = { tenant: 'publisher' } as Caller;
const ID = `mail:${KEY}`;

async function doors() {
  const tool = new ScriptedTool();
  const policies = new FixedPolicies([integrationWith(), integrationWith({ id: 'us' })]);
  policies.forbidden.add('us');
  const clock = new ManualClock();
  const deliveries = new MemoryDeliveries();
  const directory = new MemoryDirectory();
  const log = new MemoryLog();
  const people = new Knowledge();
  const kinds = [kindOf('scripted', new Map([['mail', tool]]))];
  const integrations = new Integrations(policies.asPort(), NO_CALLS, clock, kinds);
  const port = directory.asPort();
  const planner = new Planner(
    new ManualFeed(),
    deliveries,
    port,
    people,
    policies.asPort(),
    integrations,
    clock,
  );
  const worker = new DeliveryWorker(deliveries, port, log, clock, policies.asPort(), planner, integrations);
  const asked: string[] = [];
  const poller = {
    soon: ({ id }: { id: string }) => void asked.push(id),
    readAt: () => Promise.resolve(T0),
  };
  const controller = new DeliveriesController(
    deliveries,
    planner,
    worker,
    integrations,
    { path: () => '/hooks/t/mail/secret' } as unknown as Hooks,
    poller as unknown as Poller,
    { of: () => Promise.resolve({ stage: 'active', backfill: null, audit: null }) } as unknown as Stands,
    log,
    clock,
    policies.asPort(),
  );
  const statuses: number[] = [];
  const reply = { status: (code: number) => statuses.push(code) } as unknown as FastifyReply;
  directory.addresses.set(KEY, { kind: 'email', value: 'ada@example.org' });
  people.set(KEY, { 'offers/email': OUT });
  await planner.plan(TENANT, KEY);
  await worker.runDue();
  clock.pass(5 * SECOND);
  await worker.runDue();
  const { addresses } = directory;
  return { controller, worker, deliveries, people, planner, clock, statuses, reply, tool, asked, addresses };
}

describe('The doors of delivery', () => {
  it('show a delivery with its receipts, and no clear address', async () => {
    const { controller } = await doors();
    const page = await controller.list(CALLER, { subject: 'sub_1', integration: 'mail', state: 'verified' });
    expect(page.next).toBeNull();
    expect(page.items).toMatchObject([
      {
        id: ID,
        integration: 'mail',
        subjectId: 'sub_1',
        addressKey: KEY,
        state: 'verified',
        lane: 'stop',
        revision: 1,
        dueAt: null,
        attempts: 1,
        firstDueAt: '2026-06-01T08:00:00.000Z',
        verifiedAt: '2026-06-01T08:00:05.000Z',
        desired: {
          kind: 'email',
          purposes: { offers: { email: { code: 'objection-in-force', since: '2026-06-01T08:00:00.000Z' } } },
        },
        receipts: [
          { type: 'DeliverySent', outcome: 'sent', attempt: 1, revision: 1, causedBy: 'o1', calls: [] },
          { type: 'DeliveryAccepted', outcome: 'done' },
          { type: 'DeliveryVerified', at: '2026-06-01T08:00:05.000Z', observed: 'suppressed' },
        ],
        refusedAtSend: null,
      },
    ]);
    expect(JSON.stringify(page)).not.toContain('example.org');
  });

  it('filter by state and page by cursor', async () => {
    const { controller, people, planner } = await doors();
    const other = 'f'.repeat(32);
    people.set(other, {}, { subjectId: 'sub_2' });
    await planner.plan(TENANT, other);
    const first = await controller.list(CALLER, { limit: 1 });
    const second = await controller.list(CALLER, { limit: 1, cursor: first.next ?? '' });
    expect([first, second].map(({ items }) => items[0]?.subjectId)).toEqual(['sub_1', 'sub_2']);
    expect(second.next).toBeNull();
    expect((await controller.list(CALLER, { state: 'drifted' })).items).toEqual([]);
  });

  it('make one delivery due again with what is wanted now', async () => {
    const { controller, people, worker, tool, reply, statuses } = await doors();
    people.set(KEY, { 'offers/email': { ...OUT, since: T0 + 1 } });
    const shown = await controller.retry(CALLER, ID, reply);
    expect(shown).toMatchObject({ state: 'queued', revision: 2, lane: 'stop' });
    expect(shown.dueAt).not.toBeNull();
    expect(statuses).toEqual([]);
    await worker.runDue();
    expect(tool.told.map(({ revision }) => revision)).toEqual([1, 2]);
  });

  it('answer 200 to a retry when there is nothing to tell', async () => {
    const { controller, people, planner, reply, statuses } = await doors();
    const other = 'f'.repeat(32);
    people.set(other, {}, { subjectId: 'sub_2' });
    await planner.plan(TENANT, other);
    expect(await controller.retry(CALLER, `mail:${other}`, reply)).toMatchObject({ state: 'not-applicable' });
    expect(statuses).toEqual([200]);
  });

  it('keep tenants apart', async () => {
    const { controller, reply } = await doors();
    await expect(controller.retry(STRANGER, ID, reply)).rejects.toMatchObject({ code: 'not-found' });
    expect((await controller.list(STRANGER, {})).items).toEqual([]);
  });

  it('say how each integration stands, and why nothing is sent to one', async () => {
    const { controller } = await doors();
    const { items } = await controller.reports(CALLER);
    expect(items).toEqual([
      {
        id: 'mail',
        kind: 'scripted',
        enabled: true,
        inactive: null,
        role: 'marketing',
        pending: { stop: 0, erase: 0, verify: 0, 'opt-in': 0 },
        oldestPending: null,
        overdue: null,
        breaker: 'closed',
        breakerReason: null,
        hook: '/hooks/t/mail/secret',
        lastPoll: '2026-06-01T08:00:00.000Z',
        lastSuccess: '2026-06-01T08:00:00.000Z',
        lastError: null,
        stage: 'active',
        backfill: null,
        audit: null,
      },
      expect.objectContaining({
        id: 'us',
        enabled: false,
        inactive: { code: 'transfer-forbidden', detail: 'not outside the EU' },
      }),
    ]);
  });

  it('make every delivery of an integration due again, and ask the tool what has changed there', async () => {
    const { controller, worker, tool, reply, statuses, asked } = await doors();
    expect(await controller.resync(CALLER, 'mail', {}, reply)).toMatchObject({ id: 'mail' });
    while ((await worker.runDue()) === 0) await new Promise(setImmediate);
    expect(tool.told.map(({ revision }) => revision)).toEqual([1, 1]);
    expect(asked).toEqual(['mail']);
    await controller.resync(CALLER, 'us', {}, reply);
    expect(statuses).toEqual([200]);
    await expect(controller.resync(CALLER, 'none', {}, reply)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('make due again what a tool lost that was set back to a day, and nothing else', async () => {
    const { controller, people, planner, worker, clock, tool, reply, addresses } = await doors();
    const [first, late] = [clock.rule + HOUR, 'f'.repeat(32)];
    clock.pass(2 * HOUR);
    people.set(late, { 'offers/email': OUT }, { subjectId: 'sub_2' });
    addresses.set(late, { kind: 'email', value: 'late@example.org' });
    await planner.plan(TENANT, late);
    await worker.runDue();
    const told = tool.told.length;
    await controller.resync(CALLER, 'mail', { since: new Date(first).toISOString() }, reply);
    while ((await worker.runDue()) === 0) await new Promise(setImmediate);
    expect(tool.told.slice(told).map(({ addressKey }) => addressKey)).toEqual([late]);
    await expect(controller.resync(CALLER, 'mail', { since: 'then' }, reply)).rejects.toMatchObject({
      code: 'invalid-request',
    });
  });
});
