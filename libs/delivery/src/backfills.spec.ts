import { Logger } from '@nestjs/common';
import { integrationWith, ScriptedTool } from './stand-ins/tools.js';
import { comparing, listed, ListingTool } from './stand-ins/comparing.js';
import { HOUR, KEY, MINUTE, SECOND, TENANT } from './stand-ins/stores.js';
import { IN, OUT } from './stand-ins/world.js';
import { mapped, mappingOf } from './backfill.js';

Logger.overrideLogger(false);
const READER = 'f'.repeat(32);
const LATER = { class: 'retry' as const, calls: [], retryAfterMs: HOUR };
const NOT_TAKEN = { class: 'data' as const, calls: [], detail: 'Invalid Resource' };
const BY = { operator: 'A. Operator', reason: 'removed by hand', actor: 'key:k1' };

/** Ada has refused and a reader has opted in before the tool was looked at. */
async function added(tool = new ScriptedTool(), answers: ScriptedTool['answers'] = [LATER]) {
  const made = comparing(tool);
  const { people, planner, directory, backfills, acceptances, active } = made;
  directory.addresses.set(READER, { kind: 'email', value: 'reader@example.org' });
  people.set(KEY, { 'offers/email': OUT });
  people.set(READER, { 'newsletter/email': IN }, { subjectId: 'sub_2' });
  tool.answers = answers;
  for (const key of [KEY, READER]) await planner.plan(TENANT, key);
  await made.settle();
  const stage = () => backfills.stageOf(active.integration);
  const report = () => acceptances.report(active.integration);
  const told = (key: string) => tool.told.filter(({ addressKey }) => addressKey === key).length;
  return { ...made, tool, stage, report, told };
}

describe('A tool that is new', () => {
  it('is told the stops and no opt-in until every stop is proven there, and then the opt-ins at once', async () => {
    const { stage, report, told, pass, receipts } = await added();
    expect([await stage(), told(KEY), told(READER)]).toEqual(['connecting', 1, 0]);
    expect(await report()).toMatchObject({ done: 0, pending: 1, exceptions: [], accepted: null });
    expect(await receipts('mail', READER)).toEqual([]);
    await pass(HOUR);
    expect([await stage(), told(KEY), told(READER)]).toEqual(['connecting', 2, 0]);
    await pass(5 * SECOND);
    expect([await stage(), await report(), told(READER)]).toEqual(['active', undefined, 1]);
  });

  it('is active at once where nobody has refused', async () => {
    const { stage, told } = await added(new ScriptedTool(), [{ class: 'done', calls: [], verified: true }]);
    expect([await stage(), told(READER)]).toEqual(['active', 1]);
  });

  it('is connecting still in a process that is started again', async () => {
    const { comparingProcess, settle, told, clock } = await added();
    clock.actual += 2 * MINUTE;
    const other = comparingProcess();
    await settle(other);
    expect(await other.backfills.stageOf(other.active.integration)).toBe('connecting');
    expect(told(READER)).toBe(0);
  });

  it('stays active when a later stop fails', async () => {
    const { people, planner, tool, pass, stage } = await added();
    for (const wait of [HOUR, 5 * SECOND]) await pass(wait);
    tool.answers = [LATER];
    people.set(KEY, { 'offers/email': { ...OUT, since: OUT.since + 1 } });
    await planner.plan(TENANT, KEY);
    await pass(0);
    expect(await stage()).toBe('active');
  });
});

describe('A stop that a new tool does not take', () => {
  it('keeps it connecting until a named operator has accepted it, with a receipt that names the acceptance', async () => {
    const { stage, report, told, pass, acceptances, active, directory, log, receipts } = await added(
      new ScriptedTool(),
      [NOT_TAKEN],
    );
    expect(await report()).toMatchObject({ pending: 0, exceptions: [{ addressKey: KEY, state: 'failed' }] });
    await pass(MINUTE);
    expect([await stage(), told(READER)]).toEqual(['connecting', 0]);
    expect(await acceptances.accept(active, BY)).toBe(1);
    await pass(0);
    expect([await stage(), told(READER)]).toEqual(['active', 1]);
    const [event] = (await log.read(`delivery/${TENANT}/mail/${KEY}`)).slice(-1);
    expect(event).toMatchObject({ actor: 'key:k1', fact: { type: 'DeliveryExcused' } });
    const { detail } = event?.fact as unknown as { detail: string };
    expect(JSON.stringify(event)).not.toContain('Operator');
    expect(directory.sealed.get(detail)).toEqual({
      ...{ operator: BY.operator, reason: BY.reason, by: BY.actor },
    });
    expect((await receipts()).at(-1)).toBe('Excused 1 accepted-by-operator');
    expect(await acceptances.accept(active, BY)).toBe(0);
  });

  it('is another one once it is refused anew: what was accepted before does not cover it', async () => {
    const { stage, people, planner, pass, tool, acceptances, active, deliveries, clock } = await added(
      new ScriptedTool(),
      [NOT_TAKEN, LATER],
    );
    const pending = 'd'.repeat(32);
    people.set(pending, { 'offers/email': OUT }, { subjectId: 'sub_3' });
    await planner.plan(TENANT, pending);
    await pass(0);
    await acceptances.accept(active, BY);
    expect(await stage()).toBe('connecting');
    tool.answers = [NOT_TAKEN, NOT_TAKEN, NOT_TAKEN];
    people.set(KEY, { 'offers/email': { ...OUT, since: OUT.since + 1 } });
    await planner.plan(TENANT, KEY);
    await pass(2 * HOUR);
    expect([await stage(), deliveries.rows.size, clock.rule > 0]).toEqual(['connecting', 3, true]);
  });

  it('may be one of somebody without an address: the listing of the tool is read before it becomes active', async () => {
    const tool = new ListingTool();
    tool.contacts = [listed('eve@example.org')];
    const nameless = 'd'.repeat(32);
    const made = comparing(tool);
    made.people.set(nameless, { 'offers/email': OUT }, { subjectId: 'sub_9' });
    await made.planner.plan(TENANT, nameless);
    tool.failures = [{ class: 'config', detail: 'status 403' }];
    for (const wait of [0, SECOND, SECOND, 10 * SECOND, MINUTE]) await made.pass(wait);
    const stage = () => made.backfills.stageOf(made.active.integration);
    expect(await stage()).toBe('connecting');
    expect(tool.asked).toBeGreaterThan(0);
    await made.pass(2 * HOUR);
    expect(await stage()).toBe('active');
  });
});

describe('Other targets', () => {
  it('begin it anew: every stop is told again, and opt-ins wait', async () => {
    const { policies, comparingProcess, settle, pass, clock, told, tool } = await added();
    for (const wait of [HOUR, 5 * SECOND, HOUR]) await pass(wait);
    const before = told(KEY);
    policies.list = [
      integrationWith({ id: 'mail', purposes: { newsletter: { list: 'n2' }, offers: { list: 'o2' } } }),
    ];
    clock.actual += 2 * MINUTE;
    tool.answers = [LATER];
    const other = comparingProcess();
    await settle(other);
    expect(await other.backfills.stageOf(other.active.integration)).toBe('connecting');
    expect(told(KEY)).toBe(before + 1);
  });

  const settings = integrationWith();
  const now = { rule: 1_000, real: 1_000 };
  it.each([
    ['another list', { purposes: { newsletter: { list: 'x' } } }, false],
    ['another role', { role: 'mixed' as const }, false],
    ['another key', { options: { apiKey: 'new' } }, true],
    [
      'the same, written in another order',
      { purposes: { offers: { list: 'o1' }, newsletter: { list: 'n1' } } },
      true,
    ],
  ])('%s: the same is %s', (_, more, same) =>
    expect(mappingOf(integrationWith(more)) === mappingOf(settings)).toBe(same),
  );

  it('are not taken back by a process that has not heard of them, for ten minutes', () => {
    const old = mapped(undefined, 'old', now);
    const changed = mapped({ ...old, activeAt: 5 }, 'new', now);
    expect(changed).toMatchObject({ mapping: 'new', previous: 'old', toldAgain: false, activeAt: null });
    expect(mapped(changed, 'old', { rule: 1_000, real: now.real + 9 * MINUTE })).toBe(changed);
    expect(mapped(changed, 'old', { rule: 1_000, real: now.real + 11 * MINUTE }).mapping).toBe('old');
    expect(mapped(changed, 'new', now)).toBe(changed);
  });
});
