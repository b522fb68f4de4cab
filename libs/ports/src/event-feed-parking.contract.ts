import type { Opened } from './event-log.contract.js';
import { append, follow, type FeedUnderTest } from './feed-under-test.contract.js';

/** What every event feed promises of events that fail. */
export function parkingContract(name: string, open: () => Promise<Opened<FeedUnderTest>>): void {
  describe(`${name}: an event feed whose events fail`, () => {
    let opened: Opened<FeedUnderTest>;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    it('tries again what failed, and holds back only its own stream meanwhile', async () => {
      const seen = await follow(opened.port, 'one', { fail: { slow: 2 } });
      await append(opened.port, 'consent/t/a', 'slow', 'behind');
      await append(opened.port, 'consent/t/b', 'free');
      await opened.port.feed.idle();
      expect(seen[0]).toBe('free');
      expect(seen).toEqual(['free', 'slow', 'behind']);
    });

    it('goes on with other streams, however many are being tried again and wait behind them', async () => {
      let freed = false;
      const seen: string[] = [];
      const many = Array.from({ length: 40 }, (_, n) => String(n));
      await append(opened.port, 'consent/t/long', ...many.map((n) => `long${n}`));
      await Promise.all(many.map((n) => append(opened.port, `consent/t/${n}`, `first${n}`, `second${n}`)));
      await append(opened.port, 'consent/t/free', 'free');
      await opened.port.feed.follow({
        name: 'one',
        topics: ['assent.consent'],
        handle: ({ id }) => {
          freed ||= id === 'free';
          if (!freed) return Promise.reject(new Error('only when the other stream went on'));
          seen.push(id);
          return Promise.resolve();
        },
      });
      await opened.port.feed.idle();
      expect(await opened.port.feed.parked()).toEqual([]);
      expect(seen).toHaveLength(40 + 80 + 1);
      for (const n of many) expect(seen.indexOf(`first${n}`)).toBeLessThan(seen.indexOf(`second${n}`));
    });

    it('hands over one event of a stream at a time, parked ones too', async () => {
      const inHand = new Set<string>();
      let together = 0;
      let mended = false;
      await opened.port.feed.follow({
        name: 'one',
        topics: ['assent.consent'],
        handle: async ({ id, stream }) => {
          if (inHand.has(stream)) together += 1;
          inHand.add(stream);
          await new Promise((resolve) => setImmediate(resolve));
          inHand.delete(stream);
          if (id === 'poison' && !mended) throw new Error('not yet');
        },
      });
      await append(opened.port, 'consent/t/a', 'poison');
      await opened.port.feed.idle();
      mended = true;
      await append(opened.port, 'consent/t/a', '1', '2', '3');
      await Promise.all([opened.port.feed.retryParked(), append(opened.port, 'consent/t/a', '4', '5', '6')]);
      await opened.port.feed.idle();
      expect(together).toBe(0);
      expect(await opened.port.feed.parked()).toEqual([]);
    });

    it('takes a handler that throws for one that rejects', async () => {
      await opened.port.feed.follow({
        name: 'one',
        topics: ['assent.consent'],
        handle: ({ id }) => {
          throw new Error(`thrown at ${id}`);
        },
      });
      await append(opened.port, 'consent/t/a', '1');
      await opened.port.feed.idle();
      expect(await opened.port.feed.parked()).toMatchObject([
        { event: { id: '1' }, error: expect.stringContaining('thrown at 1') as string },
      ]);
    });

    it('parks a poisonous event after the last try, durably, and goes on with its stream', async () => {
      const seen = await follow(opened.port, 'one', { fail: { poison: 99 } });
      await append(opened.port, 'consent/t/a', 'poison', 'behind');
      await append(opened.port, 'consent/t/b', 'free');
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
      await follow(opened.port, 'one', { fail: { poison: 99 } });
      await append(opened.port, 'consent/t/a', 'poison');
      await opened.port.feed.idle();
      await opened.port.feed.retryParked();
      expect(await opened.port.feed.parked()).toHaveLength(1);
      await opened.port.feed.stop();
      opened = await opened.crash();
      const mended = await follow(opened.port, 'one');
      await opened.port.feed.idle();
      expect(mended).toEqual(['poison']);
      expect(await opened.port.feed.parked()).toEqual([]);
    });

    it('lets one consumer fail without the others', async () => {
      await follow(opened.port, 'bad', { fail: { 1: 99 } });
      const good = await follow(opened.port, 'good');
      await append(opened.port, 'consent/t/a', '1', '2');
      await opened.port.feed.idle();
      expect(good).toEqual(['1', '2']);
    });

    it('retries only what is parked still', async () => {
      const seen = await follow(opened.port, 'one', { fail: { poison: 3 } });
      await append(opened.port, 'consent/t/a', 'poison');
      await opened.port.feed.idle();
      expect(seen).toEqual([]);
      await Promise.all([opened.port.feed.retryParked(), opened.port.feed.retryParked()]);
      await opened.port.feed.retryParked();
      expect(seen).toEqual(['poison']);
      expect(opened.port.feed.status()).toEqual([{ consumer: 'one', lag: 0, parked: 0 }]);
    });
  });
}
