/** A line of a batch as it came: answer n belongs to line n, whatever stands in it. */
export interface RawLine {
  /** With its line ending, byte for byte; empty when the line was too long to keep. */
  readonly bytes: Buffer;
  /** Without line ending; undefined when it is too long or no UTF-8. */
  readonly text: string | undefined;
}

export const LONGEST_LINE = 1 << 20;
const NEWLINE = 10;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The lines of a stream in groups of at most `most`, at least one group per chunk that ends a line, so that whoever
 * sends a line and waits is answered. Bounded memory; a newline at the very end begins no further line.
 */
export async function* rawLines(source: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<RawLine[]> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of source) {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let group: RawLine[] = [];
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      keep(rest.subarray(0, end + 1));
      group.push(line());
      rest = rest.subarray(end + 1);
      if (group.length === most) {
        yield group;
        group = [];
      }
    }
    keep(rest);
    if (group.length > 0) yield group;
  }
  if (size > 0) yield [line()];

  function keep(bytes: Buffer): void {
    size += bytes.length;
    if (size > LONGEST_LINE) parts = [];
    else if (bytes.length > 0) parts.push(bytes);
  }

  function line(): RawLine {
    const bytes =
      size > LONGEST_LINE ? EMPTY : parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
    const text = size > LONGEST_LINE ? undefined : textOf(bytes);
    parts = [];
    size = 0;
    return { bytes, text };
  }
}

const EMPTY = Buffer.alloc(0);

function textOf(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes).replace(/\r?\n$/, '');
  } catch {
    return undefined;
  }
}
