import { Logger } from '@nestjs/common';
import { KEY, SECOND, T0, TENANT } from './stand-ins/stores.js';
import { DONE, ScriptedTool } from './stand-ins/tools.js';
import { OUT, WRONG, hung, opposed, world } from './stand-ins/world.js';

Logger.overrideLogger(false);

describe('A broken integration', () => {
  it('is called no more until a probe succeeds, keeps its rows, and recovers by itself', async () => {
    const { worker, tool, clock, row, receipts } = await opposed();
    tool.answers = [WRONG];
    tool.health = [WRONG, DONE];
    await worker.runDue();
    expect(row()).toMatchObject({ state: 'queued', lastOutcome: 'config: API Key Invalid' });
    clock.pass(29 * SECOND);
    expect(await worker.runDue()).toBe(0);
    clock.pass(SECOND);
    expect(await worker.runDue()).toBe(0);
    expect([tool.probes, tool.told.length]).toEqual([1, 1]);
    expect(await worker.report(TENANT)).toMatchObject([
      { breaker: 'open', breakerReason: 'config: API Key Invalid', pending: { stop: 1 }, oldestStop: T0 },
    ]);
    clock.pass(60 * SECOND);
    expect(await worker.runDue()).toBe(1);
    expect(row().state).toBe('accepted');
    expect(await receipts()).toEqual(['Sent 1 sent', 'Failed 1 config', 'Sent 1 sent', 'Accepted 1 done']);
    expect(await worker.report(TENANT)).toMatchObject([{ breaker: 'closed', lastSuccess: clock.rule }]);
  });

  it('is probed at once when an operator asks', async () => {
    const { worker, tool, clock, row } = await opposed();
    tool.answers = [WRONG];
    await worker.runDue();
    clock.pass(2 * SECOND);
    worker.reconsider(TENANT, 'mail');
    await worker.runDue();
    expect(row().state).toBe('accepted');
  });

  it('delays no other integration', async () => {
    const slow = new ScriptedTool();
    slow.answers = [hung];
    const quick = new ScriptedTool();
    const { worker, planner, people, row } = world({ slow, quick });
    people.set(KEY, { 'offers/email': OUT });
    await planner.plan(TENANT, KEY);
    void worker.runDue();
    while (row('quick').state !== 'accepted') await new Promise(setImmediate);
    expect(row('slow').state).toBe('sent');
  });
});

describe('An integration that the policy forbids', () => {
  it('S0-39 is never called, not even for what was planned before', async () => {
    const { worker, tool, policies, row } = await opposed();
    policies.forbidden.add('mail');
    await worker.start();
    expect(await worker.runDue()).toBe(0);
    await worker.stop();
    expect([tool.told.length, tool.probes, tool.lookedAt.length]).toEqual([0, 0, 0]);
    expect(row().state).toBe('queued');
    expect(await worker.report(TENANT)).toMatchObject([
      { id: 'mail', inactive: { code: 'transfer-forbidden' } },
    ]);
  });
});
