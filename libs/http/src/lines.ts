/** Longest line of a batch; a longer one is answered as too large and read away. */
export const LONGEST_LINE = 1 << 20;

/** One line of a batch, counted from 1. `text` is undefined when the line is too long. */
export interface Line {
  readonly number: number;
  readonly text: string | undefined;
}

const NEWLINE = 10;

/** The lines of a stream of bytes, in bounded memory. A newline at the very end begins no further line. */
export async function* linesOf(source: AsyncIterable<Uint8Array | string>): AsyncGenerator<Line> {
  let number = 0;
  let parts: Buffer[] = [];
  let size = 0;
  const line = (): Line => {
    const text = size > LONGEST_LINE ? undefined : Buffer.concat(parts).toString('utf8');
    parts = [];
    size = 0;
    return { number: ++number, text };
  };
  for await (const chunk of source) {
    let rest =
      typeof chunk === 'string'
        ? Buffer.from(chunk)
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      take(rest.subarray(0, end));
      yield line();
      rest = rest.subarray(end + 1);
    }
    take(rest);
  }
  if (size > 0) yield line();

  function take(bytes: Buffer): void {
    size += bytes.length;
    if (size > LONGEST_LINE) parts = [];
    else if (bytes.length > 0) parts.push(bytes);
  }
}

/**
 * Works on up to `width` items at once and answers in their order, each as soon as it and all before it are done:
 * whoever sends one line and waits gets its answer. `work` must not reject.
 */
export async function* inOrder<T, R>(
  source: AsyncIterable<T>,
  width: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const items = source[Symbol.asyncIterator]();
  const ask = () => {
    const item = items.next();
    item.catch(() => undefined); // thrown where it is awaited, which may be after other work
    return item;
  };
  const running: Promise<R>[] = [];
  let next: Promise<IteratorResult<T>> | undefined = ask();
  try {
    while (next !== undefined || running.length > 0) {
      const [first] = running;
      const arrival = running.length < width ? next : undefined;
      const done = first?.then(() => 'done' as const);
      const come = arrival?.then((item) => item);
      const event = await Promise.race([done, come].filter((one) => one !== undefined));
      if (event === 'done') yield await (running.shift() as Promise<R>);
      else if (event.done === true) next = undefined;
      else {
        running.push(work(event.value));
        next = ask();
      }
    }
  } finally {
    await items.return?.();
  }
}
