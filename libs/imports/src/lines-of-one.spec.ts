import { LinesOfOne } from './lines-of-one.js';

describe('Lines of a file', () => {
  const heard: string[] = [];
  let lines: LinesOfOne;
  const open = new Map<string, () => void>();
  beforeEach(() => {
    lines = new LinesOfOne();
    heard.length = 0;
    open.clear();
  });
  const line = (what: string, ...names: string[]): Promise<string> =>
    lines.inTurn(names, async () => {
      heard.push(what);
      await new Promise<void>((resolve) => open.set(what, resolve));
      return what;
    });
  const turns = () => new Promise((resolve) => setImmediate(resolve));

  it('about different people are in work side by side', () => {
    void line('ada', 'a');
    void line('bob', 'b');
    expect(heard).toEqual(['ada', 'bob']);
  });

  it('about one person follow one another, by whichever address they name', async () => {
    void line('first', 'mail', 'phone');
    void line('second', 'phone');
    void line('third', 'mail', 'phone');
    await turns();
    expect(heard).toEqual(['first']);
    open.get('first')?.();
    await turns();
    expect(heard).toEqual(['first', 'second']);
    open.get('second')?.();
    await turns();
    expect(heard).toEqual(['first', 'second', 'third']);
  });

  it('go on after one that failed, which alone is told so', async () => {
    const failed = lines.inTurn(['a'], () => Promise.reject(new Error('no')));
    const after = lines.inTurn(['a'], () => Promise.resolve('yes'));
    await expect(failed).rejects.toThrow('no');
    await expect(after).resolves.toBe('yes');
  });
});
