import type { StoredEvent } from '@assent/contract';
import { randomUUID } from 'node:crypto';
import { decode } from './cloud-event.js';
import { GroupMember } from './group-member.js';
import type { KafkaCluster } from './kafka-cluster.js';
import { partitionName } from './tails.js';

/** All events that the topics hold now, those of a partition in their order. */
export async function topicContent(cluster: KafkaCluster): Promise<StoredEvent[]> {
  const admin = cluster.client.admin();
  await admin.connect();
  const left = new Map<string, number>();
  for (const topic of cluster.topics) {
    for (const { partition, high, low } of await admin.fetchTopicOffsets(topic)) {
      if (high !== low) left.set(partitionName(topic, partition), Number(high));
    }
  }
  await admin.disconnect();
  const events: StoredEvent[] = [];
  if (left.size === 0) return events;
  await new Promise<void>((resolve) => {
    const reader = new GroupMember(cluster.client, {
      groupId: `${cluster.settings.prefix}.content-${randomUUID()}`,
      topics: cluster.topics,
      joined: () => undefined,
      take: ({ topic, partition, messages, next }) => {
        events.push(...messages.map(decode));
        const name = partitionName(topic, partition);
        if (next >= (left.get(name) ?? 0)) left.delete(name);
        if (left.size === 0) resolve(reader.stop());
        return 'taken';
      },
    });
    reader.start();
  });
  return events;
}

/** Stream → versions in the order in which they first came. */
export function versionsByStream(events: readonly StoredEvent[]): Record<string, number[]> {
  const versions = new Map<string, Set<number>>();
  for (const { stream, version } of events) {
    versions.set(stream, (versions.get(stream) ?? new Set()).add(version));
  }
  return Object.fromEntries([...versions].map(([stream, seen]) => [stream, [...seen]]));
}

/** Stream → the version a reader of the compacted topic is left with. */
export const lastVersions = (events: readonly StoredEvent[]): Record<string, number> =>
  Object.fromEntries(events.map(({ stream, version }) => [stream, version]));
