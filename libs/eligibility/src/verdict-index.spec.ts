import { Logger } from '@nestjs/common';
import { streamOf, type Fact } from '@assent/kernel';
import { given, objected } from './facts-spec.js';
import { IndexedLog } from './indexed-log.js';
import { IndexKeeper } from './index-keeper.service.js';
import { walk } from './walk-spec.js';
import { at, world } from './world-spec.js';

const TENANT = 'presentinfini';

describe('The index of verdicts', () => {
  beforeAll(() => {
    Logger.overrideLogger(false);
  });

  it('is not asked before it is complete, nor about a pair it has no room for', async () => {
    const all = world();
    const who = await all.person('2026-03-10');
    who.did('consent', given('2026-03-10', 'prospecting'));
    const key = who.keys[0] as string;
    expect(all.index.of(TENANT, 'prospecting', 'email')).toBeUndefined();
    await all.indexed();
    expect(all.index.of(TENANT, 'prospecting', 'email')?.of(key)).toBe(true);
    expect(all.index.of(TENANT, 'newsletter.x', 'email')).toBeUndefined();
    expect(all.index.of(TENANT, 'prospecting', 'sms')).toBeUndefined();
    expect(all.index.size()).toMatchObject({ addresses: 1, waiting: 0 });
  });

  it('knows of a write before it is acknowledged, and asks from before it can be seen', async () => {
    const all = world();
    const who = await all.person('2026-03-10');
    who.did('consent', given('2026-03-10', 'prospecting'));
    await all.indexed();
    const said = () => all.index.of(TENANT, 'prospecting', 'email')?.of(who.keys[0] as string);
    const seen: (boolean | undefined)[] = [said()];
    let finish = (): void => undefined;
    const log = new IndexedLog(
      Object.assign(all.log, {
        append: (stream: string) => {
          seen.push(said());
          all.log.record(stream, objected('2026-05-01'));
          return new Promise<void>((resolve) => (finish = resolve));
        },
      }),
    );
    log.uses(all.index);
    const written = log.append(streamOf('opposition', TENANT, who.keys[0] as string), 0, [], {});
    await new Promise((resolve) => setImmediate(resolve));
    await all.index.idle();
    seen.push(said());
    finish();
    await written;
    seen.push(said());
    await all.index.idle();
    expect([...seen, said()]).toEqual([true, undefined, undefined, undefined, false]);
  });

  it('marks every address of the person when one of them objects', async () => {
    const all = world();
    const addresses = [
      { kind: 'email', value: 'a@example.org' },
      { kind: 'email', value: 'b@example.org' },
    ] as const;
    const who = await all.person('2026-03-10', { addresses });
    who.did('consent', given('2026-03-10', 'prospecting'));
    await all.indexed();
    const said = () => who.keys.map((key) => all.index.of(TENANT, 'prospecting', 'email')?.of(key));
    expect(said()).toEqual([true, true]);
    await all.index.during(streamOf('opposition', TENANT, who.keys[1] as string), () => {
      who.objected(objected('2026-05-01'), 1);
      return Promise.resolve();
    });
    expect(said()).toEqual([undefined, undefined]);
    await all.index.idle();
    expect(said()).toEqual([false, false]);
  });

  it('knows an address as soon as it was added', async () => {
    const all = world();
    const who = await all.person('2026-03-10');
    who.did('consent', given('2026-03-10', 'prospecting'));
    await all.indexed();
    const key = all.keyring.addressKey(TENANT, { kind: 'email', value: 'new@example.org' });
    await all.directory.claim(TENANT, key, who.subjectId);
    await all.index.during(streamOf('subject', TENANT, who.subjectId), () => {
      who.did('subject', { type: 'AddressAdded', at: at('2026-05-01'), kind: 'email', key } as Fact);
      return Promise.resolve();
    });
    const said = () => all.index.of(TENANT, 'prospecting', 'email')?.of(key);
    expect(said()).toBeUndefined();
    await all.index.idle();
    expect(said()).toBe(true);
  });

  it('never takes a verdict from heads that were read before the last write', async () => {
    const all = world();
    const who = await all.person('2026-03-10');
    who.did('consent', given('2026-03-10', 'prospecting'));
    await all.indexed();
    const said = () => all.index.of(TENANT, 'prospecting', 'email')?.of(who.keys[0] as string);
    const heads = all.log.heads;
    all.log.heads = async (streams) => {
      const found = await heads(streams);
      const isList = streams.some((stream) => stream.startsWith('opposition/'));
      if (isList) {
        all.log.heads = heads;
        // Read, and not yet given: now the person objects.
        who.objected(objected('2026-05-01'));
        all.index.touch(TENANT, who.keys);
      }
      return found;
    };
    const decided = new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));
    all.index.touch(TENANT, who.keys);
    expect(said()).toBeUndefined();
    await decided;
    expect(said()).not.toBe(true);
    await all.index.idle();
    expect(said()).toBe(false);
  });

  it('hears of what other processes wrote, and is stale when that fails for too long', async () => {
    const all = world();
    const who = await all.person('2026-03-10');
    who.did('consent', given('2026-03-10', 'prospecting'));
    let real = 0;
    all.clock.real = () => real;
    const log = walk(all);
    const keeper = new IndexKeeper(all.index, log, all.clock);
    all.index.follow();
    await keeper.look();
    const said = () => all.index.of(TENANT, 'prospecting', 'email')?.of(who.keys[0] as string);
    expect([said(), all.index.isStale]).toEqual([true, false]);
    // Somebody else may have acknowledged a write a moment ago: no answer is kept to be told again.
    expect(all.index.room(TENANT, who.keys[0] as string)).toBeUndefined();

    who.objected(objected('2026-05-01'));
    real = 4000;
    await keeper.look('tail');
    expect(said()).toBeUndefined();
    await all.index.idle();
    expect(said()).toBe(false);

    log.changes = () => Promise.reject(new Error('no such log'));
    real = 9000;
    await keeper.look('tail');
    expect(all.index.isStale).toBe(false);
    real = 9001;
    expect([said(), all.index.isStale]).toEqual([undefined, true]);
    await expect(
      Promise.resolve().then(() => all.desk.known(TENANT, 'prospecting', 'email')),
    ).rejects.toMatchObject({
      code: 'not-ready',
    });
    await keeper.stop();
  });

  it('says nothing of the time before its verdicts', async () => {
    const all = world();
    const who = await all.person('2026-03-10');
    who.did('consent', given('2026-06-01', 'prospecting'));
    await all.indexed();
    const said = () => all.index.of(TENANT, 'prospecting', 'email')?.of(who.keys[0] as string);
    expect(said()).toBe(true);
    all.clock.set(all.clock.now() - 1);
    expect(said()).toBeUndefined();
  });

  it('says nothing any more when it cannot know whom a write concerns, until it was built anew', async () => {
    const all = world();
    const who = await all.person('2026-03-10');
    await all.indexed();
    const write = () => {
      all.log.failing = 'subject/';
      return Promise.resolve();
    };
    await all.index.during(streamOf('consent', TENANT, who.subjectId), write);
    all.log.failing = undefined;
    expect(all.index.of(TENANT, 'prospecting', 'email')).toBeUndefined();
    const keeper = new IndexKeeper(all.index, walk(all), all.clock);
    await keeper.look();
    expect(all.index.of(TENANT, 'prospecting', 'email')?.of(who.keys[0] as string)).toBe(false);
  });

  it('is not complete when it came to be distrusted while it was built', async () => {
    const all = world();
    const who = await all.person('2026-03-10');
    all.index.begin();
    await all.index.add([...all.log.streams.keys()]);
    await all.index.during(streamOf('consent', TENANT, who.subjectId), () => {
      all.log.failing = 'subject/';
      return Promise.resolve();
    });
    all.log.failing = undefined;
    expect(all.index.finish(0)).toBe(false);
    expect(all.index.of(TENANT, 'prospecting', 'email')).toBeUndefined();
    all.index.begin();
    await all.index.add([...all.log.streams.keys()]);
    expect(all.index.finish(0)).toBe(true);
  });

  it('leaves an address marked whose records cannot be read, and tries again when it is refreshed', async () => {
    const all = world();
    const who = await all.person('2026-03-10');
    await all.indexed();
    const said = () => all.index.of(TENANT, 'prospecting', 'email')?.of(who.keys[0] as string);
    all.log.failing = 'consent/';
    all.index.touch(TENANT, who.keys);
    await all.index.idle();
    expect(said()).toBeUndefined();
    all.log.failing = undefined;
    expect(await all.index.refresh()).toBe(1);
    expect(said()).toBe(false);
  });
});
