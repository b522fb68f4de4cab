import { Logger } from '@nestjs/common';
import { KEY, MINUTE, SECOND, TENANT } from './stand-ins/stores.js';
import { ScriptedTool, seen } from './stand-ins/tools.js';
import { ADA, OUT, opposed, world } from './stand-ins/world.js';

Logger.overrideLogger(false);

describe('The address of somebody unknown', () => {
  async function held() {
    const tools = { mail: new ScriptedTool(), crm: new ScriptedTool() };
    const made = world(tools);
    made.people.set(KEY, { 'offers/email': OUT }, { subjectId: null });
    await made.planner.plan(TENANT, KEY);
    return { ...made, tools };
  }

  it('is let go as soon as every integration is seen to obey', async () => {
    const { worker, clock, directory, tools } = await held();
    tools.crm.observations = [seen('unknown')];
    await worker.runDue();
    clock.pass(5 * SECOND);
    await worker.runDue();
    expect(directory.released).toEqual([]);
    clock.pass(MINUTE);
    await worker.runDue();
    expect(directory.released).toEqual([KEY]);
  });

  it('is kept while a tool has not been told', async () => {
    const { worker, clock, directory, tools } = await held();
    tools.crm.answers = [{ class: 'data', calls: [] }];
    await worker.runDue();
    clock.pass(5 * SECOND);
    await worker.runDue();
    expect(directory.released).toEqual([]);
  });

  it('goes in any case at the end of its time', async () => {
    const { worker, directory, clock } = await held();
    await worker.runDue();
    expect(directory.sweptAt).toBe(clock.rule);
  });

  it('that is gone makes the delivery not applicable, and says so', async () => {
    const { worker, directory, row, receipts, tools } = await held();
    directory.addresses.clear();
    await worker.runDue();
    expect(tools.mail.told).toHaveLength(0);
    expect(row()).toMatchObject({ state: 'not-applicable', lastOutcome: 'not-applicable: address-unknown' });
    expect(await receipts()).toEqual(['NotApplicable 1 not-applicable']);
  });

  it('of a person whose address is being stored at this moment is waited for', async () => {
    const { worker, directory, clock, row } = await opposed();
    directory.addresses.clear();
    await worker.runDue();
    expect(row()).toMatchObject({ state: 'queued', lastOutcome: 'retry: address-unknown' });
    directory.addresses.set(KEY, ADA);
    clock.pass(2 * SECOND);
    await worker.runDue();
    expect(row().state).toBe('accepted');
  });
});
