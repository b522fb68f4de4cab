import { Logger } from '@nestjs/common';
import type { WakeUp } from '@assent/ports';
import { Agenda } from '@assent/ports';
import { Forgotten } from './forgotten.service.js';
import { ToldRecipients } from './recipients.service.js';
import { address, subject } from './stand-ins/people.js';
import { HOUR, KEY, MINUTE, SECOND, T0, TENANT } from './stand-ins/stores.js';
import { ScriptedTool } from './stand-ins/tools.js';
import { OUT, world } from './stand-ins/world.js';

Logger.overrideLogger(false);

class OneAgenda extends Agenda {
  readonly plans: [string, number, number | 'never'][] = [];
  override plan(stream: string, version: number, at: number | 'never'): Promise<void> {
    this.plans.push([stream, version, at]);
    return Promise.resolve();
  }
  override due = (): Promise<WakeUp[]> => Promise.resolve([]);
  override next = (): Promise<undefined> => Promise.resolve(undefined);
}

describe('Whoever got the data of an erased person', () => {
  const person = subject({ addresses: [address(KEY), address('f'.repeat(32), 'externalId')], erasedAt: T0 });

  async function erasing() {
    const tools = { mail: new ScriptedTool(), crm: new ScriptedTool() };
    const made = world(tools);
    const agenda = new OneAgenda();
    const { integrations, deliveries, directory, log, planner, worker, people } = made;
    const recipients = new ToldRecipients(integrations, deliveries, directory.asPort(), planner);
    new Forgotten(log, agenda, worker);
    people.set(KEY, { 'offers/email': { ...OUT, code: 'erased' } }, { subject: person });
    const stream = `subject/${TENANT}/sub_1`;
    await log.append(stream, 0, [{ fact: { type: 'SubjectErased', at: T0 } } as never], person);
    const asked = () => recipients.ofErasure(TENANT, person);
    return { ...made, tools, agenda, recipients, stream, asked };
  }

  it('waits until it is planned, told, and seen to have forgotten: stop first, absence twice', async () => {
    const { recipients, asked, worker, clock, tools } = await erasing();
    expect(await asked()).toMatchObject([
      { integration: 'mail', kind: 'email', state: 'queued', settled: false },
      { integration: 'crm', settled: false },
    ]);
    await recipients.tell(TENANT, person);
    await worker.runDue();
    expect(tools.mail.erased).toEqual([]);
    expect(await asked()).toMatchObject([{ state: 'accepted', toldAt: null, settled: false }, {}]);
    clock.pass(5 * SECOND);
    await worker.runDue();
    const told = clock.rule;
    expect(tools.mail.erased).toHaveLength(1);
    expect(await asked()).toMatchObject([{ toldAt: told, verifiedAt: null, settled: false }, {}]);
    for (const wait of [15 * MINUTE, 6 * HOUR]) {
      clock.pass(wait);
      await worker.runDue();
    }
    expect(await asked()).toMatchObject([
      { state: 'verified', toldAt: told, verifiedAt: clock.rule, settled: true },
      { integration: 'crm', settled: true },
    ]);
  });

  it('wakes the erasure when the last of them has forgotten, and lets the address go', async () => {
    const { recipients, worker, clock, agenda, directory, stream, tools } = await erasing();
    await recipients.tell(TENANT, person);
    for (const wait of [0, 5 * SECOND, 15 * MINUTE]) {
      clock.pass(wait);
      await worker.runDue();
    }
    expect([agenda.plans, directory.released]).toEqual([[], []]);
    clock.pass(6 * HOUR);
    await worker.runDue();
    // Both may have been the last.
    expect(agenda.plans.at(-1)).toEqual([stream, 1, T0]);
    expect(directory.released.at(-1)).toBe(KEY);
    expect(tools.crm.erased).toHaveLength(1);
  });

  it('is not forgotten while it is switched off: it may hold the person', async () => {
    const { recipients, planner, people, policies, asked, worker, clock, directory } = await erasing();
    people.set(KEY, { 'offers/email': OUT });
    await planner.plan(TENANT, KEY);
    policies.forbidden.add('crm');
    people.set(KEY, { 'offers/email': { ...OUT, code: 'erased' } }, { subject: person });
    await recipients.tell(TENANT, person);
    for (const wait of [0, 5 * SECOND, 15 * MINUTE, 6 * HOUR]) {
      clock.pass(wait);
      await worker.runDue();
    }
    expect(await asked()).toMatchObject([{ settled: true }, { integration: 'crm', settled: false }]);
    expect(directory.released).toEqual([]);
  });

  it('is not told again on demand what it was seen to have forgotten', async () => {
    const { recipients, planner, integrations, worker, clock, row, tools } = await erasing();
    await recipients.tell(TENANT, person);
    for (const wait of [0, 5 * SECOND, 15 * MINUTE, 6 * HOUR]) {
      clock.pass(wait);
      await worker.runDue();
    }
    const active = integrations.find(TENANT, 'mail');
    expect(active && (await planner.retry(active, row()))).toBeUndefined();
    await worker.runDue();
    expect([row().state, tools.mail.erased.length]).toEqual(['verified', 1]);
  });
});
