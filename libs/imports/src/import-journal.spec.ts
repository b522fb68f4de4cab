import { TestClock } from '@assent/kernel';
import type { Records } from '@assent/ports';
import { ImportJournal } from './import-journal.service.js';
import { Seen } from './seen.js';

function journal() {
  const stored = new Map<string, unknown>();
  const waiting: (() => void)[] = [];
  let broken = false;
  const records = {
    put: async (key: string, value: unknown) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      if (broken) throw new Error('no space');
      stored.set(key, structuredClone(value));
    },
    list: (prefix: string) =>
      Promise.resolve(
        [...stored].filter(([key]) => key.startsWith(prefix)).map(([key, value]) => ({ key, value })),
      ),
  } as unknown as Records;
  const made = new ImportJournal(records, new TestClock(0));
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const write = async () => {
    await turn();
    waiting.shift()?.();
    await turn();
  };
  const noted = async (id: string) => {
    const all: string[] = [];
    for await (const block of made.noted('t', id)) all.push(...block);
    return all.sort();
  };
  return { made, stored, write, noted, breaks: (is: boolean) => (broken = is) };
}

describe('The journal of an import', () => {
  it('notes durably before it says so, and those who come meanwhile together', async () => {
    const { made, stored, write, noted } = journal();
    const done: string[] = [];
    const note = (id: string) => made.note('t', 'imp_1', id).then(() => done.push(id));
    const first = note('a');
    await new Promise((resolve) => setImmediate(resolve));
    const others = ['b', 'c', 'd'].map(note);
    expect(done).toEqual([]);
    await write();
    await first;
    expect(done).toEqual(['a']);
    await write();
    await Promise.all(others);
    expect(stored.size).toBe(2);
    expect([await noted('imp_1'), await noted('imp_')]).toEqual([['a', 'b', 'c', 'd'], []]);
  });

  it('that cannot be written fails for those who wait, and is written anew for the next', async () => {
    const { made, write, noted, breaks } = journal();
    breaks(true);
    const lost = expect(made.note('t', 'imp_1', 'a')).rejects.toThrow('no space');
    await write();
    await lost;
    breaks(false);
    const next = made.note('t', 'imp_1', 'b');
    await write();
    await next;
    expect(await noted('imp_1')).toEqual(['b']);
  });
});

describe('The people whom a dry run would register', () => {
  it('are known by any of their addresses, as far back as memory is allowed', () => {
    const seen = new Seen(3);
    expect([seen.before(['a', 'b']), seen.before(['b', 'c']), seen.before(['x'])]).toEqual([
      false,
      true,
      false,
    ]);
    expect([seen.before(['a']), seen.before(['x'])]).toEqual([false, true]);
  });
});
