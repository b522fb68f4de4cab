import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import type { Decision } from '@assent/contract';
import type { DeliveryRow } from '@assent/ports';
import { Integrations } from './integrations.service.js';
import { HEAD_START_MS } from './plan.js';
import { Planner } from './planner.service.js';
import { desiredFor } from './desired.js';
import { Knowledge, address, knownWith, policyWith } from './stand-ins/people.js';
import {
  KEY,
  ManualClock,
  ManualFeed,
  MemoryDeliveries,
  MemoryDirectory,
  T0,
  TENANT,
} from './stand-ins/stores.js';
import { FixedPolicies, NO_CALLS, ScriptedTool, integrationWith, kindOf } from './stand-ins/tools.js';
import { IN, OUT } from './stand-ins/world.js';

Logger.overrideLogger(false);

const OTHER = 'fedcba9876543210fedcba9876543210';

function setting(...ids: string[]) {
  const names = ids.length > 0 ? ids : ['mail'];
  const tools = new Map(names.map((id) => [id, new ScriptedTool()]));
  const policies = new FixedPolicies(names.map((id) => integrationWith({ id })));
  const clock = new ManualClock();
  const integrations = new Integrations(policies.asPort(), NO_CALLS, clock, [kindOf('scripted', tools)]);
  const feed = new ManualFeed();
  const deliveries = new MemoryDeliveries();
  const directory = new MemoryDirectory();
  const people = new Knowledge();
  const planner = new Planner(
    feed,
    deliveries,
    directory.asPort(),
    people,
    policies.asPort(),
    integrations,
    clock,
  );
  const row = (key = KEY, id = 'mail'): DeliveryRow | undefined =>
    deliveries.rows.get(`${TENANT}/${id}:${key}`);
  return { tools, policies, clock, integrations, feed, deliveries, directory, people, planner, row };
}

describe('The planner', () => {
  it('writes one row per integration and address, with what is known now', async () => {
    const { planner, people, feed, row, deliveries } = setting('mail', 'crm');
    people.set(KEY, { 'offers/email': OUT });
    people.set(OTHER, { 'offers/email': OUT });
    await planner.follow();
    await feed.hand(`consent/${TENANT}/sub_1`);
    expect(deliveries.rows.size).toBe(4);
    expect(row(OTHER, 'crm')).toMatchObject({
      subjectId: 'sub_1',
      revision: 1,
      lane: 'stop',
      desired: { purposes: { offers: { email: { tri: 'out', eventId: 'o1' } } } },
    });
  });

  it('changes nothing when an event comes again', async () => {
    const { planner, people, feed, row, deliveries } = setting();
    people.set(KEY, { 'offers/email': OUT });
    await planner.follow();
    await feed.hand(`opposition/${TENANT}/${KEY}`);
    const before = row();
    await feed.hand(`opposition/${TENANT}/${KEY}`);
    await feed.hand(`subject/${TENANT}/sub_1`);
    expect(row()).toEqual(before);
    expect(deliveries.saves).toBe(1);
  });

  it('grows the revision by one with each change of what is wanted', async () => {
    const { planner, people, row } = setting();
    const revisions: (number | undefined)[] = [];
    for (const decision of [OUT, OUT, IN, { ...OUT, since: T0 + 1 }]) {
      people.set(KEY, { 'offers/email': decision });
      await planner.planSubject(TENANT, 'sub_1');
      revisions.push(row()?.revision);
    }
    expect(revisions).toEqual([1, 1, 2, 3]);
  });

  it('makes a row for an unknown address that objected', async () => {
    const { planner, directory, people, feed, row } = setting();
    people.set(KEY, { 'offers/email': OUT }, { subjectId: null });
    await directory.hold(TENANT, KEY, { address: { kind: 'email', value: 'ada@example.org' }, until: T0 });
    await planner.follow();
    await feed.hand(`opposition/${TENANT}/${KEY}`);
    expect(row()).toMatchObject({ subjectId: null, lane: 'stop' });
  });

  it('passes over an objection whose address is gone: there is no one to name to a tool', async () => {
    const { planner, people, feed, deliveries } = setting();
    people.set(KEY, { 'offers/email': OUT }, { subjectId: null });
    await planner.follow();
    await feed.hand(`opposition/${TENANT}/${KEY}`);
    expect(deliveries.rows.size).toBe(0);
  });

  it('keeps the row of an address that was let go, and finds its kind there', async () => {
    const { planner, directory, people, row } = setting();
    people.set(KEY, { 'offers/email': OUT }, { subjectId: null });
    await directory.hold(TENANT, KEY, { address: { kind: 'email', value: 'ada@example.org' }, until: T0 });
    await planner.plan(TENANT, KEY);
    await directory.release(TENANT, KEY);
    people.set(KEY, { 'offers/email': { ...OUT, since: T0 + 1 } }, { subjectId: null });
    await planner.plan(TENANT, KEY);
    expect(row()).toMatchObject({ revision: 2, desired: { kind: 'email' } });
  });

  it('ignores the events of other tenants', async () => {
    const { planner, people, feed, deliveries } = setting();
    people.set(KEY, { 'offers/email': OUT });
    await planner.follow();
    await feed.hand('consent/publisher/sub_1');
    expect(deliveries.rows.size).toBe(0);
  });

  it('leaves kinds of address alone that the tool cannot hold', async () => {
    const { planner, people, deliveries } = setting();
    people.set(KEY, {}, { addresses: [address(KEY, 'externalId')] });
    await planner.plan(TENANT, KEY);
    expect(deliveries.rows.size).toBe(0);
  });

  it('decides again with the newer row when another writer comes between', async () => {
    const { planner, people, deliveries, row } = setting();
    people.set(KEY, { 'offers/email': IN });
    const [save] = [deliveries.save.bind(deliveries)];
    let raced = false;
    deliveries.save = async (next) => {
      if (!raced) {
        raced = true;
        people.set(KEY, { 'offers/email': OUT });
        await planner.plan(TENANT, KEY);
      }
      return save(next);
    };
    await planner.plan(TENANT, KEY);
    expect(row()).toMatchObject({ revision: 1, lane: 'stop' });
  });

  it('follows the log apart for each integration and policy version, so that a new one is planned from the start', async () => {
    const { planner, policies, feed } = setting('mail', 'crm');
    await planner.follow();
    await planner.follow();
    expect([...feed.consumers.keys()]).toEqual([
      'delivery.plan:presentinfini@1:mail',
      'delivery.plan:presentinfini@1:crm',
    ]);
    policies.version = 2;
    await planner.follow();
    expect([...feed.consumers.keys()].slice(2)).toEqual([
      'delivery.plan:presentinfini@2:mail',
      'delivery.plan:presentinfini@2:crm',
    ]);
  });

  it('S0-39 plans nothing for an integration that the policy forbids', async () => {
    const { planner, policies, people, feed, deliveries } = setting();
    policies.forbidden.add('mail');
    people.set(KEY, { 'offers/email': OUT });
    await planner.follow();
    await planner.planSubject(TENANT, 'sub_1');
    expect(feed.consumers.size).toBe(0);
    expect(deliveries.rows.size).toBe(0);
  });

  it('rings once for a row that became due', async () => {
    const { planner, people } = setting();
    const rung: string[] = [];
    planner.onDue((tenant, id) => rung.push(`${tenant}/${id}`));
    people.set(KEY, { 'offers/email': OUT });
    await planner.plan(TENANT, KEY);
    await planner.plan(TENANT, KEY);
    expect(rung).toEqual([`${TENANT}/mail`]);
  });

  it('makes every row of an integration due again, with what is wanted now', async () => {
    const { planner, people, integrations, deliveries, row } = setting();
    people.set(KEY, { 'offers/email': OUT });
    people.set(OTHER, {}, { subjectId: 'sub_2' });
    await planner.plan(TENANT, KEY);
    await planner.plan(TENANT, OTHER);
    for (const [name, stored] of deliveries.rows)
      deliveries.rows.set(name, { ...stored, dueAt: null, todo: [] });
    people.set(KEY, { 'offers/email': OUT, 'newsletter/email': IN });
    const active = integrations.find(TENANT, 'mail');
    expect(active && (await planner.resync(active))).toBe(1);
    expect(row()).toMatchObject({ revision: 2, todo: ['stop', 'opt-in'], dueAt: T0 - HEAD_START_MS });
    expect(row(OTHER)).toMatchObject({ state: 'not-applicable', dueAt: null });
  });

  it('comes to the state of the final heads, however events are shuffled and repeated', async () => {
    const codes: Partial<Decision>[] = [OUT, IN, {}, { code: 'dropped-out' }, { code: 'consent-withdrawn' }];
    const history = fc.array(fc.constantFrom(...codes), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(history, fc.infiniteStream(fc.nat()), async (decisions, chance) => {
        const { planner, people, feed, row } = setting();
        await planner.follow();
        const next = (below: number): number => ((chance.next().value as number) ?? 0) % below;
        // The log is ahead of its readers: an event is read at any time after it was written, the last one too.
        let written = 0;
        const unread: number[] = [];
        while (written < decisions.length || unread.length > 0) {
          if (written < decisions.length && (unread.length === 0 || next(2) === 0)) {
            people.set(KEY, { 'offers/email': { ...decisions[written], since: T0 + written } });
            unread.push(written++, written);
          } else {
            unread.splice(next(unread.length), 1);
            await feed.hand(next(2) === 0 ? `consent/${TENANT}/sub_1` : `opposition/${TENANT}/${KEY}`);
          }
        }
        const final = { ...decisions.at(-1), since: T0 + written - 1 };
        expect(row()?.desired).toEqual(
          desiredFor(
            knownWith({ 'offers/email': final }, {}),
            policyWith(),
            { role: 'marketing' },
            { kind: 'email', removed: false },
            T0,
          ),
        );
      }),
      { numRuns: 60 },
    );
  });
});
