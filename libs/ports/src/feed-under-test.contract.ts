import type { StoredEvent } from '@assent/contract';
import type { EventFeed } from './event-feed.js';
import { eventNamed } from './event-log.contract.js';
import type { EventLog } from './event-log.js';

export interface FeedUnderTest {
  readonly feed: EventFeed;
  readonly log: EventLog;
}

/** Appends events of these ids, one after the other. */
export async function append({ log }: FeedUnderTest, stream: string, ...ids: string[]): Promise<void> {
  for (const id of ids) {
    const version = (await log.head(stream))?.version ?? 0;
    await log.append(stream, version, [eventNamed(id)], version + 1);
  }
}

/** A consumer that remembers what it was given, and fails as often as it is told. */
export async function follow(
  { feed }: FeedUnderTest,
  name: string,
  { topics = ['assent.consent'], fail = {} }: { topics?: string[]; fail?: Record<string, number> } = {},
): Promise<string[]> {
  const seen: string[] = [];
  const left = new Map(Object.entries(fail));
  await feed.follow({
    name,
    topics,
    handle: async ({ id }: StoredEvent) => {
      await Promise.resolve();
      const failures = left.get(id) ?? 0;
      left.set(id, failures - 1);
      if (failures > 0) throw new Error(`no ${id}`);
      seen.push(id);
    },
  });
  return seen;
}
