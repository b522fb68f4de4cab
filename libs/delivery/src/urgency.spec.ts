import { Logger } from '@nestjs/common';
import type { Outcome } from '@assent/ports';
import { KEY, MINUTE, SECOND, TENANT } from './stand-ins/stores.js';
import { ALL_KINDS, DONE, ScriptedTool } from './stand-ins/tools.js';
import type { IN } from './stand-ins/world.js';
import { ADA, OUT, world } from './stand-ins/world.js';

Logger.overrideLogger(false);
const DROPPED = { code: 'dropped-out' as const, since: 1, eventId: 'p1' };
const call = {
  operation: 'GET /x',
  requestDigest: '',
  responseDigest: null,
  status: 200,
  vendorRequestId: null,
};
const keyOf = (i: number): string => KEY.slice(0, -4) + String(i).padStart(4, '0');

async function plannedWith(
  tool: ScriptedTool,
  cells: Record<string, typeof OUT | typeof IN | typeof DROPPED>,
  count: number,
) {
  const made = world({ mail: tool });
  for (let i = 0; i < count; i++) {
    made.directory.addresses.set(keyOf(i), ADA);
    made.people.set(keyOf(i), cells, { subjectId: `sub_${i}` });
    await made.planner.plan(TENANT, keyOf(i));
  }
  const arrive = async (i: number) => {
    made.directory.addresses.set(keyOf(i), ADA);
    made.people.set(keyOf(i), { 'offers/email': OUT }, { subjectId: `sub_${i}` });
    await made.planner.plan(TENANT, keyOf(i));
  };
  return { ...made, arrive };
}

describe('A stop', () => {
  it('is told next while a thousand drop-outs of one night are told', async () => {
    const tool = new ScriptedTool();
    const { arrive, worker, clock } = await plannedWith(tool, { 'offers/email': DROPPED }, 1_000);
    clock.pass(8 * MINUTE);
    const before = 300;
    tool.answers = Array.from({ length: before }, (_, i) => () => {
      // Somebody clicks while the three hundredth is told.
      if (i === before - 1) return arrive(5_000).then(() => DONE);
      return DONE;
    });
    await worker.runDue();
    const place = tool.told.findIndex(({ addressKey }) => addressKey === keyOf(5_000));
    expect(place).toBeGreaterThanOrEqual(before);
    expect(place).toBeLessThan(before + 5);
    expect(tool.told).toHaveLength(1_001);
  });

  it('is told while more is to be verified than the tool takes calls', async () => {
    const answer: Outcome = { ...DONE, calls: [call, call] };
    const tool = new ScriptedTool({ ...ALL_KINDS, rate: { perSecond: 10, burst: 10 } });
    tool.answers = Array.from({ length: 1_000 }, () => answer);
    const look = tool.lookup.bind(tool);
    tool.lookup = async (desired) => ({ ...(await look(desired)), calls: [call, call] });
    const { arrive, worker, clock, row } = await plannedWith(tool, { 'offers/email': OUT }, 60);
    for (let seconds = 0; seconds < 30; seconds++) {
      await worker.runDue();
      clock.pass(SECOND);
    }
    expect(tool.told).toHaveLength(60);
    const verified = tool.lookedAt.length;
    await arrive(7_000);
    await worker.runDue();
    expect(row('mail', keyOf(7_000)).state).toBe('accepted');
    expect(verified).toBeLessThan(60);
    for (let seconds = 0; seconds < 60; seconds++) {
      await worker.runDue();
      clock.pass(SECOND);
    }
    expect(row('mail', keyOf(7_000)).state).toBe('verified');
    expect(row('mail', keyOf(0)).state).toBe('verified');
  }, 30_000);

  it('waits as long as a storm of 429 asks, not a second less, and is told once after it', async () => {
    const tool = new ScriptedTool();
    const { worker, clock, row } = await plannedWith(tool, { 'offers/email': OUT }, 40);
    const storm: Outcome = {
      class: 'retry',
      detail: 'status 429',
      retryAfterMs: 120 * SECOND,
      calls: [call],
    };
    tool.answers = Array.from({ length: 1_000 }, () => storm);
    await worker.runDue();
    const asked = tool.told.length;
    // Those that were begun before the first answer.
    expect(asked).toBeLessThanOrEqual(4);
    for (let seconds = 0; seconds < 119; seconds++) {
      clock.pass(SECOND);
      await worker.runDue();
    }
    expect(tool.told).toHaveLength(asked);
    tool.answers = [];
    clock.pass(SECOND);
    await worker.runDue();
    clock.pass(SECOND);
    await worker.runDue();
    expect(tool.told.length).toBe(asked + 40);
    expect(row('mail', keyOf(39)).state).toBe('accepted');
  });
});
