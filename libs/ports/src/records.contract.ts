import type { Opened } from './event-log.contract.js';
import { NO_END, type Records } from './records.js';
import { forMany, MANY_MS } from './many.contract.js';

/** What every store of records promises. */
export function recordsContract(name: string, open: () => Promise<Opened<Records>>): void {
  describe(`${name}: records`, () => {
    let opened: Opened<Records>;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    it('are put once: of many at a time one wins, and all learn its value', async () => {
      const { port: records } = opened;
      const puts = Array.from({ length: 20 }, (_, n) => records.putIfAbsent('k', n, 100, 0));
      const answers = await Promise.all(puts);
      expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
      const winner = answers.indexOf(undefined);
      expect(answers.filter((answer) => answer !== undefined).every((answer) => answer === winner)).toBe(
        true,
      );
      expect(await records.get('k', 0)).toBe(winner);
    });

    it('end at their end, and then may be put anew', async () => {
      const { port: records } = opened;
      await records.put('k', 'old', 100);
      expect([await records.get('k', 99), await records.get('k', 100)]).toEqual(['old', undefined]);
      expect(await records.putIfAbsent('k', 'new', 300, 100)).toBeUndefined();
      expect(await records.get('k', 200)).toBe('new');
    });

    it('are listed by prefix in the order of their keys, the live ones', async () => {
      const { port: records } = opened;
      await records.put('a/2', 2, NO_END);
      await records.put('a/1', 1, NO_END);
      await records.put('a/3', 3, 10);
      await records.put('b/1', 4, NO_END);
      expect(await records.list('a/', 50)).toEqual([
        { key: 'a/1', value: 1 },
        { key: 'a/2', value: 2 },
      ]);
    });

    it('are listed with every key that begins so, whatever follows', async () => {
      const { port: records } = opened;
      const keys = ['a/', 'a/ ', 'a/é', 'a/\uffff', 'a/\u{1f48c}'];
      for (const key of keys) await records.put(key, key, NO_END);
      await records.put('a', 0, NO_END);
      await records.put('a0', 0, NO_END);
      expect((await records.list('a/', 0)).map(({ key }) => key).sort()).toEqual([...keys].sort());
    });

    it('are not swept when they were put anew meanwhile', async () => {
      const { port: records } = opened;
      await records.put('k', 'old', 100);
      await Promise.all([records.putIfAbsent('k', 'new', 500, 100), records.sweep(100)]);
      expect(await records.get('k', 100)).toBe('new');
    });

    it(
      'are swept to the last one, however many are over',
      async () => {
        const { port: records } = opened;
        const all = Array.from({ length: 1_200 }, (_, n) => n);
        await forMany(all, (n) => records.put(`k${n}`, n, n % 10 === 0 ? NO_END : 10));
        expect(await records.sweep(9)).toBe(0);
        expect(await records.sweep(10)).toBe(1_080);
        expect(await records.list('k', 0)).toHaveLength(120);
      },
      MANY_MS,
    );

    it('are not put when they cannot be stored', async () => {
      const { port: records } = opened;
      await records.put('k', 'before', NO_END);
      for (const never of [Symbol('x'), () => 'x']) {
        await expect(records.put('k', { never }, NO_END)).rejects.toThrow();
        await expect(records.putIfAbsent('new', { never }, NO_END, 0)).rejects.toThrow();
      }
      expect([await records.get('k', 0), await records.get('new', 0)]).toEqual(['before', undefined]);
    });

    it('are deleted, swept, and kept in a crash', async () => {
      await opened.port.put('gone', 1, NO_END);
      await opened.port.delete('gone');
      await opened.port.put('over', 1, 10);
      await opened.port.put('kept', { deep: [1] }, NO_END);
      expect(await opened.port.sweep(10)).toBe(1);
      opened = await opened.crash();
      expect(await opened.port.get('gone', 0)).toBeUndefined();
      expect(await opened.port.get('kept', 0)).toEqual({ deep: [1] });
    });
  });
}
