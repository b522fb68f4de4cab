import { LONGEST_LINE } from '@assent/http';

/** Some whole lines of a batch, byte for byte, the last with or without its line ending. */
export interface Piece {
  /** Empty when it is one line too long to keep. */
  readonly bytes: Buffer;
  readonly isTooLong: boolean;
}

const NEWLINE = 10;
const RETURN = 13;
/** A piece is decided at one go, so it is small beside what a request may wait. */
const PIECE = 1 << 16;
/** UTF-8's byte order mark, before the first line only. */
const MARK = Buffer.of(0xef, 0xbb, 0xbf);
const NOTHING = Buffer.alloc(0);

/**
 * A stream of bytes in pieces of whole lines, at least one per chunk that ends a line, so that whoever sends a line and
 * waits is answered. In memory: one chunk, and one line of at most 1 MiB, however it is cut. A newline at the very end
 * begins no further line.
 */
export async function* piecesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Piece> {
  const begun = new Begun();
  for await (const chunk of source) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let at = 0;
    if (!begun.isEmpty) {
      at = bytes.indexOf(NEWLINE) + 1;
      if (at > 0) yield begun.endedBy(bytes.subarray(0, at));
    }
    const last = bytes.lastIndexOf(NEWLINE) + 1;
    while (at < last) {
      const end = cut(bytes, at, last);
      yield end - at > LONGEST_LINE
        ? { bytes: NOTHING, isTooLong: true }
        : { bytes: bytes.subarray(at, end), isTooLong: false };
      at = end;
    }
    begun.add(bytes.subarray(at));
  }
  if (!begun.isEmpty) yield begun.endedBy(NOTHING);
}

/** Where a piece from `at` ends: behind a newline, and one line alone when that is longer than a piece. */
function cut(bytes: Buffer, at: number, last: number): number {
  if (last - at <= PIECE) return last;
  const end = bytes.lastIndexOf(NEWLINE, at + PIECE - 1) + 1;
  return end > at ? end : bytes.indexOf(NEWLINE, at + PIECE) + 1;
}

/** A line that has begun and not yet ended. Grows by doubling: a byte at a time costs no more than all at once. */
class Begun {
  private kept: Buffer = NOTHING;
  private size = 0;

  get isEmpty(): boolean {
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

  endedBy(end: Buffer): Piece {
    this.add(end);
    const isTooLong = this.size > LONGEST_LINE;
    const bytes = isTooLong ? NOTHING : Buffer.from(this.kept.subarray(0, this.size));
    this.size = 0;
    return { bytes, isTooLong };
  }
}

export const withoutMark = (bytes: Buffer): Buffer =>
  bytes.subarray(0, MARK.length).equals(MARK) ? bytes.subarray(MARK.length) : bytes;

/** The line that begins at `start` of a piece, without its ending. */
export function lineAt(bytes: Buffer, start: number): Buffer {
  const newline = bytes.indexOf(NEWLINE, start);
  const end = newline < 0 ? bytes.length : newline;
  return bytes.subarray(start, end > start && bytes[end - 1] === RETURN ? end - 1 : end);
}

/** Where each line of a piece begins. */
export function startsOf(bytes: Buffer): number[] {
  const starts: number[] = [];
  for (let start = 0; start < bytes.length;) {
    starts.push(start);
    const newline = bytes.indexOf(NEWLINE, start);
    start = newline < 0 ? bytes.length : newline + 1;
  }
  return starts;
}
