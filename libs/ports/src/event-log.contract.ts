import type { NewEvent, EventLog } from './event-log.js';
import { VersionConflict } from './event-log.js';

/** An adapter under test: opened anew on the same storage by `crash`, without being closed first. */
export interface Opened<T> {
  readonly port: T;
  /** The same storage as after the process died: nothing was flushed, closed or stopped. */
  crash(): Promise<Opened<T>>;
  close(): Promise<void>;
}

export const eventNamed = (id: string, more: Partial<NewEvent> = {}): NewEvent => ({
  id,
  tenant: 't',
  at: 1,
  recordedAt: 2,
  policy: 't@1',
  actor: 'key:1',
  causedBy: null,
  commandId: null,
  fact: { type: 'Happened', at: 1 },
  state: { seen: id },
  ...more,
});

/** What every event log promises. */
export function eventLogContract(name: string, open: () => Promise<Opened<EventLog>>): void {
  describe(`${name}: an event log`, () => {
    let opened: Opened<EventLog>;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    it('gives a stream back in the order in which it was written, with its head', async () => {
      const { port: log } = opened;
      await log.append('subject/t/a', 0, [eventNamed('1'), eventNamed('2')], { n: 2 });
      await log.append('subject/t/a', 2, [eventNamed('3')], { n: 3 });
      const events = await log.read('subject/t/a');
      expect(events.map(({ id, version, stream }) => [id, version, stream])).toEqual([
        ['1', 1, 'subject/t/a'],
        ['2', 2, 'subject/t/a'],
        ['3', 3, 'subject/t/a'],
      ]);
      expect(events[0]).toMatchObject({ ...eventNamed('1') });
      expect(await log.head('subject/t/a')).toEqual({ version: 3, state: { n: 3 } });
    });

    it('knows nothing of a stream that was never written', async () => {
      const { port: log } = opened;
      expect([await log.read('subject/t/x'), await log.head('subject/t/x')]).toEqual([[], undefined]);
      await log.append('subject/t/a', 0, [eventNamed('1')], 'one');
      expect(await log.heads(['subject/t/x', 'subject/t/a'])).toEqual([
        undefined,
        { version: 1, state: 'one' },
      ]);
    });

    it('does not take one stream for another whose name begins alike', async () => {
      const { port: log } = opened;
      await log.append('subject/t/ab', 0, [eventNamed('1')], 1);
      expect(await log.read('subject/t/a')).toEqual([]);
      expect(await log.read('subject/t/ab')).toHaveLength(1);
    });

    it('lets one of many simultaneous writers win', async () => {
      const { port: log } = opened;
      const writes = Array.from({ length: 20 }, (_, n) =>
        log.append('subject/t/a', 0, [eventNamed(String(n))], n),
      );
      const outcomes = await Promise.allSettled(writes);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const reasons = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
      );
      expect(reasons.every((reason) => reason instanceof VersionConflict)).toBe(true);
      const [winner] = await log.read('subject/t/a');
      expect((await log.head('subject/t/a'))?.state).toBe(Number(winner?.id));
      expect(await log.read('subject/t/a')).toHaveLength(1);
    });

    it('writes all events of an append and the head, or nothing', async () => {
      const { port: log } = opened;
      const circle: Record<string, unknown> = {};
      circle['itself'] = circle;
      for (const never of [Symbol('not storable'), () => 'not storable', circle]) {
        const unstorable = eventNamed('2', { state: { never } });
        await expect(log.append('subject/t/a', 0, [eventNamed('1'), unstorable], 1)).rejects.toThrow();
        await expect(log.append('subject/t/a', 0, [eventNamed('1')], { never })).rejects.toThrow();
        expect([await log.read('subject/t/a'), await log.head('subject/t/a')]).toEqual([[], undefined]);
      }
      await log.append('subject/t/a', 0, [eventNamed('1')], 1);
      expect(await log.read('subject/t/a')).toHaveLength(1);
    });

    it('is not disturbed by an append that fails beside others', async () => {
      const { port: log } = opened;
      const outcomes = await Promise.allSettled([
        log.append('subject/t/a', 0, [eventNamed('1')], 1),
        log.append('subject/t/b', 7, [eventNamed('2')], 1),
        log.append('subject/t/c', 0, [eventNamed('3')], { never: Symbol('not storable') }),
        log.append('subject/t/d', 0, [eventNamed('4')], 1),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual([
        'fulfilled',
        'rejected',
        'rejected',
        'fulfilled',
      ]);
      const heads = await log.heads(['a', 'b', 'c', 'd'].map((id) => `subject/t/${id}`));
      expect(heads.map((head) => head?.version)).toEqual([1, undefined, undefined, 1]);
    });

    it('never shows half of an append', async () => {
      const { port: log } = opened;
      let writing = true;
      const written = (async () => {
        for (let n = 0; n < 20; n++) {
          await log.append(
            'subject/t/a',
            n * 3,
            ['x', 'y', 'z'].map((id) => eventNamed(`${id}${n}`)),
            n,
          );
        }
        writing = false;
      })();
      while (writing) {
        const seen = (await log.read('subject/t/a')).length;
        expect(seen % 3).toBe(0);
        expect((await log.head('subject/t/a'))?.version ?? 0).toBeGreaterThanOrEqual(seen);
        await new Promise((resolve) => setImmediate(resolve));
      }
      await written;
    });

    it('refuses a version that the stream is not at, older and newer', async () => {
      const { port: log } = opened;
      await log.append('subject/t/a', 0, [eventNamed('1')], 1);
      for (const expected of [0, 2]) {
        await expect(log.append('subject/t/a', expected, [eventNamed('2')], 2)).rejects.toThrow(
          VersionConflict,
        );
      }
    });

    it('shows every acknowledged append in the head at once, and after a crash', async () => {
      const { port: log } = opened;
      const streams = Array.from({ length: 50 }, (_, n) => `subject/t/${n}`);
      await Promise.all(
        streams.map(async (stream) => {
          await log.append(stream, 0, [eventNamed(stream)], stream);
          expect((await log.head(stream))?.state).toBe(stream);
        }),
      );
      opened = await opened.crash();
      const heads = await opened.port.heads(streams);
      expect(heads.map((head) => head?.state)).toEqual(streams);
      expect((await opened.port.read('subject/t/7')).map(({ id }) => id)).toEqual(['subject/t/7']);
    });
  });
}
