import { LONGEST_LINE } from '@assent/http';

/** A line of a batch as it came: answer n belongs to line n, whatever stands in it. */
export interface RawLine {
  /** With its line ending, byte for byte; empty when the line is too long to keep. */
  readonly bytes: Buffer;
  /** Without line ending and byte order mark; undefined when it is too long. */
  readonly content: Buffer | undefined;
}

const NEWLINE = 10;
const RETURN = 13;
/** UTF-8's byte order mark, before the first line only. */
const MARK = Buffer.of(0xef, 0xbb, 0xbf);
const NOTHING = Buffer.alloc(0);

/**
 * The lines of a stream in groups of at most `most`, at least one group per chunk that ends a line, so that whoever
 * sends a line and waits is answered. In memory: one chunk, and one line of at most 1 MiB, however it is cut. A newline
 * at the very end begins no further line.
 */
export async function* rawLines(source: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<RawLine[]> {
  const begun = new Begun();
  let first = true;
  const line = (end: Buffer): RawLine => {
    const bytes = begun.endedBy(end);
    const content = bytes && withoutEnding(first ? withoutMark(bytes) : bytes);
    first = false;
    return { bytes: bytes ?? NOTHING, content };
  };
  for await (const chunk of source) {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let group: RawLine[] = [];
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      group.push(line(rest.subarray(0, end + 1)));
      rest = rest.subarray(end + 1);
      if (group.length === most) {
        yield group;
        group = [];
      }
    }
    begun.add(rest);
    if (group.length > 0) yield group;
  }
  if (!begun.empty) yield [line(NOTHING)];
}

/** A line that has begun and not yet ended. Grows by doubling: a byte at a time costs no more than all at once. */
class Begun {
  private kept: Buffer = NOTHING;
  private size = 0;

  get empty(): boolean {
    return this.size === 0;
  }

  add(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const size = this.size + bytes.length;
    if (size > LONGEST_LINE) this.kept = NOTHING;
    else {
      if (size > this.kept.length) {
        const larger = Buffer.alloc(Math.min(LONGEST_LINE, Math.max(256, 2 * size)));
        this.kept.copy(larger, 0, 0, this.size);
        this.kept = larger;
      }
      bytes.copy(this.kept, this.size);
    }
    this.size = size;
  }

  /** The whole line; undefined when it is too long. */
  endedBy(end: Buffer): Buffer | undefined {
    if (this.empty && end.length <= LONGEST_LINE) return end;
    this.add(end);
    const line = this.size > LONGEST_LINE ? undefined : Buffer.from(this.kept.subarray(0, this.size));
    this.size = 0;
    return line;
  }
}

const withoutMark = (bytes: Buffer): Buffer =>
  bytes.subarray(0, MARK.length).equals(MARK) ? bytes.subarray(MARK.length) : bytes;

function withoutEnding(bytes: Buffer): Buffer {
  const end = bytes.at(-1) === NEWLINE ? bytes.length - 1 : bytes.length;
  return bytes.subarray(0, end > 0 && bytes[end - 1] === RETURN ? end - 1 : end);
}
