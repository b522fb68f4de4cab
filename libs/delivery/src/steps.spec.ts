import { Logger } from '@nestjs/common';
import { subject } from './stand-ins/people.js';
import { HOUR, KEY, MINUTE, SECOND, T0, TENANT } from './stand-ins/stores.js';
import { DONE, ScriptedTool, seen } from './stand-ins/tools.js';
import { IN, OUT, opposed } from './stand-ins/world.js';

Logger.overrideLogger(false);

describe('An opt-in', () => {
  it('waits until the stop of the same contact is verified', async () => {
    const { worker, planner, people, clock, tool, row } = await opposed();
    people.set(KEY, { 'offers/email': OUT, 'newsletter/email': IN });
    await planner.plan(TENANT, KEY);
    await worker.runDue();
    const told = () => tool.told.map(({ state }) => [state.purposes['offers'], state.purposes['newsletter']]);
    expect(told()).toMatchObject([[{ email: { tri: 'out' } }, { email: { tri: 'untouched' } }]]);
    expect(row()).toMatchObject({ todo: ['stop', 'opt-in'], lane: 'verify' });
    clock.pass(5 * SECOND);
    await worker.runDue();
    expect(told()[1]).toMatchObject([{ email: { tri: 'out' } }, { email: { tri: 'in' } }]);
    clock.pass(5 * SECOND);
    await worker.runDue();
    expect(row()).toMatchObject({ state: 'verified', revision: 2, appliedRevision: 2, todo: [] });
  });

  it('does not follow a stop that the tool cannot make', async () => {
    const { worker, planner, people, tool, row } = await opposed();
    tool.answers = [{ class: 'not-supported', calls: [] }];
    people.set(KEY, { 'offers/email': OUT, 'newsletter/email': IN });
    await planner.plan(TENANT, KEY);
    await worker.runDue();
    expect(row()).toMatchObject({ state: 'not-supported', todo: [], dueAt: null });
    expect(tool.told).toHaveLength(1);
  });

  it('that the vendor refuses ends there', async () => {
    const { worker, planner, people, tool, row } = await opposed();
    tool.answers = [{ class: 'refused', calls: [], detail: 'Member In Compliance State' }];
    people.set(KEY, { 'offers/email': IN });
    await planner.plan(TENANT, KEY);
    await worker.runDue();
    expect(row()).toMatchObject({ state: 'refused', dueAt: null });
  });

  it('knows since when each target is closed, by the act and not by the call', async () => {
    const tool = new ScriptedTool();
    tool.answers = [{ ...DONE, closed: ['o1'] }];
    const { worker, planner, people, clock, row } = await opposed(tool);
    clock.pass(HOUR);
    await worker.runDue();
    expect(row().outSince).toEqual({ o1: T0 });
    clock.pass(5 * SECOND);
    await worker.runDue();
    people.set(KEY, { 'offers/email': { ...IN, since: T0 + MINUTE } });
    await planner.plan(TENANT, KEY);
    await worker.runDue();
    expect(tool.told[1]?.outSince).toEqual({ o1: T0 });
  });
});

describe('An opt-in that the tool once obeyed', () => {
  const letIn = async (more = {}) => {
    const world = await opposed(undefined, more);
    const { worker, planner, people, clock } = world;
    people.set(KEY, { 'newsletter/email': IN });
    await planner.plan(TENANT, KEY);
    await worker.runDue();
    clock.pass(5 * SECOND);
    await worker.runDue();
    expect(world.row()).toMatchObject({ state: 'verified', seenIn: { 'newsletter/email': `${T0} n1` } });
    const active = world.integrations.active(TENANT)[0];
    if (active === undefined) throw new Error('it is not active');
    const before = world.tool.told.length;
    return { ...world, active, again: () => world.tool.told.slice(before) };
  };

  it('is not told again, as whoever is out there has left since', async () => {
    const { worker, planner, active, tool, again, row, receipts } = await letIn();
    tool.observations = [seen('stricter')];
    expect(await planner.resync(active)).toBe(1);
    await worker.runDue();
    expect(again()).toEqual([]);
    expect(tool.lookedAt.at(-1)?.state.purposes['newsletter']?.['email']?.tri).toBe('in');
    expect(row()).toMatchObject({
      state: 'refused',
      dueAt: null,
      lastOutcome: expect.stringMatching(/no longer in/) as string,
    });
    expect((await receipts()).at(-1)).toBe('Refused 2 refused');
  });

  it('is proven by a look when whoever was let in is still in, and looked for again when nobody can tell', async () => {
    const { worker, planner, clock, active, tool, again, row } = await letIn();
    tool.observations = [seen('unknown')];
    await planner.resync(active);
    await worker.runDue();
    expect(row()).toMatchObject({ state: 'queued', lane: 'opt-in' });
    clock.pass(MINUTE);
    await worker.runDue();
    expect([again(), row().state]).toEqual([[], 'verified']);
  });

  it('is left as it is while another is told', async () => {
    const { worker, planner, people, again } = await letIn();
    people.set(KEY, { 'newsletter/email': IN, 'offers/email': { ...IN, since: T0 + 1 } });
    await planner.plan(TENANT, KEY);
    await worker.runDue();
    expect(again().map(({ state }) => state.purposes)).toMatchObject([
      { newsletter: { email: { tri: 'untouched' } }, offers: { email: { tri: 'in' } } },
    ]);
  });

  it('is told when the person opts in anew', async () => {
    const { worker, planner, people, again } = await letIn();
    people.set(KEY, { 'newsletter/email': { ...IN, since: T0 + HOUR } });
    await planner.plan(TENANT, KEY);
    await worker.runDue();
    expect(again()).toMatchObject([{ state: { purposes: { newsletter: { email: { tri: 'in' } } } } }]);
  });

  it('is told at other targets', async () => {
    const { worker, planner, active, again } = await letIn();
    Object.assign(active.integration, { purposes: { newsletter: { list: 'n2' } } });
    await planner.resync(active);
    await worker.runDue();
    expect(again()).toHaveLength(1);
  });

  it('is told to a webhook, which is told everything', async () => {
    const { worker, planner, active, again } = await letIn({ kind: 'webhook' });
    await planner.resync(active);
    await worker.runDue();
    expect(again()).toHaveLength(1);
  });
});

describe('An erasure', () => {
  it('stops, sees the stop, erases, and sees the absence twice', async () => {
    const { worker, planner, people, clock, tool, row } = await opposed();
    people.set(KEY, { 'offers/email': { ...OUT, code: 'erased' } }, { subject: subject({ erasedAt: T0 }) });
    await planner.plan(TENANT, KEY);
    await worker.runDue();
    expect(tool.told[0]?.state.erase).toBe(false);
    clock.pass(5 * SECOND);
    await worker.runDue();
    expect(tool.erased).toHaveLength(1);
    expect(tool.erased[0]?.state.erase).toBe(true);
    clock.pass(15 * MINUTE);
    await worker.runDue();
    expect(row()).toMatchObject({ state: 'accepted', readBacks: 1 });
    clock.pass(6 * HOUR);
    await worker.runDue();
    expect(row()).toMatchObject({ state: 'verified', todo: [] });
  });
});

describe('A webhook', () => {
  it('is told everything at once, without any address being opened', async () => {
    const { worker, planner, people, tool, directory } = await opposed(undefined, { kind: 'webhook' });
    directory.addresses.clear();
    people.set(KEY, { 'offers/email': OUT, 'newsletter/email': IN });
    await planner.plan(TENANT, KEY);
    await worker.runDue();
    expect(tool.told).toHaveLength(1);
    expect(tool.told[0]).toMatchObject({
      address: { kind: 'email', value: '' },
      revision: 2,
      state: { purposes: { offers: { email: { tri: 'out' } }, newsletter: { email: { tri: 'in' } } } },
    });
  });

  it('that cannot tell what it has applied ends as accepted after 24 h', async () => {
    const tool = new ScriptedTool();
    tool.observations = Array.from({ length: 5 }, () => seen('unknown'));
    const { worker, clock, row } = await opposed(tool, { kind: 'webhook' });
    await worker.runDue();
    clock.rule += 25 * HOUR;
    await worker.runDue();
    expect(row()).toMatchObject({ state: 'accepted', dueAt: null });
  });
});

describe('A stop at a tool without contacts', () => {
  it('ends as enforced where messages are sent, never as verified', async () => {
    const tool = new ScriptedTool();
    tool.answers = [{ class: 'enforced-at-send', calls: [] }];
    const { worker, row, receipts } = await opposed(tool);
    await worker.runDue();
    expect(row()).toMatchObject({ state: 'enforced-at-send', todo: [], dueAt: null, verifiedAt: null });
    expect((await receipts()).at(-1)).toMatch(/^EnforcedAtSend/);
    expect(tool.lookedAt).toEqual([]);
  });
});
