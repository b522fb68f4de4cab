import type { Agenda } from './agenda.js';
import type { Opened } from './event-log.contract.js';

/** What every agenda promises. */
export function agendaContract(name: string, open: () => Promise<Opened<Agenda>>): void {
  describe(`${name}: an agenda`, () => {
    let opened: Opened<Agenda>;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    it('tells what is due, earliest first, until it is planned anew', async () => {
      const { port: agenda } = opened;
      await agenda.plan('a', 1, 300);
      await agenda.plan('b', 1, 100);
      await agenda.plan('c', 1, 200);
      expect((await agenda.due(200, 10)).map(({ stream }) => stream)).toEqual(['b', 'c']);
      expect((await agenda.due(300, 2)).map(({ stream }) => stream)).toEqual(['b', 'c']);
      expect(await agenda.due(99, 10)).toEqual([]);
      expect(await agenda.next()).toBe(100);
      await agenda.plan('b', 2, 'never');
      expect(await agenda.due(1000, 10)).toMatchObject([
        { stream: 'c', version: 1, at: 200 },
        { stream: 'a', version: 1, at: 300 },
      ]);
    });

    it('holds one wake-up per stream: the newest plan, whatever the order of arrival', async () => {
      const { port: agenda } = opened;
      await agenda.plan('a', 2, 500);
      await agenda.plan('a', 1, 100);
      expect(await agenda.due(1000, 10)).toEqual([{ stream: 'a', version: 2, at: 500 }]);
      await agenda.plan('a', 3, 'never');
      await agenda.plan('a', 2, 500);
      expect(await agenda.due(1000, 10)).toEqual([]);
      expect(await agenda.next()).toBeUndefined();
    });

    it('obeys the newest of many plans that come at once', async () => {
      const { port: agenda } = opened;
      const versions = [3, 7, 1, 9, 4, 8, 2, 6, 5];
      await Promise.all(versions.map((version) => agenda.plan('a', version, version * 10)));
      expect(await agenda.due(1000, 10)).toEqual([{ stream: 'a', version: 9, at: 90 }]);
    });

    it('holds several streams due at the same instant', async () => {
      const { port: agenda } = opened;
      await Promise.all(['a', 'b', 'c'].map((stream) => agenda.plan(stream, 1, 100)));
      await agenda.plan('b', 2, 'never');
      expect((await agenda.due(100, 10)).map(({ stream }) => stream).sort()).toEqual(['a', 'c']);
    });

    it('tells what is due of the concepts that are asked for, past any number of others', async () => {
      const { port: agenda } = opened;
      const others = Array.from({ length: 30 }, (_, n) => `consent/t/${n}`);
      await Promise.all(others.map((stream, n) => agenda.plan(stream, 1, n)));
      await agenda.plan('prospect/t/a', 1, 60);
      await agenda.plan('subject/t/a', 1, 50);
      await agenda.plan('subject/t/b', 1, 200);
      const due = async (limit: number) =>
        (await agenda.due(100, limit, ['subject', 'prospect'])).map(({ stream }) => stream);
      expect(await due(5)).toEqual(['subject/t/a', 'prospect/t/a']);
      expect(await due(1)).toEqual(['subject/t/a']);
      expect(await agenda.due(100, 100)).toHaveLength(32);
    });

    it('lets the same version plan again, and keeps everything in a crash', async () => {
      await opened.port.plan('a', 1, 100);
      await opened.port.plan('a', 1, 50);
      opened = await opened.crash();
      expect(await opened.port.due(1000, 10)).toEqual([{ stream: 'a', version: 1, at: 50 }]);
    });
  });
}
