import { TestClock, type ConceptName } from '@assent/kernel';
import type { StoredEvent } from '@assent/contract';
import type { Policies } from '@assent/policy';
import { Agenda, EventFeed, type Consumer, type ParkedEvent, type WakeUp } from '@assent/ports';
import { Timekeeper } from './timekeeper.js';
import { Waker } from './waker.js';

class MemoryAgenda extends Agenda {
  readonly rows = new Map<string, WakeUp>();
  override plan(stream: string, version: number, at: number | 'never'): Promise<void> {
    if (at === 'never') this.rows.delete(stream);
    else this.rows.set(stream, { stream, version, at });
    return Promise.resolve();
  }
  override due(now: number, limit: number): Promise<WakeUp[]> {
    return Promise.resolve([...this.rows.values()].filter(({ at }) => at <= now).slice(0, limit));
  }
  override next(): Promise<number | undefined> {
    return Promise.resolve([...this.rows.values()].map(({ at }) => at).sort((a, b) => a - b)[0]);
  }
}

class OneConsumer extends EventFeed {
  readonly consumers: Consumer[] = [];
  override follow(consumer: Consumer): Promise<void> {
    this.consumers.push(consumer);
    return Promise.resolve();
  }
  override idle = () => Promise.resolve();
  override status = () => [];
  override parked = () => Promise.resolve<ParkedEvent[]>([]);
  override retryParked = () => Promise.resolve();
  override stop = () => Promise.resolve();
}

class AlarmClock extends Waker {
  readonly concept: ConceptName = 'opposition';
  woken: number[] = [];
  wants: number | 'never' = 100;
  override wake(_: string, now: number) {
    this.woken.push(now);
    return Promise.resolve({ version: 2, wakeAt: this.wants });
  }
  override wakeAt = () => Promise.resolve({ version: 1, wakeAt: this.wants });
}

describe('The timekeeper', () => {
  let version = 1;
  const policies = {
    tenants: () => ['t'],
    at: () => ({ id: `t@${version}` }),
  } as unknown as Policies;
  const event = { stream: 'opposition/t/ab' } as StoredEvent;
  const clock = new TestClock(0);
  const agenda = new MemoryAgenda();
  const feed = new OneConsumer();
  const alarm = new AlarmClock();
  const reports: string[] = [];
  const keeper = new Timekeeper(agenda, feed, clock, policies, [alarm], (message) => reports.push(message));
  afterAll(() => keeper.stop());

  it('plans a wake-up after an event, and wakes the stream when its time has come', async () => {
    await keeper.turn();
    await feed.consumers[0]?.handle(event);
    clock.set(99);
    expect(await keeper.runDue()).toBe(0);
    clock.set(100);
    alarm.wants = 'never';
    expect(await keeper.runDue()).toBe(1);
    expect(alarm.woken).toEqual([100]);
    expect(agenda.rows.size).toBe(0);
  });

  it('does not turn in a loop when a stream wants to be woken at once, and says so', async () => {
    alarm.wants = 50;
    await feed.consumers[0]?.handle(event);
    expect(await keeper.runDue()).toBe(1);
    expect(await keeper.runDue()).toBe(0);
    expect(reports).toEqual(['opposition/t/ab wants to be woken again at once']);
  });

  it('K17 reads the log anew when another policy version comes into force', async () => {
    version = 2;
    await keeper.runDue();
    expect(new Set(feed.consumers.map(({ name }) => name)).size).toBe(2);
    await keeper.runDue();
    expect(feed.consumers).toHaveLength(2);
  });
});

describe('Several timekeepers of the same concepts', () => {
  it('do not follow or wake what is none of theirs', async () => {
    const feed = new OneConsumer();
    const policies = { tenants: () => ['t'], at: () => ({ id: 't@1' }) } as unknown as Policies;
    const asked: (readonly ConceptName[] | undefined)[] = [];
    const agenda = new MemoryAgenda();
    agenda.due = (...[, , concepts]: Parameters<Agenda['due']>) => {
      asked.push(concepts);
      return Promise.resolve([]);
    };
    const keeper = new Timekeeper(
      agenda,
      feed,
      new TestClock(0),
      policies,
      [new AlarmClock()],
      () => undefined,
    );
    await keeper.runDue();
    expect(feed.consumers.map(({ topics }) => topics)).toEqual([['assent.opposition']]);
    expect(asked).toEqual([['opposition']]);
    const idle = new Timekeeper(agenda, feed, new TestClock(0), policies, [], () => undefined);
    await idle.start();
    expect(await idle.runDue()).toBe(0);
    expect(feed.consumers).toHaveLength(1);
  });

  it('take turns by a lease: the one that has it wakes, and a stop gives it back', async () => {
    const policies = { tenants: () => ['t'], at: () => ({ id: 't@1' }) } as unknown as Policies;
    const agenda = new MemoryAgenda();
    await agenda.plan('opposition/t/ab', 1, 0);
    let holder: string | undefined;
    const released: string[] = [];
    const leases = (who: string) => ({
      take: () => Promise.resolve((holder ??= who) === who),
      release: () => {
        released.push(who);
        return Promise.resolve();
      },
    });
    const alarms = [new AlarmClock(), new AlarmClock()];
    const keepers = alarms.map(
      (alarm, n) =>
        new Timekeeper(
          agenda,
          new OneConsumer(),
          new TestClock(5),
          policies,
          [alarm],
          () => undefined,
          leases(`${n}`),
        ),
    );
    const woken = new Promise<void>((resolve) => {
      for (const alarm of alarms) {
        alarm.wants = 'never';
        const wake = alarm.wake.bind(alarm);
        alarm.wake = (stream, now) => {
          resolve();
          return wake(stream, now);
        };
      }
    });
    await Promise.all(keepers.map((keeper) => keeper.start()));
    await woken;
    await Promise.all(keepers.map((keeper) => keeper.stop()));
    expect(alarms.map((alarm) => alarm.woken.length).sort()).toEqual([0, 1]);
    expect(released.sort()).toEqual(['0', '1']);
  });
});
