import { createHash } from 'node:crypto';
import { PARTS, type Movable, type MovingIn, type Part, type Place, type Thing } from '@assent/ports';
import type { Progress } from './progress.js';

/** Things, and about how many characters of them, that are stored before the place is. */
const AT_ONCE = 100;
const CHARACTERS_AT_ONCE = 2_000_000;

/** Copies what is behind the place; stopped anywhere, it goes on from the last place that was stored. */
export async function copy(
  source: Movable,
  target: MovingIn,
  from: Place | 'start',
  progress: Progress,
): Promise<void> {
  const begun = from === 'start' ? 0 : PARTS.indexOf(from.part);
  for (const part of PARTS.slice(begun)) {
    const after = from !== 'start' && from.part === part ? from.after : undefined;
    progress.begin(`${after === undefined ? 'copying' : 'going on with'} ${part}`, await source.count(part));
    for await (const things of batches(source.things(part, after))) {
      await target.take(things, { part, after: (things.at(-1) as Thing).key });
      progress.add(things.length);
    }
    progress.end();
  }
}

async function* batches(things: AsyncIterable<Thing>): AsyncIterable<Thing[]> {
  let batch: Thing[] = [];
  let characters = 0;
  for await (const thing of things) {
    batch.push(thing);
    characters += JSON.stringify(thing.content).length;
    if (batch.length < AT_ONCE && characters < CHARACTERS_AT_ONCE) continue;
    yield batch;
    [batch, characters] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

interface Sum {
  readonly things: number;
  /** Of streams. */
  readonly events: number;
  readonly digest: string;
}
export interface Compared {
  readonly part: Part;
  readonly source: Sum;
  readonly target: Sum;
  readonly isEqual: boolean;
}

/** Reads both stores whole and compares what they hold, in whatever order they hold it. */
export async function compare(source: Movable, target: Movable, progress: Progress): Promise<Compared[]> {
  const compared: Compared[] = [];
  for (const part of PARTS) {
    progress.begin(`comparing ${part}`, 2 * (await source.count(part)));
    const sums = [await sumOf(source, part, progress), await sumOf(target, part, progress)] as const;
    compared.push({
      part,
      source: sums[0],
      target: sums[1],
      isEqual: JSON.stringify(sums[0]) === JSON.stringify(sums[1]),
    });
    progress.end();
  }
  return compared;
}

const DIGEST_BITS = 128;

/** The sum of the digests of all things, which is the same in every order. */
async function sumOf(store: Movable, part: Part, progress: Progress): Promise<Sum> {
  let [things, events, sum] = [0, 0, 0n];
  for await (const { key, content } of store.things(part)) {
    things += 1;
    if (Array.isArray(content['events'])) events += content['events'].length;
    const digest = createHash('sha256')
      .update(JSON.stringify([key, sorted(content)]))
      .digest('hex');
    sum = BigInt.asUintN(DIGEST_BITS, sum + BigInt(`0x${digest}`));
    progress.add(1);
  }
  return { things, events, digest: sum.toString(16).padStart(DIGEST_BITS / 4, '0') };
}

/** As JSON would give it back, with the members of every object in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => sorted(one ?? null));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, one]) => one !== undefined);
  return members.sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, one]) => [name, sorted(one)]);
}

export function comparedTable(compared: readonly Compared[]): string {
  const rows = compared.flatMap(({ part, source, target, isEqual }) => [
    [part, String(source.things), String(target.things), source.digest, isEqual ? 'equal' : 'DIFFERENT'],
    ...(part === 'streams' ? [['their events', String(source.events), String(target.events), '', '']] : []),
  ]);
  const all = [['', 'source', 'copy', 'digest of the source', ''], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
