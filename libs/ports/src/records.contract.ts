import type { Opened } from './event-log.contract.js';
import { NO_END, type Records } from './records.js';

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
