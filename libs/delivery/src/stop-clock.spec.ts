import { Logger, type LoggerService } from '@nestjs/common';
import type { Outcome } from '@assent/ports';
import { HOUR, KEY, MINUTE, SECOND, TENANT } from './stand-ins/stores.js';
import { DONE, ScriptedTool } from './stand-ins/tools.js';
import { ADA, OUT, opposed, world } from './stand-ins/world.js';

const DOWN: Outcome = { class: 'retry', detail: 'unreachable', calls: [] };
const told: string[] = [];
const record =
  (level: string) =>
  (message: string): void => {
    if (message.includes('not proven')) told.push(`${level} ${/proven (\d+) h/.exec(message)?.[1] ?? ''}`);
  };

const logger: LoggerService = { log: () => undefined, warn: record('warn'), error: record('error') };
Logger.overrideLogger(logger);
beforeEach(() => void told.splice(0));

/** Down until it is told to come back, for whatever it is asked. */
class Outage extends ScriptedTool {
  up = false;
  override apply(desired: Parameters<ScriptedTool['apply']>[0]): Promise<Outcome> {
    if (!this.up) return Promise.resolve(DOWN);
    return super.apply(desired);
  }
  override probe = (): Promise<Outcome> => Promise.resolve(this.up ? DONE : DOWN);
}

const alarms = (counted: readonly string[]) => counted.filter((one) => one.includes('alarmed'));

describe('The clock of a stop', () => {
  it('is told at 1 h, 24 h and 48 h, once each, in a warning and two errors', async () => {
    const { worker, clock, counted } = await opposed(new Outage());
    for (let minutes = 0; minutes <= 50 * 60; minutes += 30) {
      await worker.runDue();
      clock.pass(30 * MINUTE);
    }
    expect(told).toEqual(['warn 1', 'error 24', 'error 48']);
    expect(alarms(counted)).toEqual(['mail alarmed 1h', 'mail alarmed 24h', 'mail alarmed 48h']);
    const [report] = await worker.report(TENANT);
    expect(report?.overdue).toBe('48h');
  });

  it('goes on over restarts: what was told is not told again, and every stop arrives when the tool is back', async () => {
    const tool = new Outage();
    const made = world({ mail: tool });
    const keys = Array.from({ length: 12 }, (_, i) => KEY.slice(0, -2) + String(i).padStart(2, '0'));
    for (const key of keys) {
      made.directory.addresses.set(key, ADA);
      made.people.set(key, { 'offers/email': OUT }, { subjectId: `sub_${key}` });
      await made.planner.plan(TENANT, key);
    }
    let { worker } = made;
    for (let hours = 0; hours < 25; hours++) {
      await worker.runDue();
      await worker.stop();
      ({ worker } = made.process());
      made.clock.pass(HOUR);
    }
    await worker.runDue();
    expect(told).toEqual(['warn 1', 'error 24']);
    tool.up = true;
    for (const wait of [5 * MINUTE, 5 * MINUTE, HOUR, 5 * SECOND, MINUTE]) {
      made.clock.pass(wait);
      await worker.runDue();
    }
    expect(keys.map((key) => made.row('mail', key).state)).toEqual(keys.map(() => 'verified'));
    expect(new Set(tool.told.map(({ addressKey }) => addressKey)).size).toBe(keys.length);
    expect(told).toHaveLength(2);
    const [report] = await worker.report(TENANT);
    expect([report?.overdue, report?.oldestStop]).toEqual([null, null]);
  });

  it('is told by one of two replicas', async () => {
    const { worker, process, clock } = await opposed(new Outage());
    const other = process();
    clock.pass(HOUR);
    await Promise.all([worker.runDue(), other.worker.runDue()]);
    expect(told).toEqual(['warn 1']);
  });

  it('begins anew for a later stop, after the older ones were proven', async () => {
    const tool = new Outage();
    const { worker, clock, people, planner } = await opposed(tool);
    clock.pass(2 * HOUR);
    await worker.runDue();
    tool.up = true;
    for (const wait of [6 * MINUTE, HOUR, 5 * SECOND, MINUTE]) {
      clock.pass(wait);
      await worker.runDue();
    }
    tool.up = false;
    people.set(KEY, { 'offers/email': { ...OUT, since: clock.now() } });
    await planner.plan(TENANT, KEY);
    await worker.runDue();
    clock.pass(HOUR);
    await worker.runDue();
    expect(told).toEqual(['warn 1', 'warn 1']);
  });

  it('is not set back by an operator who asks to try again', async () => {
    const { worker, clock, planner, integrations, row } = await opposed(new Outage());
    await worker.runDue();
    clock.pass(23 * HOUR);
    const active = integrations.find(TENANT, 'mail');
    if (active) await planner.retry(active, row());
    clock.pass(HOUR);
    await worker.runDue();
    expect(told).toEqual(['warn 1', 'error 24']);
  });
});
