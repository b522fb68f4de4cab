import { Logger } from '@nestjs/common';
import { AuditRun } from './audit-run.js';
import { Pace } from './pace.js';
import { OF, stopped } from './stand-ins/comparing.js';
import { HOUR, KEY, T0, TENANT } from './stand-ins/stores.js';
import { ScriptedTool } from './stand-ins/tools.js';
import { OUT } from './stand-ins/world.js';
import { Tool } from './tool.js';

Logger.overrideLogger(false);
const DAY = 24 * HOUR;
const OTHER = 'f'.repeat(32);
const BOB = 'bob@example.org';

describe('A comparison', () => {
  it('is made once a night, first after the first day, also when the clock was set back meanwhile', async () => {
    const { pass, latest, clock, audits, settle } = await stopped(new ScriptedTool());
    await expect(latest()).rejects.toThrow('never compared');
    await pass(DAY);
    const first = (await latest()).id;
    await pass(HOUR);
    expect((await latest()).id).toBe(first);
    clock.rule -= 30 * DAY;
    await settle();
    clock.rule += DAY;
    await settle();
    expect((await latest()).id).not.toBe(first);
    expect((await audits.runs(OF)).map(({ id }) => id)).toEqual([(await latest()).id, first]);
  });

  it('is joined by whoever asks while one is on, in whatever process', async () => {
    const { audits, active, comparingProcess, settle } = await stopped(new ScriptedTool());
    const begun = await audits.begin(active);
    expect(begun.joined).toBe(false);
    const other = comparingProcess();
    for (const { audits: asked } of [{ audits }, other]) {
      expect(await asked.begin(active)).toMatchObject({ joined: true, audit: { id: begun.audit.id } });
    }
    await settle();
    expect((await audits.begin(active)).joined).toBe(false);
    await audits.stop();
  });

  it('waits while a stop is due, and while the tool takes no more calls', async () => {
    const made = await stopped(new ScriptedTool());
    const { people, planner, directory, settle, tool, row, bench, active, clock } = made;
    directory.addresses.set(OTHER, { kind: 'email', value: BOB });
    people.set(OTHER, { 'offers/email': OUT }, { subjectId: 'sub_2' });
    await planner.plan(TENANT, OTHER);
    let [mayAsk, rests] = [false, 0];
    class Watched extends Pace {
      override async rest(): Promise<void> {
        rests += 1;
        if (rests <= 6) expect(tool.lookedAt).toHaveLength(0);
        if (rests === 3) mayAsk = true;
        if (rests === 6) await settle();
      }
    }
    const worker = { mayAsk: () => mayAsk, asked: () => undefined };
    const read = new Tool(active, directory.asPort(), clock, () => undefined);
    await new AuditRun(read, { ...bench, worker }, STATE, new Watched()).run();
    expect(rests).toBeGreaterThanOrEqual(6);
    expect(row('mail', OTHER).attempts).toBe(1);
    expect([...new Set(tool.lookedAt.map(({ addressKey }) => addressKey))]).toEqual([KEY]);
  });
});

const STATE = {
  ...{ id: 'audit_1', startedAt: T0, finishedAt: null, compared: 0, listed: 0, looser: 0, stricter: 0 },
  ...{ reappeared: 0, failed: 0, cursor: null, complete: false, total: 0 },
};
