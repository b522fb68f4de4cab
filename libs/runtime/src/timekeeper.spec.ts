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
  lag = 0;
  override follow(consumer: Consumer): Promise<void> {
    this.consumers.push(consumer);
    return Promise.resolve();
  }
  override idle = () => Promise.resolve();
  override status = () => this.consumers.map(({ name }) => ({ consumer: name, lag: this.lag, parked: 0 }));
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
  const event = { stream: 'opposition/t/ab', tenant: 't', recordedAt: 0 } as StoredEvent;
  const clock = new TestClock(0);
  const agenda = new MemoryAgenda();
  const feed = new OneConsumer();
  const alarm = new AlarmClock();
  const reports: string[] = [];
  const told: string[] = [];
  const keeper = new Timekeeper(
    ...([agenda, feed, clock, policies, [alarm], (message: string) => reports.push(message)] as const),
    undefined,
    (message) => told.push(message),
  );
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

  it('K17 plans everything anew when another policy version comes into force, and tells how far it is', async () => {
    expect(feed.consumers).toHaveLength(2);
    version = 2;
    feed.lag = 3;
    alarm.wants = 500;
    await keeper.runDue();
    expect([keeper.replanning(), told]).toEqual([3, ['wake-ups are planned anew under t@2']]);
    const walk = feed.consumers[2];
    await walk?.handle(event);
    expect(agenda.rows.get(event.stream)?.at).toBe(500);
    feed.lag = 0;
    await keeper.runDue();
    expect(keeper.replanning()).toBe(0);
    expect(told.slice(1)).toEqual(['wake-ups are planned under the policies in force; 1 events looked at']);
    expect(new Set(feed.consumers.map(({ name }) => name)).size).toBe(3);
    await keeper.runDue();
    expect([feed.consumers.length, told.length]).toEqual([3, 2]);
  });

  it('plans anew neither other tenants nor what is recorded afterwards: that is planned as it happens', async () => {
    alarm.wants = 600;
    const [live, , walk] = feed.consumers;
    await walk?.handle({ ...event, tenant: 'other' });
    await walk?.handle({ ...event, recordedAt: clock.now() + 3_600_000 });
    expect(agenda.rows.get(event.stream)?.at).toBe(500);
    await live?.handle(event);
    expect(agenda.rows.get(event.stream)?.at).toBe(600);
  });

  it('plans anew also when the clock went back to a version and came again', async () => {
    const before = feed.consumers.length;
    for (version of [1, 2, 2]) {
      clock.set(clock.now() + 1);
      await keeper.turn();
    }
    const names = feed.consumers.map(({ name }) => name);
    expect([names.length, new Set(names).size]).toEqual([before + 2, before + 2]);
  });

  it('wakes many at once, and one that fails keeps none of the others', async () => {
    const streams = Array.from({ length: 70 }, (_, n) => `opposition/t/${n}`);
    for (const stream of streams) await agenda.plan(stream, 1, 100);
    let [running, most] = [0, 0];
    const woken: string[] = [];
    const wake = alarm.wake.bind(alarm);
    alarm.wants = 'never';
    alarm.wake = async (stream) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      if (stream.endsWith('/7')) throw new Error('no');
      woken.push(stream);
      return { version: 2, wakeAt: 'never' };
    };
    expect(await keeper.runDue()).toBe(70);
    alarm.wake = wake;
    expect([woken.length, most]).toEqual([69, 64]);
    expect(agenda.rows.get('opposition/t/7')?.at).toBe(clock.now() + 30_000);
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
    expect(feed.consumers.map(({ topics }) => topics)).toEqual([
      ['assent.opposition'],
      ['assent.opposition'],
    ]);
    expect(asked).toEqual([['opposition']]);
    const idle = new Timekeeper(agenda, feed, new TestClock(0), policies, [], () => undefined);
    await idle.start();
    expect(await idle.runDue()).toBe(0);
    expect(feed.consumers).toHaveLength(2);
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
