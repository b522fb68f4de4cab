import { Logger } from '@nestjs/common';
import { HOUR, KEY, MINUTE, TENANT } from './stand-ins/stores.js';
import { ScriptedTool } from './stand-ins/tools.js';
import { opposed, OUT, WRONG } from './stand-ins/world.js';

Logger.overrideLogger(false);
const WORKS = { class: 'retry', detail: 'status 503', calls: [] } as const;

describe('How an integration stood', () => {
  it('is told after a restart: the last success, the last error, and why its breaker is open', async () => {
    const tool = new ScriptedTool();
    const { worker, process, clock, people, planner } = await opposed(tool);
    await worker.runDue();
    const succeeded = clock.now();
    clock.pass(MINUTE);
    await worker.runDue();
    tool.answers = [WRONG];
    people.set(KEY, { 'offers/email': { ...OUT, since: clock.now() } });
    await planner.plan(TENANT, KEY);
    await worker.runDue();
    const failed = clock.now();
    clock.pass(1);
    const after = process();
    const [report] = await after.worker.report(TENANT);
    expect(report).toMatchObject({
      lastSuccess: succeeded,
      lastError: { at: failed, outcome: 'config: API Key Invalid' },
    });
    tool.health = [WRONG];
    await after.worker.runDue();
    expect((await after.worker.report(TENANT))[0]).toMatchObject({
      breaker: 'open',
      breakerReason: 'config: API Key Invalid',
    });
    clock.pass(HOUR);
    await after.worker.runDue();
    expect((await after.worker.report(TENANT))[0]).toMatchObject({ breaker: 'closed', breakerReason: null });
  });

  it('is known to a replica that has sent nothing itself', async () => {
    const { worker, process, clock } = await opposed(new ScriptedTool());
    const idle = process();
    await idle.worker.report(TENANT);
    await worker.runDue();
    const [report] = await idle.worker.report(TENANT);
    expect(report?.lastSuccess).toBe(clock.now());
  });

  it('is not told as mended by a restart alone: nobody is sent to before a probe was answered', async () => {
    const tool = new ScriptedTool();
    const { worker, process, clock } = await opposed(tool);
    tool.answers = [WRONG];
    await worker.runDue();
    tool.health = [WRONG];
    const asked = tool.told.length;
    clock.pass(2 * MINUTE);
    await process().worker.runDue();
    expect([tool.told.length, tool.probes]).toEqual([asked, 1]);
  });

  it('is stored when it ends', async () => {
    const tool = new ScriptedTool();
    const { worker, records } = await opposed(tool);
    tool.answers = [WORKS];
    await worker.runDue();
    await worker.stop();
    const [health] = await records.list<{ lastError: { outcome: string } }>('health/');
    expect(health?.value.lastError.outcome).toBe('retry: status 503');
  });
});
