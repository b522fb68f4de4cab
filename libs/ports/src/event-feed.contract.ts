import type { StoredEvent } from '@assent/contract';
import type { EventFeed } from './event-feed.js';
import { eventNamed, type Opened } from './event-log.contract.js';
import type { EventLog } from './event-log.js';

export interface FeedUnderTest {
  readonly feed: EventFeed;
  readonly log: EventLog;
}

/**
 * What every event feed promises. The feed is opened with few attempts and short delays: at most three attempts, a
 * hundred milliseconds in all.
 */
export function eventFeedContract(name: string, open: () => Promise<Opened<FeedUnderTest>>): void {
  describe(`${name}: an event feed`, () => {
    let opened: Opened<FeedUnderTest>;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    const append = async (stream: string, ...ids: string[]): Promise<void> => {
      for (const id of ids) {
        const version = (await opened.port.log.head(stream))?.version ?? 0;
        await opened.port.log.append(stream, version, [eventNamed(id)], version + 1);
      }
    };
    /** A consumer that remembers what it was given, and fails as often as it is told. */
    const follow = async (
      consumer: string,
      { topics = ['assent.consent'], fail = {} }: { topics?: string[]; fail?: Record<string, number> } = {},
    ): Promise<string[]> => {
      const seen: string[] = [];
      const left = new Map(Object.entries(fail));
      await opened.port.feed.follow({
        name: consumer,
        topics,
        handle: async ({ id }: StoredEvent) => {
          await Promise.resolve();
          const failures = left.get(id) ?? 0;
          left.set(id, failures - 1);
          if (failures > 0) throw new Error(`no ${id}`);
          seen.push(id);
        },
      });
      return seen;
    };

    it('hands over what was there before and what comes after, of the named topics', async () => {
      await append('consent/t/a', '1');
      const seen = await follow('one');
      await append('consent/t/a', '2');
      await append('subject/t/a', 'other');
      await opened.port.feed.idle();
      expect(seen).toEqual(['1', '2']);
    });

    it('keeps the order of each stream while many are written at once', async () => {
      const seen = await follow('one', { fail: { b3: 1, d1: 2 } });
      const streams = ['a', 'b', 'c', 'd'];
      await Promise.all(
        streams.map((stream) =>
          append(`consent/t/${stream}`, ...[1, 2, 3, 4, 5].map((n) => `${stream}${n}`)),
        ),
      );
      await opened.port.feed.idle();
      for (const stream of streams) {
        expect(seen.filter((id) => id.startsWith(stream))).toEqual(
          [1, 2, 3, 4, 5].map((n) => `${stream}${n}`),
        );
      }
    });

    it('goes on where it was, after it was stopped', async () => {
      const before = await follow('one');
      await append('consent/t/a', '1', '2');
      await opened.port.feed.idle();
      await opened.port.feed.stop();
      opened = await opened.crash();
      const afterwards = await follow('one');
      await append('consent/t/a', '3');
      await opened.port.feed.idle();
      expect([before, afterwards]).toEqual([['1', '2'], ['3']]);
    });

    it('loses nothing in a crash, and may hand over again what was not noted yet', async () => {
      const before = await follow('one');
      await append('consent/t/a', '1', '2', '3');
      await opened.port.feed.idle();
      opened = await opened.crash();
      const again = await follow('one');
      await append('consent/t/a', '4');
      await opened.port.feed.idle();
      expect([...new Set([...before, ...again])]).toEqual(['1', '2', '3', '4']);
      expect(again.at(-1)).toBe('4');
    });

    it('has a new consumer begin with the first event', async () => {
      const first = await follow('one');
      await append('consent/t/a', '1', '2');
      await opened.port.feed.idle();
      const second = await follow('two');
      await opened.port.feed.idle();
      expect([first, second]).toEqual([
        ['1', '2'],
        ['1', '2'],
      ]);
    });

    it('tries again what failed, and holds back only its own stream meanwhile', async () => {
      const seen = await follow('one', { fail: { slow: 2 } });
      await append('consent/t/a', 'slow', 'behind');
      await append('consent/t/b', 'free');
      await opened.port.feed.idle();
      expect(seen[0]).toBe('free');
      expect(seen).toEqual(['free', 'slow', 'behind']);
    });

    it('parks a poisonous event after the last try, durably, and goes on with its stream', async () => {
      const seen = await follow('one', { fail: { poison: 99 } });
      await append('consent/t/a', 'poison', 'behind');
      await append('consent/t/b', 'free');
      await opened.port.feed.idle();
      expect([...seen].sort()).toEqual(['behind', 'free']);
      expect(opened.port.feed.status()).toMatchObject([{ consumer: 'one', lag: 0, parked: 1 }]);
      await opened.port.feed.stop();
      opened = await opened.crash();
      expect(await opened.port.feed.parked()).toMatchObject([
        {
          consumer: 'one',
          event: { id: 'poison', version: 1 },
          error: expect.stringContaining('no poison') as string,
        },
      ]);
    });

    it('hands parked events over again, on demand and when the consumer starts', async () => {
      await follow('one', { fail: { poison: 99 } });
      await append('consent/t/a', 'poison');
      await opened.port.feed.idle();
      await opened.port.feed.retryParked();
      expect(await opened.port.feed.parked()).toHaveLength(1);
      await opened.port.feed.stop();
      opened = await opened.crash();
      const mended = await follow('one');
      await opened.port.feed.idle();
      expect(mended).toEqual(['poison']);
      expect(await opened.port.feed.parked()).toEqual([]);
    });

    it('lets one consumer fail without the others', async () => {
      await follow('bad', { fail: { 1: 99 } });
      const good = await follow('good');
      await append('consent/t/a', '1', '2');
      await opened.port.feed.idle();
      expect(good).toEqual(['1', '2']);
    });

    it('stops in the middle of a pause, and is idle afterwards', async () => {
      await follow('one', { fail: { 1: 99 } });
      await append('consent/t/a', '1');
      await opened.port.feed.stop();
      await opened.port.feed.idle();
      expect((await opened.port.log.read('consent/t/a')).length).toBe(1);
    });
  });
}
