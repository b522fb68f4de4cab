import { Logger } from '@nestjs/common';
import { address } from './stand-ins/people.js';
import { KEY, SECOND, T0, TENANT } from './stand-ins/stores.js';
import { ALL_KINDS, DONE, ScriptedTool, seen } from './stand-ins/tools.js';
import { ADA, OUT, hung, opposed, world } from './stand-ins/world.js';

Logger.overrideLogger(false);

describe('A newer revision', () => {
  it('that comes during an attempt stays due and wins', async () => {
    const { worker, planner, people, tool, row, receipts } = await opposed();
    tool.answers = [
      async () => {
        people.set(KEY, { 'offers/email': { ...OUT, since: T0 + 1 } });
        await planner.plan(TENANT, KEY);
        return { ...DONE, closed: ['o1'] };
      },
    ];
    expect(await worker.runDue()).toBe(2);
    expect(tool.told.map(({ revision }) => revision)).toEqual([1, 2]);
    expect(row()).toMatchObject({ revision: 2, appliedRevision: 2, state: 'accepted', outSince: { o1: T0 } });
    expect(await receipts()).toEqual(['Sent 1 sent', 'Superseded 1 done', 'Sent 2 sent', 'Accepted 2 done']);
  });

  it('that the planner has not written yet is read before acting', async () => {
    const { worker, people, tool } = await opposed();
    people.set(KEY, { 'offers/email': { ...OUT, since: T0 + 1 } });
    await worker.runDue();
    expect(tool.told.map(({ revision }) => revision)).toEqual([2]);
  });
});

describe('After a crash between intent and outcome', () => {
  async function crashed(more: ConstructorParameters<typeof ScriptedTool>[0] = ALL_KINDS) {
    const tool = new ScriptedTool(more);
    tool.answers = [hung];
    const made = await opposed(tool);
    void made.worker.runDue();
    while (tool.told.length === 0) await new Promise(setImmediate);
    made.clock.actual += 16 * SECOND;
    return { ...made, survivor: made.process().worker };
  }

  it('the next attempt looks first, and tells nothing twice', async () => {
    const { survivor, tool, row, receipts } = await crashed();
    await survivor.runDue();
    expect(tool.told).toHaveLength(1);
    expect(row()).toMatchObject({ state: 'verified', todo: [] });
    expect(await receipts()).toEqual(['Sent 1 sent', 'Verified 1 verified']);
  });

  it('the next attempt closes the open receipt and tells again what did not arrive', async () => {
    const { survivor, tool, row, receipts } = await crashed();
    tool.observations = [seen('looser')];
    await survivor.runDue();
    expect(tool.told).toHaveLength(2);
    expect(row().state).toBe('accepted');
    expect(await receipts()).toEqual([
      'Sent 1 sent',
      'Superseded 1 interrupted',
      'Sent 1 sent',
      'Accepted 1 done',
    ]);
  });

  it('a tool that cannot be read is told again under the same id', async () => {
    const { survivor, tool } = await crashed({ ...ALL_KINDS, readBack: 'none' });
    await survivor.runDue();
    expect(tool.told.map(({ deliveryId }) => deliveryId)).toEqual([`mail-${KEY}-1`, `mail-${KEY}-1`]);
  });

  it('the lease of the dead worker is respected until it ends', async () => {
    const { survivor, tool, clock } = await crashed();
    clock.actual -= 10 * SECOND;
    expect(await survivor.runDue()).toBe(0);
    expect(tool.told).toHaveLength(1);
  });
});

describe('Several workers', () => {
  it('make one attempt at one row', async () => {
    const { process, tool } = await opposed();
    const workers = Array.from({ length: 3 }, () => process().worker);
    const made = await Promise.all(workers.map((worker) => worker.runDue()));
    expect(made.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(tool.told).toHaveLength(1);
  });

  it('never have more attempts in flight than there are slots', async () => {
    let inFlight = 0;
    let most = 0;
    const tool = new ScriptedTool();
    tool.answers = Array.from({ length: 20 }, () => async () => {
      most = Math.max(most, ++inFlight);
      await new Promise(setImmediate);
      inFlight--;
      return DONE;
    });
    const { worker, planner, people, directory } = world({ mail: tool });
    for (let person = 0; person < 20; person++) {
      const key = person.toString(16).padStart(32, '0');
      people.set(key, { 'offers/email': OUT }, { subjectId: `sub_${person}`, addresses: [address(key)] });
      directory.addresses.set(key, ADA);
      await planner.plan(TENANT, key);
    }
    expect(await worker.runDue()).toBe(20);
    expect(most).toBe(4);
  });
});
