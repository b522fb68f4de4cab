import { eventNamed, type Opened } from './event-log.contract.js';
import type { Appended, TraversableLog } from './event-log.js';
import { MANY_MS } from './many.contract.js';

/** Calls until nothing is left to tell; answers what was told and where to go on. */
async function walk(log: TraversableLog, after: string | undefined, limit: number) {
  const told: Appended[] = [];
  let from = after;
  for (;;) {
    const { appended, next } = await log.changes(from, limit);
    told.push(...appended);
    if (appended.length === 0 || next === from) return { told, next };
    from = next;
  }
}

/** Asks again until it was told: an append of a moment ago may be told later. */
async function toldOf(log: TraversableLog, after: string | undefined, versions: readonly string[]) {
  const told = new Set<string>();
  let from = after;
  while (versions.some((version) => !told.has(version))) {
    const walked = await walk(log, from, 3);
    for (const version of versionsOf(walked.told)) told.add(version);
    from = walked.next;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { told, next: from };
}

const versionsOf = (told: readonly Appended[]): string[] =>
  told.flatMap(({ stream, first, last }) =>
    Array.from({ length: last - first + 1 }, (_, n) => `${stream}@${first + n}`),
  );

/** What every log promises that can be copied elsewhere. */
export function logChangesContract(name: string, open: () => Promise<Opened<TraversableLog>>): void {
  describe(`${name}: the changes of an event log`, () => {
    let opened: Opened<TraversableLog>;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    it('are none at first', async () => {
      expect((await opened.port.changes(undefined, 10)).appended).toEqual([]);
    });

    it('name every version that was appended, and nothing else', async () => {
      const { port: log } = opened;
      await log.append('subject/t/a', 0, [eventNamed('1'), eventNamed('2')], 2);
      await log.append('subject/t/b', 0, [eventNamed('3')], 1);
      await log.append('subject/t/a', 2, [eventNamed('4')], 3);
      const all = ['subject/t/a@1', 'subject/t/a@2', 'subject/t/a@3', 'subject/t/b@1'];
      expect([...(await toldOf(log, undefined, all)).told].sort()).toEqual(all);
    });

    it('go on behind what was told, also after a crash', async () => {
      const { port: log } = opened;
      await log.append('subject/t/a', 0, [eventNamed('1')], 1);
      const before = await toldOf(log, undefined, ['subject/t/a@1']);
      opened = await opened.crash();
      await opened.port.append('subject/t/a', 1, [eventNamed('2')], 2);
      const after = await toldOf(opened.port, before.next, ['subject/t/a@2']);
      expect([...after.told]).toContain('subject/t/a@2');
    });

    it('tell the appends of one stream in their order', async () => {
      const { port: log } = opened;
      for (let n = 0; n < 10; n++) await log.append('subject/t/a', n, [eventNamed(String(n))], n);
      const all = Array.from({ length: 10 }, (_, n) => `subject/t/a@${n + 1}`);
      expect([...(await toldOf(log, undefined, all)).told]).toEqual(all);
    });

    it(
      'leave out no append, however many are written while they are read',
      async () => {
        const { port: log } = opened;
        const streams = Array.from({ length: 20 }, (_, n) => `subject/t/s${n}`);
        const written = Promise.all(
          streams.map(async (stream) => {
            for (let n = 0; n < 5; n++) await log.append(stream, n, [eventNamed(`${stream}-${n}`)], n);
          }),
        );
        const all = streams.flatMap((stream) => [1, 2, 3, 4, 5].map((version) => `${stream}@${version}`));
        const { told } = await toldOf(log, undefined, all);
        await written;
        expect([...told].sort()).toEqual(all.sort());
      },
      MANY_MS,
    );
  });
}
