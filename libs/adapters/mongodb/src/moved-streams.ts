import type { NewEvent, Thing } from '@assent/ports';
import type { Commit } from './mongo-event-log.js';
import { storable } from './storable.js';

/** Far below the 16 MB that a document may have. */
const MOST_EVENTS = 500;
const MOST_CHARACTERS = 4_000_000;

/**
 * A stream as few commits, cut alike whenever it is cut. Where its commits once began is not known any more; only the
 * newest one has a state, as it is the only one that is asked for it.
 */
export function commitsOf({ content }: Thing): Omit<Commit, '_id' | 'storedAt'>[] {
  const { stream, events, state } = storable(content) as unknown as {
    readonly stream: string;
    readonly events: readonly NewEvent[];
    readonly state: unknown;
  };
  const groups: NewEvent[][] = [];
  let room = 0;
  for (const event of events) {
    const size = JSON.stringify(event).length;
    const group = groups.at(-1);
    if (group === undefined || group.length === MOST_EVENTS || size > room) {
      groups.push([event]);
      room = MOST_CHARACTERS - size;
    } else {
      group.push(event);
      room -= size;
    }
  }
  let version = 0;
  return groups.map((group, index) => {
    const first = version + 1;
    version += group.length;
    return { stream, first, version, events: group, ...(index === groups.length - 1 && { state }) };
  });
}

/** Streams from their commits, of each stream the newest first. */
export async function* streamsOf(commits: AsyncIterable<Commit>): AsyncIterable<Thing> {
  let stream: { key: string; events: NewEvent[]; state: unknown } | undefined;
  for await (const commit of commits) {
    if (stream?.key === commit.stream) {
      stream.events = [...commit.events, ...stream.events];
      continue;
    }
    if (stream !== undefined) yield thingOf(stream);
    stream = { key: commit.stream, events: [...commit.events], state: commit.state };
  }
  if (stream !== undefined) yield thingOf(stream);
}

const thingOf = ({ key, events, state }: { key: string; events: NewEvent[]; state: unknown }): Thing => ({
  key,
  content: { stream: key, events, state },
});
