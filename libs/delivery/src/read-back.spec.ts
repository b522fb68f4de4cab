import { Logger } from '@nestjs/common';
import { HOUR, MINUTE, SECOND, T0 } from './stand-ins/stores.js';
import { ScriptedTool, seen } from './stand-ins/tools.js';
import { opposed } from './stand-ins/world.js';

Logger.overrideLogger(false);

describe('Reading back', () => {
  const UNEQUAL = Array.from({ length: 9 }, () => seen('unknown'));

  it('happens at 5 s, 1 min, 15 min and 6 h, and ends at the first equal', async () => {
    const tool = new ScriptedTool();
    tool.observations = UNEQUAL.slice(0, 3);
    const { worker, clock, row } = await opposed(tool);
    await worker.runDue();
    const times: number[] = [];
    for (let tick = 0; tick < 8 && row().dueAt !== null; tick++) {
      clock.pass((row().dueAt ?? 0) - clock.rule);
      await worker.runDue();
      times.push(clock.rule - T0);
    }
    expect(times).toEqual([5 * SECOND, MINUTE, 15 * MINUTE, 6 * HOUR]);
    expect(row()).toMatchObject({ state: 'verified', readBacks: 4 });
    expect(tool.told).toHaveLength(1);
  });

  it('is due by real time while the clock of the rules stands still', async () => {
    const { worker, clock, row } = await opposed();
    await worker.runDue();
    clock.actual += 5 * SECOND;
    expect(await worker.runDue()).toBe(1);
    expect(row().state).toBe('verified');
  });

  it('after a long jump of the clock looks once, not at every missed time', async () => {
    const tool = new ScriptedTool();
    tool.observations = UNEQUAL;
    const { worker, clock, row } = await opposed(tool);
    await worker.runDue();
    clock.rule += 7 * HOUR;
    expect(await worker.runDue()).toBe(1);
    expect(row()).toMatchObject({ state: 'accepted', dueAt: T0 + 24 * HOUR });
  });

  it('that is unequal after 24 h is drift: counted, told again, and drifted until it is seen to obey', async () => {
    const tool = new ScriptedTool();
    tool.observations = [...UNEQUAL.slice(0, 4), seen('looser')];
    const { worker, clock, row, receipts, counted } = await opposed(tool);
    await worker.runDue();
    for (const at of [5 * SECOND, MINUTE, 15 * MINUTE, 6 * HOUR, 24 * HOUR]) {
      clock.rule = T0 + at;
      await worker.runDue();
    }
    expect(tool.told).toHaveLength(2);
    expect(row()).toMatchObject({ state: 'drifted', lane: 'verify', revision: 1 });
    expect(counted).toContain('mail drifted!');
    clock.pass(5 * SECOND);
    await worker.runDue();
    expect(row().state).toBe('verified');
    expect(await receipts()).toEqual([
      'Sent 1 sent',
      'Accepted 1 done',
      'Drifted 1 looser',
      'Sent 1 sent',
      'Accepted 1 done',
      'Verified 1 verified',
    ]);
  });

  it('that is looser twice tells the stop again at once', async () => {
    const tool = new ScriptedTool();
    tool.observations = [seen('looser'), seen('looser')];
    const { worker, clock, row } = await opposed(tool);
    await worker.runDue();
    clock.rule = T0 + 5 * SECOND;
    await worker.runDue();
    expect(tool.told).toHaveLength(1);
    clock.rule = T0 + MINUTE;
    await worker.runDue();
    expect(tool.told).toHaveLength(2);
    expect(row()).toMatchObject({ state: 'accepted', acceptedAt: T0, dueAt: T0 + 15 * MINUTE });
  });

  it('that is stricter proves a stop: nobody is mailed', async () => {
    const tool = new ScriptedTool();
    tool.observations = [seen('stricter')];
    const { worker, clock, row } = await opposed(tool);
    await worker.runDue();
    clock.pass(5 * SECOND);
    await worker.runDue();
    expect(row().state).toBe('verified');
  });
});
