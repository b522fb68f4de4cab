import { Logger } from '@nestjs/common';
import { HOUR, KEY, MINUTE, SECOND, T0, TENANT } from './stand-ins/stores.js';
import { ALL_KINDS, DONE, ScriptedTool } from './stand-ins/tools.js';
import { ADA, OUT, WRONG, opposed, world } from './stand-ins/world.js';

Logger.overrideLogger(false);

describe('A stop', () => {
  it('S0-68 is told with its cause, read back, and verified with receipts', async () => {
    const { worker, tool, clock, row, receipts, log, counted } = await opposed();
    expect(await worker.runDue()).toBe(1);
    expect(tool.told).toHaveLength(1);
    expect(tool.told[0]).toMatchObject({
      address: ADA,
      addressKey: KEY,
      subjectId: 'sub_1',
      revision: 1,
      unknown: 'skip',
      deliveryId: `mail-${KEY}-1`,
      sentAt: T0,
      state: { purposes: { offers: { email: { tri: 'out' } } } },
    });
    expect(row()).toMatchObject({ state: 'accepted', lane: 'verify', appliedRevision: 1, leaseUntil: 0 });
    clock.pass(5 * SECOND);
    expect(await worker.runDue()).toBe(1);
    expect(row()).toMatchObject({ state: 'verified', verifiedAt: T0 + 5 * SECOND, dueAt: null, todo: [] });
    expect(await receipts()).toEqual(['Sent 1 sent', 'Accepted 1 done', 'Verified 1 verified']);
    const [sent, , verified] = await log.read(`delivery/${TENANT}/mail/${KEY}`);
    expect(sent).toMatchObject({ actor: 'integration:mail', causedBy: 'o1', policy: `${TENANT}@1` });
    expect(verified).toMatchObject({
      state: { integration: 'mail', addressKey: KEY, subjectId: 'sub_1', state: 'verified', revision: 1 },
      fact: { observed: 'suppressed', connector: 'scripted@1', attempt: 1 },
    });
    expect(counted).toEqual(['mail done', 'mail verified']);
    expect(await worker.runDue()).toBe(0);
  });

  it('is verified by an answer that proves it', async () => {
    const tool = new ScriptedTool();
    tool.answers = [{ ...DONE, verified: true }];
    const { worker, row, receipts } = await opposed(tool);
    await worker.runDue();
    expect(row().state).toBe('verified');
    expect(await receipts()).toEqual(['Sent 1 sent', 'Verified 1 verified']);
    expect(tool.lookedAt).toHaveLength(0);
  });

  it('ends as accepted at a tool that cannot be read', async () => {
    const { worker, row } = await opposed(new ScriptedTool({ ...ALL_KINDS, readBack: 'none' }));
    await worker.runDue();
    expect(row()).toMatchObject({ state: 'accepted', dueAt: null, appliedRevision: 1 });
  });

  it('waits as long as a 429 asks, a day at most', async () => {
    const tool = new ScriptedTool();
    tool.answers = [
      { class: 'retry', calls: [], detail: 'Too Many Requests', retryAfterMs: 120 * SECOND },
      { class: 'retry', calls: [], retryAfterMs: 100 * HOUR },
    ];
    const { worker, clock, row, receipts } = await opposed(tool);
    await worker.runDue();
    expect(row()).toMatchObject({
      state: 'queued',
      dueAt: T0 + 120 * SECOND,
      attempts: 1,
      lastOutcome: 'retry: Too Many Requests',
    });
    clock.pass(119 * SECOND);
    expect(await worker.runDue()).toBe(0);
    clock.pass(SECOND);
    expect(await worker.runDue()).toBe(1);
    expect(row().dueAt).toBe(clock.rule + 24 * HOUR);
    clock.pass(24 * HOUR);
    await worker.runDue();
    expect(row().state).toBe('accepted');
    expect(await receipts()).toEqual([
      'Sent 1 sent',
      'Failed 1 retry',
      'Sent 1 sent',
      'Failed 1 retry',
      'Sent 1 sent',
      'Accepted 1 done',
    ]);
  });

  it('backs off with jitter, gives up after 72 h, and is tried again every night', async () => {
    const tool = new ScriptedTool();
    tool.answers = Array.from({ length: 200 }, () => ({
      class: 'retry' as const,
      calls: [],
      retryAfterMs: undefined,
    }));
    const { worker, clock, row } = await opposed(tool);
    const waits: number[] = [];
    while (row().state !== 'failed') {
      const began = clock.rule;
      await worker.runDue();
      const due = row().dueAt ?? 0;
      waits.push(due - began);
      clock.pass(Math.max(due - clock.rule, 5 * MINUTE));
    }
    expect(waits.slice(0, 4)).toEqual([1, 2, 4, 8].map((seconds) => seconds * SECOND));
    expect(Math.max(...waits.slice(0, -1))).toBe(30 * MINUTE);
    expect(waits.at(-1)).toBe(24 * HOUR);
    expect(clock.rule - T0).toBeGreaterThan(72 * HOUR);
    tool.answers = [];
    clock.pass(24 * HOUR);
    await worker.runDue();
    clock.pass(5 * MINUTE);
    await worker.runDue();
    expect(row().state).toBe('verified');
  });

  it('that the tool rejects for this address is a dead letter, tried again in the night', async () => {
    const tool = new ScriptedTool();
    tool.answers = [{ class: 'data', calls: [], detail: 'Invalid Resource' }];
    const { worker, row, receipts } = await opposed(tool);
    await worker.runDue();
    expect(row()).toMatchObject({
      state: 'failed',
      dueAt: T0 + 24 * HOUR,
      lastOutcome: 'data: Invalid Resource',
    });
    expect(await receipts()).toEqual(['Sent 1 sent', 'Failed 1 data']);
  });

  it('is never given up because a tool refuses it', async () => {
    const tool = new ScriptedTool();
    tool.answers = [{ class: 'refused', calls: [] }];
    const { worker, row } = await opposed(tool);
    await worker.runDue();
    expect(row()).toMatchObject({ state: 'failed', todo: ['stop'], dueAt: T0 + 24 * HOUR });
  });

  it('of nobody the tool knows is not applicable, with the reason', async () => {
    const tool = new ScriptedTool();
    tool.answers = [{ class: 'not-applicable', calls: [], detail: 'unknown-contact' }];
    const { worker, row, receipts } = await opposed(tool);
    await worker.runDue();
    expect(row()).toMatchObject({
      state: 'not-applicable',
      dueAt: null,
      lastOutcome: 'not-applicable: unknown-contact',
    });
    expect(await receipts()).toEqual(['Sent 1 sent', 'NotApplicable 1 not-applicable']);
  });

  it('survives a connector that throws, and its message reaches no receipt', async () => {
    const tool = new ScriptedTool();
    tool.answers = [() => Promise.reject(new TypeError(`cannot read ${ADA.value}`))];
    const { worker, row, log } = await opposed(tool);
    await worker.runDue();
    expect(row()).toMatchObject({ state: 'queued', lastOutcome: 'retry: fault in the connector: TypeError' });
    expect(JSON.stringify(await log.read(`delivery/${TENANT}/mail/${KEY}`))).not.toContain('example.org');
  });

  it('is not attempted when the intent cannot be recorded', async () => {
    const { worker, tool, log, clock, row } = await opposed();
    log.onAppend = () => {
      throw new Error('disk full');
    };
    await worker.runDue();
    expect(tool.told).toHaveLength(0);
    log.onAppend = () => undefined;
    clock.pass(16 * SECOND);
    await worker.runDue();
    expect(tool.told).toHaveLength(1);
    expect(row().state).toBe('accepted');
  });
});

describe('A running worker', () => {
  it('acts when a row becomes due, and finishes what is in flight before it stops', async () => {
    const { worker, planner, people, row, clock } = world();
    await worker.start();
    people.set(KEY, { 'offers/email': OUT });
    await planner.plan(TENANT, KEY);
    while (row().state !== 'accepted') await new Promise(setImmediate);
    clock.pass(5 * SECOND);
    await worker.stop();
    expect(await worker.runDue()).toBe(0);
    expect(row().leaseUntil).toBe(0);
  });

  it('opens the breaker at the start when the credential is wrong, and sends nothing', async () => {
    const { worker, tool } = await opposed();
    tool.health = [WRONG];
    await worker.start();
    expect(await worker.runDue()).toBe(0);
    expect(await worker.report(TENANT)).toMatchObject([{ breaker: 'open' }]);
    expect(tool.told).toHaveLength(0);
    await worker.stop();
  });
});
