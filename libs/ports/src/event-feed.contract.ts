import { parkingContract } from './event-feed-parking.contract.js';
import type { Opened } from './event-log.contract.js';
import { append, follow, type FeedUnderTest } from './feed-under-test.contract.js';

/**
 * What every event feed promises. The feed is opened with few attempts and short delays: three attempts, a hundred
 * milliseconds in all.
 */
export function eventFeedContract(name: string, open: () => Promise<Opened<FeedUnderTest>>): void {
  parkingContract(name, open);
  describe(`${name}: an event feed`, () => {
    let opened: Opened<FeedUnderTest>;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    it('hands over what was there before and what comes after, of the named topics', async () => {
      await append(opened.port, 'consent/t/a', '1');
      const seen = await follow(opened.port, 'one');
      await append(opened.port, 'consent/t/a', '2');
      await append(opened.port, 'subject/t/a', 'other');
      await opened.port.feed.idle();
      expect(seen).toEqual(['1', '2']);
    });

    it('keeps the order of each stream while many are written at once', async () => {
      const seen = await follow(opened.port, 'one', { fail: { b3: 1, d1: 2 } });
      const streams = ['a', 'b', 'c', 'd'];
      await Promise.all(
        streams.map((stream) =>
          append(opened.port, `consent/t/${stream}`, ...[1, 2, 3, 4, 5].map((n) => `${stream}${n}`)),
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
      const before = await follow(opened.port, 'one');
      await append(opened.port, 'consent/t/a', '1', '2');
      await opened.port.feed.idle();
      await opened.port.feed.stop();
      opened = await opened.crash();
      const afterwards = await follow(opened.port, 'one');
      await append(opened.port, 'consent/t/a', '3');
      await opened.port.feed.idle();
      expect([before, afterwards]).toEqual([['1', '2'], ['3']]);
    });

    it('loses nothing in a crash, and may hand over again what was not noted yet', async () => {
      const before = await follow(opened.port, 'one');
      await append(opened.port, 'consent/t/a', '1', '2', '3');
      await opened.port.feed.idle();
      opened = await opened.crash();
      const again = await follow(opened.port, 'one');
      await append(opened.port, 'consent/t/a', '4');
      await opened.port.feed.idle();
      expect([...new Set([...before, ...again])]).toEqual(['1', '2', '3', '4']);
      expect(again.at(-1)).toBe('4');
    });

    it('has a new consumer begin with the first event', async () => {
      const first = await follow(opened.port, 'one');
      await append(opened.port, 'consent/t/a', '1', '2');
      await opened.port.feed.idle();
      const second = await follow(opened.port, 'two');
      await opened.port.feed.idle();
      expect([first, second]).toEqual([
        ['1', '2'],
        ['1', '2'],
      ]);
    });

    it('misses nothing of what is appended while it reads', async () => {
      const seen = await follow(opened.port, 'one');
      const streams = Array.from({ length: 20 }, (_, n) => `consent/t/s${n}`);
      await Promise.all(
        streams.map((stream) => append(opened.port, stream, ...[1, 2, 3, 4, 5].map((n) => `${stream}-${n}`))),
      );
      await opened.port.feed.idle();
      expect(seen).toHaveLength(100);
      expect(new Set(seen).size).toBe(100);
    });

    it('is idle only when what is in hand is done', async () => {
      let finish = (): void => undefined;
      const finished = new Promise<void>((resolve) => (finish = resolve));
      await opened.port.feed.follow({ name: 'one', topics: ['assent.consent'], handle: () => finished });
      await append(opened.port, 'consent/t/a', '1', '2');
      const idle = opened.port.feed.idle().then(() => 'idle');
      const turns = (async () => {
        for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
        return 'busy';
      })();
      expect(await Promise.race([idle, turns])).toBe('busy');
      expect(opened.port.feed.status()).toEqual([{ consumer: 'one', lag: 2, parked: 0 }]);
      finish();
      expect(await idle).toBe('idle');
      expect(opened.port.feed.status()).toEqual([{ consumer: 'one', lag: 0, parked: 0 }]);
    });

    it('hands over again what was in hand at a crash', async () => {
      let finish = (): void => undefined;
      const finished = new Promise<void>((resolve) => (finish = resolve));
      let begun = (): void => undefined;
      const inHand = new Promise<void>((resolve) => (begun = resolve));
      await opened.port.feed.follow({
        name: 'one',
        topics: ['assent.consent'],
        handle: () => (begun(), finished),
      });
      await append(opened.port, 'consent/t/a', '1', '2');
      await inHand;
      const crashed = opened.crash();
      finish();
      opened = await crashed;
      const again = await follow(opened.port, 'one');
      await opened.port.feed.idle();
      expect(again).toEqual(['1', '2']);
    });

    it('stops in the middle of a pause, is idle then and later, and takes no more', async () => {
      const seen = await follow(opened.port, 'one', { fail: { 1: 99 } });
      await append(opened.port, 'consent/t/a', '1', '2');
      const before = opened.port.feed.idle();
      await opened.port.feed.stop();
      await before;
      await append(opened.port, 'consent/t/b', '3');
      await opened.port.feed.idle();
      await opened.port.feed.retryParked();
      await opened.port.feed.stop();
      expect(seen).toEqual([]);
      opened = await opened.crash();
      const again = await follow(opened.port, 'one');
      await opened.port.feed.idle();
      expect(again.filter((id) => id !== '3')).toEqual(['1', '2']);
      expect(again).toContain('3');
    });
  });
}
