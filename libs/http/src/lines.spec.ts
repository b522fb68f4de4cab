import { inOrder, LONGEST_LINE, linesOf, type Line } from './lines.js';

async function* chunks(...parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(Buffer.from(part));
}
async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}
const texts = (lines: readonly Line[]) => lines.map(({ text }) => text);

describe('The lines of a stream', () => {
  it('are counted from 1, wherever the chunks are cut', async () => {
    const whole = 'one\ntwo\n\nfour é';
    const bytes = [...Buffer.from(whole)].map((byte) => Uint8Array.of(byte));
    async function* single() {
      for (const byte of bytes) yield await Promise.resolve(byte);
    }
    const expected = ['one', 'two', '', 'four é'].map((text, index) => ({ number: index + 1, text }));
    expect(await all(linesOf(chunks(whole)))).toEqual(expected);
    expect(await all(linesOf(single()))).toEqual(expected);
  });

  it('have no further one behind a newline at the end', async () => {
    expect(texts(await all(linesOf(chunks('one\n'))))).toEqual(['one']);
    expect(await all(linesOf(chunks()))).toEqual([]);
  });

  it('that are too long are told as such, and the next ones are read', async () => {
    const long = 'x'.repeat(LONGEST_LINE + 1);
    expect(texts(await all(linesOf(chunks(long, long, '\nnext'))))).toEqual([undefined, 'next']);
  });
});

describe('Work in order', () => {
  it('answers in the order of the items, at most so many at once', async () => {
    let running = 0;
    let most = 0;
    const work = async (line: Line) => {
      most = Math.max(most, ++running);
      for (let turn = 0; turn < 10 - line.number; turn++) await Promise.resolve();
      running--;
      return line.number;
    };
    expect(await all(inOrder(linesOf(chunks('a\nb\nc\nd\ne\nf')), 3, work))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(most).toBeLessThanOrEqual(3);
  });

  it('answers what is done although nothing more has come yet', async () => {
    let send: (text: string) => void = () => undefined;
    async function* waiting() {
      yield Buffer.from('one\n');
      yield Buffer.from(await new Promise<string>((resolve) => (send = resolve)));
    }
    const answers = inOrder(linesOf(waiting()), 8, ({ text }) => Promise.resolve(text));
    expect(await answers.next()).toEqual({ done: false, value: 'one' });
    send('two');
    expect(await answers.next()).toEqual({ done: false, value: 'two' });
    expect((await answers.next()).done).toBe(true);
  });
});
